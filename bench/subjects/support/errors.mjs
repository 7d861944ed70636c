/** What a program throws, by `ERRORS`: one kind, one and the same object, or a kind of its own each time. */
const makers = {
  new: () => new Error('the card was refused'),
  one: () => sameError,
  messages: (n) => new Error(`order ${n} of customer c-${n % 997} was refused`),
  distinct: (n) => Object.assign(new Error(`${wordOf(n)} was refused`), { code: `E_${wordOf(n)}` }),
}

const sameError = new Error('the card was refused')

export const makeError = makers[process.env.ERRORS ?? 'new']

/** A word without digits, since digits are taken for values. */
export function wordOf(n) {
  let word = ''
  for (let rest = n + 26; rest > 0; rest = Math.floor(rest / 26))
    word += String.fromCodePoint(97 + (rest % 26))
  return word
}

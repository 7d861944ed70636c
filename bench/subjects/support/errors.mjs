import { makeFailure } from './web-service.mjs'

const { ERRORS: wanted = 'new' } = process.env

/** Whether `makeError` returns a record, `{ message, fields }`, instead of an error. */
export const makesRecords = wanted === 'web-service'

/** What a program logs, by `ERRORS`: similar errors, one object again and again, distinct messages or problems, or whole records. */
const makers = {
  new: () => new Error('the card was refused'),
  one: () => sameError,
  messages: (n) => new Error(`order ${n} of customer c-${n % 997} was refused`),
  distinct: (n) => Object.assign(new Error(`${wordOf(n)} was refused`), { code: `E_${wordOf(n)}` }),
  'web-service': makeFailure,
}

const sameError = new Error('the card was refused')

export const makeError = makers[wanted]

/** A word without digits, because digits count as variable parts of a message. */
export function wordOf(n) {
  let word = ''
  for (let rest = n + 26; rest > 0; rest = Math.floor(rest / 26))
    word += String.fromCodePoint(97 + (rest % 26))
  return word
}

const replacement = '[redacted]'

/** A maximal run of digits in groups parted by single spaces or dashes. */
const digitRuns = /\d(?:[ -]?\d){12,}/g

/** 19 digits and the separators between their groups. */
const maxPrintedLength = 23

const maxGroups = 5

const minGroupLength = 4

/** Groups of digits as cards print them: 4-4-4-4, with a rest of up to 3, or 4-6-5 and 4-6-4. */
const printedGroups =
  /^(?:\d{13,19}|\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?:\1\d{1,3})?|\d{4}([ -])\d{6}\2\d{4,5})$/

/** Prefixes and lengths that the card networks have given out. */
const networks =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[0-9]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15}|6[27]\d{15,17})$/

/** Replaces payment card numbers: those that a network gives out and whose check digit (Luhn) is right. */
export function redactCardNumbers(text: string): string {
  return text.replace(digitRuns, (run, index: number) => {
    // A longer decimal fraction is no card: 0.4111111111111111.
    return /\d\.$/.test(text.slice(Math.max(0, index - 2), index)) ? run : redactRun(run)
  })
}

function redactRun(run: string): string {
  const groups = [...run.matchAll(/\d+/g)].map((match) => ({
    start: match.index,
    end: match.index + match[0].length,
  }))
  let result = ''
  let shownTo = 0
  for (let first = 0; first < groups.length; first += 1) {
    const { start, end } = groups[first] ?? { start: 0, end: 0 }
    if (end - start < minGroupLength) continue
    const card = groups
      .slice(first, first + maxGroups)
      .findLast((group) => isCardNumber(run.slice(start, group.end)))
    if (card === undefined) continue
    result += run.slice(shownTo, start) + replacement
    shownTo = card.end
    first = groups.indexOf(card, first)
  }
  return result + run.slice(shownTo)
}

function isCardNumber(printed: string): boolean {
  if (printed.length > maxPrintedLength || !printedGroups.test(printed)) return false
  const digits = printed.replace(/[ -]/g, '')
  return networks.test(digits) && passesLuhn(digits)
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let place = 0; place < digits.length; place += 1) {
    const digit = Number(digits[digits.length - 1 - place])
    const doubled = digit * 2
    if (place % 2 === 0) sum += digit
    else sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

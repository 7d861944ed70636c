import { redactRanges, type TextRange } from './bounded-text.ts'

/** Where a card number may begin. A longer decimal fraction is none: `0.4111111111111111`. */
const beginnings = /(?=\d{4})(?<!\d|\d\.)/g

/** Groups of digits as cards print them, the longest first. */
const printedForms: readonly RegExp[] = [
  /\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}\1\d{1,3}(?!\d)/y,
  /\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?!\d)/y,
  /\d{4}([ -])\d{6}\1\d{4,5}(?!\d)/y,
  /\d{13,19}(?!\d)/y,
]

/** Prefixes and lengths that the card networks have given out. */
const networks =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[0-9]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15}|6[27]\d{15,17})$/

/** Redacts payment card numbers: those that a network gives out and whose check digit (Luhn) is right. */
export function redactCardNumbers(text: string): string {
  return redactRanges(text, findCardNumbers(text))
}

function* findCardNumbers(text: string): Iterable<TextRange> {
  for (const { index } of text.matchAll(beginnings)) {
    const number = printedForms.map((form) => matchAt(text, index, form)).find(isCardNumber)
    if (number !== undefined) yield { start: index, end: index + number.length }
  }
}

function matchAt(text: string, index: number, form: RegExp): string {
  form.lastIndex = index
  return form.exec(text)?.[0] ?? ''
}

function isCardNumber(printed: string): boolean {
  const digits = printed.replace(/[ -]/g, '')
  return networks.test(digits) && passesLuhn(digits)
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (const [place, digit] of digits.split('').toReversed().entries()) {
    const weighted = Number(digit) * (place % 2 === 0 ? 1 : 2)
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

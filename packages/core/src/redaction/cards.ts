import { redactRanges, type TextRange } from './bounded-text.ts'

/** Where a card number may begin. A longer decimal fraction is none: `0.4111111111111111`. */
const beginnings = /(?=\d{4})(?<!\d|\d\.)/g

/** Much faster to look for than a beginning. */
const enoughDigits = /\d{4}(?:[ -]\d{4}|\d{9})/

/** Groups of digits as cards print them, the longest first. */
const groupedForms: readonly RegExp[] = [
  /\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}\1\d{1,3}(?!\d)/y,
  /\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?!\d)/y,
  /\d{4}([ -])\d{6}\1\d{4,5}(?!\d)/y,
]
const ungrouped = /\d{13,19}(?!\d)/y

/** Prefixes and lengths that the card networks have given out. */
const networks =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[0-9]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15}|6[27]\d{15,17})$/

/** Words before a number that make it a card's, in any language and part of a name. */
const cardWords =
  /card|\bpan\b|visa|master|amex|credit|debit|\bcc|kart[ei]|tarjeta|\bcarte\b|카드|カード|卡/i

/** Names that end in front of a number which is no card's: `order 4539…`, `blk_4539…`, `"paymentId":"4539…"`. */
const identifierNames =
  /(?:[A-Za-z_]-?|(?:^|[^A-Za-z])(?:i?ds?|uid|orders?|no|nr|num|number|ref|invoices?|transactions?|txn|traces?|spans?|requests?|jobs?|tasks?|block|blk|offset|seq|sequence|sessions?|timestamp|ts|time|epoch|lsn|serial|sku|isbn|ean|gtin|imei|tracking|shipments?|tickets?|messages?|msg|events?|batch|users?|customers?|accounts?|size|bytes|version)\W{0,4}|(?:번호|아이디|番号|编号|訂單|订单|注文)\W{0,4}|#)$/i

const identifierEndings = /[a-z\d](?:I[dD]|No|Nr|Num|Number|Time|At)\W{0,4}$/

/** How far before a number its name is read. */
const contextLength = 40

/**
 * Redacts payment card numbers: those that a network gives out and whose check digit (Luhn) is right.
 *
 * One number of ten passes that check, so one in a row of digits counts only with the 15 or 16 digits of today's cards, and not
 * as a part of a word or behind the name of an identifier.
 */
export function redactCardNumbers(text: string): string {
  if (!enoughDigits.test(text)) return text
  return redactRanges(text, findCardNumbers(text))
}

function* findCardNumbers(text: string): Iterable<TextRange> {
  for (const { index } of text.matchAll(beginnings)) {
    const number = findCardNumber(text, index)
    if (number === undefined) continue
    const range = { start: index, end: index + number.length }
    if (/[ -]/.test(number) || isNamedLikeCard(text, range)) yield range
  }
}

function findCardNumber(text: string, index: number): string | undefined {
  const isInGroups = text[index + 4] === ' ' || text[index + 4] === '-'
  for (const form of isInGroups ? groupedForms : [ungrouped]) {
    form.lastIndex = index
    const number = form.exec(text)?.[0]
    if (number !== undefined && isCardNumber(number)) return number
  }
  return undefined
}

function isNamedLikeCard(text: string, { start, end }: TextRange): boolean {
  const before = text.slice(Math.max(0, start - contextLength), start)
  if (cardWords.test(before)) return true
  const isOfToday = end - start === 15 || end - start === 16
  const isPartOfWord = /^(?:[A-Za-z_]|-\w)/.test(text.slice(end, end + 2))
  const isIdentifier = identifierNames.test(before) || identifierEndings.test(before)
  return isOfToday && !isPartOfWord && !isIdentifier
}

function isCardNumber(printed: string): boolean {
  const digits = printed.replace(/[ -]/g, '')
  return networks.test(digits) && passesLuhn(digits)
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let at = digits.length - 1, weight = 1; at >= 0; at -= 1, weight = 3 - weight) {
    const weighted = (digits.charCodeAt(at) - 48) * weight
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

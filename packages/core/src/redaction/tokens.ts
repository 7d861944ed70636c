import { redacted, redactRanges, type TextRange } from './bounded-text.ts'
import { alphabets, tokenKinds } from './token-kinds.ts'
import { looksGenerated, looksRandom } from './values.ts'

const keyBegin = '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'
const keyEnd = '-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'

/** A key without its end runs to the end of the text, one without its beginning from the start: the text was cut. */
const privateKeys = new RegExp(
  `${keyBegin}[^]*?(?:${keyEnd}|$)|^(?:(?!${keyBegin})[^])*?${keyEnd}`,
  'g',
)

export function redactPrivateKeys(text: string): string {
  return text.includes('-----') ? text.replace(privateKeys, redacted) : text
}

/** A part of a shape: characters of an alphabet, or one of several texts. */
export type ShapePart =
  | { readonly alphabet: string; readonly min: number; readonly max: number }
  | { readonly texts: readonly string[] }

const shapeParts = /\{(\d+)(\+|-\d+)? (\w+)\}|\(([^)]*)\)|([^{(]+)/g

/** Reads a shape of `token-kinds.ts`. */
export function parseShape(shape: string): readonly ShapePart[] {
  return [...shape.matchAll(shapeParts)].map(([, min, more, alphabet, choices, literal]) => {
    if (alphabet === undefined) return { texts: choices?.split('|') ?? [literal ?? ''] }
    const max = more === '+' ? Infinity : Number(more?.slice(1) ?? min)
    return { alphabet, min: Number(min), max }
  })
}

/** No token begins inside a word. */
const beginning = '(?<![A-Za-z0-9])'

/** What does not end before another character of a word was meant to be something longer. */
const ending = '(?![\\w-]|\\.\\w)'

/** How far what makes a run mixed is looked for. */
const maxBeforeMixed = 64

interface TokenKind {
  /** The texts by which the kind is found: its first ones, or those in its middle. */
  readonly anchors: readonly string[]
  readonly isLeading: boolean
  /** Whether a run of any length stands in its middle. */
  readonly isOpenInside: boolean
  /** Matches from the anchor on; what stands in front of the anchor is its first group. */
  readonly pattern: RegExp
}

/** Reads a line of the table. */
function toKind(shape: string): TokenKind {
  const parts = parseShape(shape)
  const isLeading = parts[0] !== undefined && 'texts' in parts[0]
  const anchorAt = isLeading ? 0 : parts.indexOf(longestText(parts))
  const rest = parts.slice(anchorAt)
  const firstRun = rest.findIndex((part) => 'alphabet' in part)
  const anchorParts = firstRun < 0 ? rest : rest.slice(0, firstRun)
  const before = parts.slice(0, anchorAt).map(toSource).join('')
  const last = parts.at(-1)
  const isExact = last !== undefined && !('alphabet' in last && last.max === Infinity)
  const lookBehind = isLeading ? '()' : `(?<=${beginning}(${before}))`
  return {
    anchors: combine(anchorParts),
    isLeading,
    isOpenInside: parts.slice(0, -1).some((part) => 'alphabet' in part && part.max === Infinity),
    pattern: new RegExp(lookBehind + rest.map(toSource).join('') + (isExact ? ending : ''), 'y'),
  }
}

function longestText(parts: readonly ShapePart[]): ShapePart {
  const lengthOf = (part: ShapePart): number =>
    'texts' in part ? Math.min(...part.texts.map((text) => text.length)) : 0
  return parts.reduce((one, other) => (lengthOf(other) > lengthOf(one) ? other : one))
}

function combine(parts: readonly ShapePart[]): readonly string[] {
  let texts = ['']
  for (const part of parts) {
    const next = 'texts' in part ? part.texts : []
    texts = texts.flatMap((text) => next.map((more) => text + more))
  }
  return texts
}

function toSource(part: ShapePart): string {
  if ('texts' in part) return `(?:${part.texts.map(escape).join('|')})`
  const characters = alphabets[part.alphabet] ?? ''
  const count = `{${part.min},${part.max === Infinity ? '' : part.max}}`
  const letters = characters.replace('\\w', 'A-Za-z_').replace('0-9', '')
  const mixed = `(?=[${letters}]{0,${maxBeforeMixed}}(?:\\d|[A-Z]{2}))`
  return `${part.alphabet.startsWith('mixed') ? mixed : ''}[${characters}]${count}`
}

function escape(text: string): string {
  return text.replace(/[$.*+?^()|[\]{}\\/]/g, '\\$&')
}

const kinds = tokenKinds.map(([, shape]) => toKind(shape))

/** All kinds that an anchor may begin: `sk-ant-` begins what `sk-` does, too. */
const kindsByAnchor: ReadonlyMap<string, readonly TokenKind[]> = new Map(
  kinds
    .flatMap((kind) => kind.anchors)
    .map((anchor) => [
      anchor,
      kinds.filter((kind) => kind.anchors.some((start) => anchor.startsWith(start))),
    ]),
)

/** Finds the anchors, the longest first, in one pass: whatever is not in it is no token of any kind. */
const anchors = new RegExp(`${beginning}(?:${anchorsOf(true)})|${anchorsOf(false)}`, 'g')

function anchorsOf(isLeading: boolean): string {
  const texts = kinds.filter((kind) => kind.isLeading === isLeading).flatMap((kind) => kind.anchors)
  const unique = [...new Set(texts)].toSorted((one, other) => other.length - one.length)
  return unique.map(escape).join('|')
}

/** The line breaks of JSON, which end in a letter, as spaces. */
function withoutLineBreaks(text: string): string {
  return text.includes('\\') ? text.replace(/\\[nrt]/g, '  ') : text
}

function* findTokens(text: string): Iterable<TextRange> {
  const failedUpTo = new Map<TokenKind, number>()
  for (let from = 0; ;) {
    anchors.lastIndex = from
    const hit = anchors.exec(text)
    if (hit === null) return
    const token = findToken(text, hit, failedUpTo)
    if (token !== undefined) yield token
    from = token?.end ?? hit.index + 1
  }
}

const run = /[\w-]*/y

/** A run in which a kind was not found, although its first characters were there, is not read again for each anchor inside it. */
function findToken(
  text: string,
  { 0: anchor, index }: RegExpExecArray,
  failedUpTo: Map<TokenKind, number>,
): TextRange | undefined {
  for (const kind of kindsByAnchor.get(anchor) ?? []) {
    if (index < (failedUpTo.get(kind) ?? 0)) continue
    kind.pattern.lastIndex = index
    const found = kind.pattern.exec(text)
    if (found !== null) {
      const end = index + found[0].replace(/\.+$/, '').length
      return { start: index - (found[1]?.length ?? 0), end }
    }
    if (kind.isOpenInside) {
      run.lastIndex = index
      run.exec(text)
      failedUpTo.set(kind, run.lastIndex)
    }
  }
  return undefined
}

/** `Bearer …` and the like, if what follows looks like a credential and not like a word. */
const schemes =
  /(?<![A-Za-z])((?:bearer|basic|negotiate|digest|token|apikey|ssws)[ \t]{1,4})([A-Za-z0-9._~+/=-]{8,})/gi

/** Redacts what has the form of a credential. */
export function redactTokens(text: string): string {
  return redactRanges(text, findTokens(withoutLineBreaks(text))).replace(
    schemes,
    (found, scheme: string, value: string) =>
      isCredential(scheme.trim().toLowerCase(), value) ? scheme + redacted : found,
  )
}

/** Other words than `bearer` stand in many sentences: `token count=512`, `basic auth/v1`. */
function isCredential(scheme: string, value: string): boolean {
  const bare = value.replace(/[.=]+$/, '')
  if (scheme === 'bearer') return looksRandom(bare) && !bare.includes('=')
  if (scheme === 'basic') return Buffer.from(value, 'base64').toString('latin1').includes(':')
  return looksGenerated(bare)
}

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

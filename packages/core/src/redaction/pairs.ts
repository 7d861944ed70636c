import { looksRandom } from './tokens.ts'

const replacement = '[redacted]'

/** If none of these stands in a text, no key in it is secret. Cheap, and true of most texts. */
const mayHoldKey =
  /pass|pwd|pswd|secret|token|auth|key|credential|cookie|csrf|xsrf|jwt|bearer|sess|card|cv[cvn]|ssn|otp|mnemonic|phrase|dsn|sid|sig|pin|pan|pem|code|factor|connection|webhook|social|비밀번호|암호|토큰|인증|카드|주민/i

/** `--password value`; with `=` it is a pair. */
const flags = /(?<![\w-])(--[a-z][\w-]{0,63})([ \t]{1,4})([^\s"'`-][^\s"'`]*)/gi

const elements = /<([\w:.-]{1,64})((?:\s[^<>]{0,256})?)>([^<>]{1,4096})(?=<\/)/g

const separators = /(?:=>|[=:])[ \t]{0,8}/g

const maxSpaces = 8

const maxNameLength = 128

const quotes: ReadonlySet<string> = new Set(['"', "'", '`'])

/** Last words of names that are written with a space: `API key: …`. */
const spacedNames: ReadonlySet<string> = new Set([
  'key',
  'number',
  'code',
  'phrase',
  'string',
  'pin',
])

/** True if it is worth looking for secret keys in this text. */
export function mayHoldSecretKey(text: string): boolean {
  return mayHoldKey.test(text)
}

/** Replaces the values of secret keys inside a text. */
export function redactPairs(text: string, isSecretKey: (key: string) => boolean): string {
  let result = text
  if (result.includes('--')) {
    result = result.replace(flags, (flag: string, name: string, space: string) =>
      isSecretKey(name) ? `${name}${space}${replacement}` : flag,
    )
  }
  if (result.includes('</')) {
    result = result.replace(elements, (element: string, name: string, attributes: string) =>
      isSecretKey(name) ? `<${name}${attributes}>${replacement}` : element,
    )
  }
  return redactNamed(result, isSecretKey)
}

/**
 * Finds names by the `=`, `:` or `=>` behind them, as logs, query strings, JSON (escaped too), headers and `util.inspect` write
 * them. Looking back from the few separators is much faster than trying each word of a text.
 */
function redactNamed(text: string, isSecretKey: (key: string) => boolean): string {
  let result = ''
  let shownTo = 0
  separators.lastIndex = 0
  for (let match = separators.exec(text); match !== null; match = separators.exec(text)) {
    const name = readNameBefore(text, match.index)
    if (name === '' || !isSecretKey(name)) continue
    const value = findSecretValue(text, separators.lastIndex, { name, separator: match[0] })
    if (value === undefined) continue
    result += text.slice(shownTo, value.start) + replacement
    shownTo = value.end
    separators.lastIndex = value.end
  }
  return shownTo === 0 ? text : result + text.slice(shownTo)
}

function readNameBefore(text: string, separatorAt: number): string {
  const end = skipQuote(text, separatorAt)
  let start = end
  while (end - start < maxNameLength && isNamePart(text.charCodeAt(start - 1))) start -= 1
  const name = text.slice(start, end).replace(/^[\d.[\]]+/, '')
  if (!spacedNames.has(name.toLowerCase())) return name
  return (/[A-Za-z]+ $/.exec(text.slice(Math.max(0, start - 16), start))?.[0] ?? '') + name
}

/** Back over the spaces, the quote and its backslashes between a name and its separator. */
function skipQuote(text: string, separatorAt: number): number {
  let end = separatorAt
  while (separatorAt - end < maxSpaces && isSpace(text.charCodeAt(end - 1))) end -= 1
  if (!quotes.has(text[end - 1] ?? '')) return end
  end -= 1
  while (text[end - 1] === '\\') end -= 1
  return end
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09
}

/** Letters, those of Hangul too, digits, and `_`, `.`, `-`, `[`, `]`. */
function isNamePart(code: number): boolean {
  if (code >= 0x61) return code <= 0x7a || (code >= 0xac00 && code <= 0xd7a3)
  if (code >= 0x41) return code <= 0x5b || code === 0x5d || code === 0x5f
  return (code >= 0x30 && code <= 0x39) || code === 0x2d || code === 0x2e
}

/** Where a secret stands in a text. */
export interface Span {
  readonly start: number
  readonly end: number
}

/** The name and the separator in front of a value. */
interface Label {
  readonly name: string
  readonly separator: string
}

const maxValueLength = 4096

/** What stands in the place of a value and is none. */
const placeholders =
  /^(?:undefined|null|nil|none|yes|no|true|false|empty|missing|required|invalid|expired|unknown|denied|failed|failure|ok|string|number|boolean|object|function|redacted|\*+|\[(?:redacted|object|array|function).*)\.?$/i

const unquoted = /[^\s"'`&;,}\])<>\\]+/y

const schemeWord = /^(?:bearer|basic|token|apikey|negotiate|ntlm)$/i

/** Schemes with several parts, up to the end of the line. */
const longScheme = /^(?:digest|signature|hawk|oauth|aws4-hmac-sha256)$/i

/** Names that begin no sentence about what they name. */
const strongName = /pass|pwd|secret|phrase|authorization|api.?key|비밀번호|암호/i

const nextWord = /[ \t]+[^\s"'`,;]+/y

/** Finds what to hide behind a secret key; `undefined` if what stands there is no secret. */
export function findSecretValue(text: string, start: number, label: Label): Span | undefined {
  const opening = /^\\{0,3}["'`]/.exec(text.slice(start, start + 4))?.[0]
  if (opening !== undefined) return findQuoted(text, start + opening.length, opening)
  const first = text[start]
  if (first === '{' || (first === '[' && !text.startsWith('[redacted]', start))) {
    return { start, end: findClosingBracket(text, start) }
  }
  return findUnquoted(text, start, label)
}

function findQuoted(text: string, start: number, opening: string): Span | undefined {
  const quote = opening.at(-1) ?? '"'
  const end = findClosingQuote(text, start, { quote, slashes: opening.length - 1 })
  const value = text.slice(start, end)
  return value === '' || placeholders.test(value) ? undefined : { start, end }
}

/** In JSON inside JSON the closing quote has as many backslashes as the opening one. */
function findClosingQuote(
  text: string,
  start: number,
  { quote, slashes }: { quote: string; slashes: number },
): number {
  const limit = Math.min(text.length, start + maxValueLength)
  for (
    let at = text.indexOf(quote, start);
    at >= 0 && at < limit;
    at = text.indexOf(quote, at + 1)
  ) {
    let before = 0
    while (at - before > start && text[at - before - 1] === '\\') before += 1
    if (slashes === 0 ? before % 2 === 0 : before <= slashes) return at - (slashes > 0 ? before : 0)
  }
  return limit
}

function findClosingBracket(text: string, start: number): number {
  const limit = Math.min(text.length, start + maxValueLength)
  let depth = 0
  for (let at = start; at < limit; at += 1) {
    const character = text[at]
    if (character === '{' || character === '[') depth += 1
    if (character === '}' || character === ']') depth -= 1
    if (depth === 0) return at + 1
  }
  return limit
}

function findUnquoted(text: string, start: number, label: Label): Span | undefined {
  unquoted.lastIndex = start
  const value = unquoted.exec(text)?.[0] ?? ''
  const end = start + value.length
  if (value === '' || placeholders.test(value) || isHarmless(text, end, { ...label, value })) {
    return undefined
  }
  return { start, end: endOfCredential(text, end, { name: label.name, value }) }
}

/** A cookie header has several values, and an authorization its scheme first. */
function endOfCredential(
  text: string,
  end: number,
  { name, value }: { name: string; value: string },
): number {
  if (/cookie/i.test(name) || longScheme.test(value)) {
    const newline = text.indexOf('\n', end)
    return newline < 0 ? text.length : newline
  }
  if (!schemeWord.test(value)) return end
  nextWord.lastIndex = end
  return end + (nextWord.exec(text)?.[0].length ?? 0)
}

/** Numbers of tokens, positions in files, and prose: `invalid token: it has expired`. */
function isHarmless(
  text: string,
  end: number,
  { name, separator, value }: Label & { readonly value: string },
): boolean {
  if (/^\d+$/.test(value) && /s$/i.test(name)) return true
  if (!separator.includes(':')) return false
  if (/^\d+(?::\d+)?$/.test(value) && !/[ \t]$/.test(separator)) {
    return /[/\\][\w.-]*$/.test(
      text.slice(Math.max(0, end - value.length - 40), end - value.length - 1),
    )
  }
  return /[ \t]$/.test(separator) && isProse(text, end, { name, value })
}

/** `card: refused`, `password: must be longer`: a word, and not that of a secret, or the first of a sentence. */
function isProse(
  text: string,
  end: number,
  { name, value }: { name: string; value: string },
): boolean {
  if (looksRandom(value) || schemeWord.test(value) || longScheme.test(value)) return false
  return !strongName.test(name) || /^[ \t]+[A-Za-z(`"']/.test(text.slice(end, end + 4))
}

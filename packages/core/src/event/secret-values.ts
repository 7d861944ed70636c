import { looksRandom } from './secret-tokens.ts'

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

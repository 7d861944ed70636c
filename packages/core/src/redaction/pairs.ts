import { type TextRange, redactRanges } from './bounded-text.ts'
import { type Certainty, isHarmlessUnder, isSecretInside, type NameTest } from './keys.ts'
import { findValueEnd, isPlaceholder, isReadable, looksRandom } from './values.ts'

/** Characters of names in the languages that `keys.ts` knows. */
const nameCharacters = String.raw`\w.[\]$\u00c0-\u024f\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3-`

/**
 * A `=`, `:` or `=>`, and the like of programming languages, and the name before it, which may be in quotes (in JSON inside JSON
 * with backslashes). Looking back from the few separators is much faster than trying each word of a text.
 */
const separators = new RegExp(
  `(?=[=:：＝])(?<=([${nameCharacters}]{1,128})(?:\\\\{0,31}["'\`]\\]?)?[ \\t]{0,8}[?+.|!<>]{0,2})[=:：＝]{1,4}>?[ \\t]{0,8}`,
  'g',
)

/** Last words of names that are written with spaces: `API key: …`, `mot de passe : …`. */
const lastWords =
  /^(?:key|number|code|phrase|string|pin|pass|word|id|link|url|response|assertion|verifier|passe|secreta|secrète|privada|privée|api|acceso|accès|paso|tarjeta|crédito|débito|crédit|carte|bancaire|confidentiel|verificación|seguridad|vérification|sécurité|confirmation|schlüssel|확인|確認|キー|コード|番号|키|코드|번호)$/i
const notOfAWord = /[\s=,;()[\]{}<>"'`]/
const wordBefore = /^[\p{L}\d.'’_-]{1,32}$/u

/** Types that languages write between a name and its value: `var apiToken string = "…"`, `apiToken: String = "…"`. */
const types = /^(?:string|str|char|text|bytes|any|object)$/i
const nameBefore = new RegExp(`([${nameCharacters}]{1,128})[ \\t]{0,4}:?[ \\t]{1,4}$`)

/**
 * Redacts the values of secret names, as logs, query strings, JSON (escaped too), headers, source code and `util.inspect` write
 * them.
 */
export function redactPairs(text: string, judge: NameTest): string {
  return redactRanges(text, findSecretValues(text, judge))
}

/** An object that is searched and not hidden as a whole. */
interface Container {
  readonly name: string
  readonly end: number
}

function* findSecretValues(text: string, judge: NameTest): Iterable<TextRange> {
  let from = 0
  let inside: Container = { name: '', end: 0 }
  for (const { 0: separator, 1: written = '', index } of text.matchAll(separators)) {
    if (index < from) continue
    const label = labelOf(text, { index, written, separator }, judge)
    const certainty =
      label.certainty === 'none' && index < inside.end && isSecretInside(label.name, inside.name)
        ? 'likely'
        : label.certainty
    if (certainty === 'none') continue
    const start = index + separator.length
    if (isSearched(text, start, { ...label, certainty })) {
      if (index >= inside.end) inside = { name: label.name, end: findClosingBracket(text, start) }
      continue
    }
    const value = findSecretValue(text, start, { ...label, certainty })
    if (value === undefined) continue
    from = value.end
    yield value
  }
}

/** The name and the separator in front of a value. */
interface Label {
  readonly name: string
  readonly certainty: Certainty
  readonly separator: string
  readonly at: number
}

interface Found {
  readonly index: number
  readonly written: string
  readonly separator: string
}

function labelOf(text: string, { index, written, separator }: Found, judge: NameTest): Label {
  const name = written.replace(/^[\d.[\]]*[.[\]]|\]$/g, '')
  const label = {
    name,
    certainty: name === '' ? ('none' as const) : judge(name),
    separator,
    at: index,
  }
  const isQuoted = /["'`]/.test(text[index - 1] ?? '')
  if (label.certainty === 'secret' || !(isQuoted || types.test(name) || lastWords.test(name))) {
    return label
  }
  const nameAt = text.lastIndexOf(written, index - 1)
  if (text[nameAt - 1] !== ' ' || notOfAWord.test(text[nameAt - 2] ?? ' ')) return label
  const longer =
    types.test(name) && !isQuoted
      ? nameBefore.exec(text.slice(Math.max(0, nameAt - 140), nameAt))?.[1]
      : text.slice(startOfName(text, nameAt, isQuoted), nameAt) + name
  return longer === undefined ? label : { ...label, name: longer, certainty: judge(longer) }
}

/** Where a name begins that is written with spaces: up to three words before its last one. */
function startOfName(text: string, lastWordAt: number, isQuoted: boolean): number {
  let start = lastWordAt
  for (let words = 0; words < 3; words += 1) {
    const space = text.lastIndexOf(' ', start - 2)
    const quote = isQuoted ? text.slice(space + 1, start - 1).search(/[^"'`]*$/) : 0
    const begin = space + 1 + quote
    if (!wordBefore.test(text.slice(begin, start - 1))) break
    start = begin
    if (quote > 0) break
  }
  return start
}

/** Credentials in a text are nothing but secret. */
function isSearched(text: string, start: number, { name, certainty }: Label): boolean {
  return certainty === 'likely' && text[start] === '{' && !/credential/i.test(name)
}

const scheme =
  /^(?:bearer|basic|token|apikey|api-key|key|negotiate|ntlm|jwt|ssws|splunk|bot|mac|zoho-oauthtoken|googlelogin)$/i

/** Schemes with several parts, up to the end of the line. */
const longScheme = /^(?:digest|signature|hawk|oauth|aws4-hmac-sha256)$/i

/** Names that begin no sentence about what they name. */
const strongName =
  /pass|pwd|pw$|psk|secret|phrase|authorization|api.?key|비밀번호|비번|암호|パスワード|密码|密碼|mdp|kennwort|contrase/i

/** `Token token="…", nonce="…"` */
const parameters = /[ \t]+[\w-]{1,32}="/y

const nextWord = /[ \t]+[^\s"'`,;]+/y

/** The quote in front of a value, with what languages write in front of it: `b'…'`, `Some("…")`, `string(7) "…"`. */
const opening =
  /(?:[A-Za-z_][\w.:]{0,40}\(|[bruf]{1,2}|&|string\(\d{1,9}\) )?(\\{0,31}(?:"""|'''|["'`]))/iy

/** Finds what to hide behind a secret name; `undefined` if what stands there is no secret. */
function findSecretValue(text: string, start: number, label: Label): TextRange | undefined {
  const found = matchAt(opening, text, start)
  if (found !== null) return findQuoted(text, start + found[0].length, found[1] ?? '', label)
  if (matchAt(masked, text, start) !== null || matchAt(counts, text, start) !== null) {
    return undefined
  }
  const first = text[start]
  if (first === '{' || first === '[') {
    return label.certainty === 'generated' || label.certainty === 'numeric'
      ? undefined
      : { start, end: findClosingBracket(text, start) }
  }
  return findNextLine(text, start, label) ?? findUnquoted(text, start, label)
}

/** What a serializer or this redaction has put in the place of a value, and what says that there is an object. */
const masked =
  /\[(?:redacted|filtered|masked|hidden|removed|secret|sensitive|object|array|function)[^\]\n]{0,64}\]/iy

/** Numbers of tokens: `"tokens":{"prompt":512}`. */
const counts = /\{(?:\s{0,8}["']?\w{1,64}["']?\s{0,8}:\s{0,8}\d+,?){1,32}\s{0,8}\}/y

function matchAt(pattern: RegExp, text: string, at: number): RegExpExecArray | null {
  pattern.lastIndex = at
  return pattern.exec(text)
}

function findQuoted(
  text: string,
  start: number,
  quote: string,
  { certainty }: Label,
): TextRange | undefined {
  const end = findClosingQuote(text, start, quote)
  const value = text.slice(start, end)
  if (value === '' || isPlaceholder(value) || isHarmlessUnder(certainty, value)) return undefined
  return { start, end }
}

/** In JSON inside JSON the closing quote has as many backslashes as the opening one. */
function findClosingQuote(text: string, start: number, opened: string): number {
  const quote = opened.replace(/^\\+/, '')
  const slashes = opened.length - quote.length
  let at = text.indexOf(quote, start)
  while (at >= 0) {
    let before = 0
    while (at - before > start && text[at - before - 1] === '\\') before += 1
    if (slashes === 0 && before % 2 === 0) return at
    if (slashes > 0 && before <= slashes) return at - before
    at = text.indexOf(quote, at + 1)
  }
  return text.length
}

function findClosingBracket(text: string, start: number): number {
  let depth = 0
  for (let at = start; at < text.length; at += 1) {
    const character = text[at]
    if (character === '{' || character === '[') depth += 1
    if (character === '}' || character === ']') depth -= 1
    if (depth === 0) return at + 1
  }
  return text.length
}

/** YAML's blocks, `|` and `>`, and what stands in the next line. */
const block = /[|>][+-]?\d?[ \t]*\r?\n(?=[ \t])/y
const lines = /[ \t]+[^\n]*(?:\n[ \t]+[^\n]*)*/y
const nextLine = /\r?\n([ \t]*)(\\{0,31}["'`])?(?=\S)/y
const property = /[ \t]*(?:-[ \t]|["']?[\w.-]+["']?[ \t]*[:=]|[<[{])/y

function findNextLine(text: string, start: number, label: Label): TextRange | undefined {
  if (label.certainty !== 'secret') return undefined
  const opened = matchAt(block, text, start)
  if (opened !== null) {
    const value = matchAt(lines, text, start + opened[0].length)
    const indent = /^[ \t]*/.exec(value?.[0] ?? '')?.[0].length ?? 0
    const begin = start + opened[0].length
    return { start: begin + indent, end: begin + (value?.[0].length ?? 0) }
  }
  const next = matchAt(nextLine, text, start)
  if (next === null) return undefined
  const begin = start + next[0].length
  if (next[2] !== undefined) return findQuoted(text, begin, next[2], label)
  const isIndented = (next[1] ?? '') !== '' || strongName.test(label.name)
  return isIndented && matchAt(property, text, begin) === null
    ? findUnquoted(text, begin, { ...label, separator: ': ' })
    : undefined
}

/** By how many characters a value is judged: what does not hide it may be read again. */
const maxJudgedLength = 512

function findUnquoted(text: string, start: number, label: Label): TextRange | undefined {
  const judged = text.slice(start, start + maxJudgedLength)
  const length = findValueEnd(judged, 0)
  const value = judged.slice(0, length)
  if (value === '' || isPlaceholder(value) || isHarmlessUnder(label.certainty, value)) {
    return undefined
  }
  if (isHarmless(text, start + length, label, value)) return undefined
  const end = length < maxJudgedLength ? start + length : findValueEnd(text, start)
  return { start, end: endOfCredential(text, end, label, value) }
}

/** A cookie header has several values, and an authorization its scheme first. */
function endOfCredential(text: string, end: number, label: Label, value: string): number {
  if (/cookie/i.test(label.name) || longScheme.test(value)) return endOfLine(text, end, label)
  if (!scheme.test(value)) return end
  if (matchAt(parameters, text, end) !== null) return endOfLine(text, end, label)
  return end + (matchAt(nextWord, text, end)?.[0].length ?? 0)
}

const lineEnd = /\r|\n|\\{1,31}[rn]/

/** A header may stand in quotes as a whole: `"Cookie: a=1; b=2"`. */
const quotedName = /(\\{0,31}["'`])[\w-]{1,64}[ \t]*$/

function endOfLine(text: string, start: number, { at }: Label): number {
  const around = quotedName.exec(text.slice(Math.max(0, at - 100), at))?.[1]
  const quote = around === undefined ? -1 : text.indexOf(around, start)
  const line = text.slice(start, quote < 0 ? text.length : quote)
  const newline = line.search(lineEnd)
  return start + (newline < 0 ? line.length : newline)
}

/** Numbers of tokens, positions in files, and prose: `invalid token: it has expired`. */
function isHarmless(text: string, end: number, label: Label, value: string): boolean {
  const { name, separator } = label
  if (isNoSecret(name, value)) return true
  if (!separator.includes(':') && !separator.includes('：')) return false
  if (isPartOfUrn(text, end - value.length)) return true
  if (/[ \t]$/.test(separator)) return isProse(text, end, name, value)
  const path = text.slice(Math.max(0, end - value.length - 40), end - value.length - 1)
  return /^\d+(?::\d+)?$/.test(value) && /[/\\][\w.-]*$/.test(path)
}

/** Counts of tokens, states of a card, the working directory of a shell, objects in print. */
function isNoSecret(name: string, value: string): boolean {
  if (/^\d+$/.test(value) && (/s$/i.test(name) || (value.length < 4 && /token$/i.test(name)))) {
    return true
  }
  if (/^(?:card|pin|pan|carte|karte|tarjeta)$/i.test(name) && !/\d/.test(value)) return true
  if (/^(?:old)?pwd$/i.test(name) && /^(?:\/|[A-Z]:)/.test(value)) return true
  return !strongName.test(name) && isPrinted(value)
}

/** `arn:aws:secretsmanager:eu-west-1:123456789012:secret:shop` */
function isPartOfUrn(text: string, start: number): boolean {
  return /(?:^|[\s"'=(,[])(?:arn|urn):\S*$/.test(text.slice(Math.max(0, start - 128), start))
}

/** What a program prints of an object, and 64-bit numbers: `Token{4f2a`, `android.os.BinderProxy@4ee5c77`, `0x14ede63a5a70002`. */
function isPrinted(value: string): boolean {
  return /^[A-Za-z][\w.$]*(?:[{(<]|@[\da-f]{1,8}\W?$)|^0x[\da-f]{1,16}\W?$/i.test(value)
}

/** `card: refused`, `password: must be longer`: a word, and not that of a secret, or the first of a sentence. */
function isProse(text: string, end: number, name: string, value: string): boolean {
  const isStrong = strongName.test(name)
  // A sentence in a language without spaces, or with particles: `비밀번호: 8자 이상`.
  if (/[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7a3]/.test(value)) return true
  if (looksRandom(value)) return !isStrong && isNameOfParts(value)
  if (scheme.test(value) || longScheme.test(value)) {
    return !isStrong && !looksRandom(matchAt(nextWord, text, end)?.[0].trim() ?? '')
  }
  return !isStrong || /^[ \t]+[A-Za-z(`"']/.test(text.slice(end, end + 4))
}

/** `com.apple.xpc.activity/4505`, and the numbers of a session: `30546173_4261722401`. */
function isNameOfParts(value: string): boolean {
  return /^[A-Za-z]\w*[./].*\w[./]|^\d+_\d/.test(value) && isReadable(value)
}

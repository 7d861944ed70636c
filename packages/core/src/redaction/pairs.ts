import { type TextRange, redactRanges } from './bounded-text.ts'
import type { KeyTest } from './keys.ts'
import { looksRandom } from './values.ts'

/**
 * A `=`, `:` or `=>` and the name before it, which may be in quotes (in JSON inside JSON with backslashes). Looking back from the
 * few separators is much faster than trying each word of a text.
 */
const separators =
  /(?=[=:])(?<=([\w.[\]\uac00-\ud7a3-]{1,128})(?:\\*["'`])?[ \t]{0,8})(?:=>|[=:])[ \t]{0,8}/g

/** Last words of names that are written with a space: `API key: …`. */
const spacedNames = /^(?:key|number|code|phrase|string|pin)$/i

/**
 * Redacts the values of secret keys, as logs, query strings, JSON (escaped too), headers and `util.inspect` write them.
 */
export function redactPairs(text: string, isSecretKey: KeyTest): string {
  return redactRanges(text, findSecretValues(text, isSecretKey))
}

function* findSecretValues(text: string, isSecretKey: KeyTest): Iterable<TextRange> {
  let from = 0
  for (const { 0: separator, 1: written = '', index } of text.matchAll(separators)) {
    if (index < from) continue
    const name = nameOf(text, index, written)
    if (name === '' || !isSecretKey(name)) continue
    const value = findSecretValue(text, index + separator.length, { name, separator })
    if (value === undefined) continue
    from = value.end
    yield value
  }
}

function nameOf(text: string, separatorAt: number, written: string): string {
  const name = written.replace(/^[\d.[\]]+/, '')
  if (!spacedNames.test(name)) return name
  const before = text.slice(0, text.lastIndexOf(written, separatorAt - 1))
  return (/[A-Za-z]+ $/.exec(before.slice(-16))?.[0] ?? '') + name
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
function findSecretValue(text: string, start: number, label: Label): TextRange | undefined {
  const opening = /^\\{0,3}["'`]/.exec(text.slice(start, start + 4))?.[0]
  if (opening !== undefined) return findQuoted(text, start + opening.length, opening)
  const first = text[start]
  if (first === '{' || (first === '[' && !text.startsWith('[redacted]', start))) {
    return { start, end: findClosingBracket(text, start) }
  }
  return findUnquoted(text, start, label)
}

function findQuoted(text: string, start: number, opening: string): TextRange | undefined {
  const end = findClosingQuote(text, start, opening)
  const value = text.slice(start, end)
  return value === '' || placeholders.test(value) ? undefined : { start, end }
}

/** In JSON inside JSON the closing quote has as many backslashes as the opening one. */
function findClosingQuote(text: string, start: number, opening: string): number {
  const quote = opening.slice(-1)
  const slashes = opening.length - 1
  const limit = Math.min(text.length, start + maxValueLength)
  let at = text.indexOf(quote, start)
  while (at >= 0 && at < limit) {
    let before = 0
    while (at - before > start && text[at - before - 1] === '\\') before += 1
    if (slashes === 0 && before % 2 === 0) return at
    if (slashes > 0 && before <= slashes) return at - before
    at = text.indexOf(quote, at + 1)
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

function findUnquoted(text: string, start: number, label: Label): TextRange | undefined {
  unquoted.lastIndex = start
  const value = unquoted.exec(text)?.[0] ?? ''
  const end = start + value.length
  if (value === '' || placeholders.test(value) || isHarmless(text, end, label, value)) {
    return undefined
  }
  return { start, end: endOfCredential(text, end, label.name, value) }
}

/** A cookie header has several values, and an authorization its scheme first. */
function endOfCredential(text: string, end: number, name: string, value: string): number {
  if (/cookie/i.test(name) || longScheme.test(value)) {
    const newline = text.indexOf('\n', end)
    return newline < 0 ? text.length : newline
  }
  if (!schemeWord.test(value)) return end
  nextWord.lastIndex = end
  return end + (nextWord.exec(text)?.[0].length ?? 0)
}

/** Numbers of tokens, positions in files, and prose: `invalid token: it has expired`. */
function isHarmless(text: string, end: number, label: Label, value: string): boolean {
  const { name, separator } = label
  if (/^\d+$/.test(value) && /s$/i.test(name)) return true
  if (!separator.includes(':')) return false
  if (/[ \t]$/.test(separator)) return isProse(text, end, name, value)
  const path = text.slice(0, end - value.length - 1).slice(-39)
  return /^\d+(?::\d+)?$/.test(value) && /[/\\][\w.-]*$/.test(path)
}

/** `card: refused`, `password: must be longer`: a word, and not that of a secret, or the first of a sentence. */
function isProse(text: string, end: number, name: string, value: string): boolean {
  if (looksRandom(value) || schemeWord.test(value) || longScheme.test(value)) return false
  return !strongName.test(name) || /^[ \t]+[A-Za-z(`"']/.test(text.slice(end, end + 4))
}

/** A secret without `=` or `:` in front: what `value` matches in a form. */
interface Phrase {
  /** Much faster to look for than the form. */
  readonly hint: RegExp
  readonly form: RegExp
}

/** Messages of validators and databases, markup and flags: a secret and its key. */
const keyedPhrases: readonly Phrase[] = [
  // Mongoose: Path `password` (`hunter2`, length 7) is shorter than the minimum
  { hint: /` \(`/, form: /`(?<key>[\w.-]{1,64})` \(`(?<value>[^`]{1,1024})`/dg },
  // Mongoose: Cast to Number failed for value "hunter2" (type string) at path "pin"
  {
    hint: /\) at path "/,
    form: /value "(?<value>[^"]{1,1024})" \(type \w{1,20}\) at path "(?<key>[\w.-]{1,64})"/dg,
  },
  // Joi: "password" with value "hunter2" fails to match the required pattern
  {
    hint: /" with value "/,
    form: /"(?<key>[\w.[\]-]{1,64})" with value "(?<value>[^"]{1,1024})"/dg,
  },
  // PostgreSQL: Key (token)=(hunter2) already exists
  { hint: /\)=\(/, form: /\((?<key>[\w, ]{1,64})\)=\((?<value>[^)]{1,1024})\)/dg },
  // A part of a form that was logged raw
  {
    hint: /form-data; name="/,
    form: /form-data; name="(?<key>[\w.[\]-]{1,64})"\r?\n(?:[\w-]{1,64}: [^\r\n]{0,256}\r?\n){0,4}\r?\n(?<value>[^\r\n]{1,1024})/dg,
  },
  // Yup: pin must be a `number` type, but the final value was: `NaN` (cast from the value `"hunter2"`)
  {
    hint: /final value was: `/,
    form: /(?<![\w.[\]])(?<key>[\w.[\]]{1,64}) must be a `\w{1,20}` type, but the final value was: (?<value>`[^`]{0,1024}`(?: \(cast from the value `[^`]{0,1024}`\))?)/dg,
  },
  {
    hint: /--/,
    form: /(?<![\w-])(?<key>--[a-z][\w-]{0,63})[ \t]{1,4}(?<value>[^\s"'`-][^\s"'`]*)/dgi,
  },
  {
    hint: /<\//,
    form: /<(?<key>[\w:.-]{1,64})(?:\s[^<>]{0,256})?>(?<value>[^<>]{1,4096})(?=<\/)/dg,
  },
]

/** Commands, statements and addresses with a secret in a known place. */
const plainPhrases: readonly Phrase[] = [
  {
    hint: /mysql/,
    form: /\bmysql\w{0,12} [^\n|;]{0,200}? -p(?<value>[^\s"'-][^\s"']*)/dg,
  },
  {
    hint: /curl /,
    form: /\bcurl [^\n]{0,160}?(?:-u|--(?:proxy-)?user)[ =]?["']?[^\s:"']{1,64}:(?<value>[^\s"']+)/dg,
  },
  { hint: /sshpass/, form: /\bsshpass -p[ ]?["']?(?<value>[^\s"']+)/dg },
  { hint: /redis-cli/, form: /\bredis-cli [^\n|;]{0,200}?-a ["']?(?<value>[^\s"']+)/dg },
  { hint: /auth /i, form: /\bAUTH (?:PLAIN|LOGIN|XOAUTH2) (?<value>[\w+/=-]{8,})/dgi },
  // A quote that is followed by a comma or a bracket ends a text, and begins none.
  {
    hint: /password/i,
    form: /\bpassword\s{1,4}(?:(?:is|was)\s{1,4})?(?<quote>["'])(?<value>[^\s"',:;)}\]][^"'\n]{0,255})(?=\k<quote>)/dgi,
  },
  {
    hint: /identified/i,
    form: /\bidentified\s{1,4}(?:with\s{1,4}\w{1,64}\s{1,4})?by\s{1,4}(?<quote>["'])(?<value>[^"'\n]{1,256})(?=\k<quote>)/dgi,
  },
  // Addresses that let anybody who has them post.
  {
    hint: /hooks\.slack/,
    form: /hooks\.slack(?:-gov)?\.com\/(?:services|workflows|triggers)\/(?<value>[\w/-]{1,256})/dg,
  },
  {
    hint: /discord/,
    form: /discord(?:app)?\.com\/api\/(?:v\d{1,2}\/)?webhooks\/(?<value>[\w/-]{1,256})/dg,
  },
  {
    hint: /webhookb2/,
    form: /webhook\.office\.com\/webhookb2\/(?<value>[\w@/-]{1,512})/dg,
  },
  { hint: /telegram/, form: /api\.telegram\.org\/bot(?<value>[\w:-]{1,256})/dg },
]

/** Redacts the values of secret keys in messages of validators and databases, in markup and command lines. */
export function redactKeyedPhrases(text: string, isSecretKey: KeyTest): string {
  return redactPhrases(text, keyedPhrases, isSecretKey)
}

/** Redacts secrets in the command lines, SQL and webhook addresses that error messages quote. */
export function redactPlainPhrases(text: string): string {
  return redactPhrases(text, plainPhrases, () => true)
}

function redactPhrases(text: string, phrases: readonly Phrase[], isSecretKey: KeyTest): string {
  let result = text
  for (const { hint, form } of phrases) {
    if (hint.test(result)) result = redactRanges(result, findValues(result, form, isSecretKey))
  }
  return result
}

function* findValues(text: string, form: RegExp, isSecretKey: KeyTest): Iterable<TextRange> {
  for (const { groups, indices } of text.matchAll(form)) {
    const [start, end] = indices?.groups?.['value'] ?? [0, 0]
    if (isSecretKey(groups?.['key'] ?? '')) yield { start, end }
  }
}

import { redacted } from './bounded-text.ts'
import { redactCardNumbers, redactPrivateKeys, redactTokens } from './tokens.ts'
import { copyValue } from './copy-value.ts'
import { createNameTest, type NameTest } from './keys.ts'
import { redactPairs } from './pairs.ts'
import { personalNames, redactPersonal } from './personal.ts'
import { redactPhrases } from './phrases.ts'
import { redactParameters, redactUrlCredentials } from './urls.ts'

/** What is redacted beside what is known by default. */
export interface RedactorOptions {
  /** Further keys, matched as words: `'ssn'` hits `userSsn` and `ssn_hash`. */
  readonly keys?: readonly string[] | undefined
  /** Further texts: regular expressions, as such or as strings, matched everywhere. */
  readonly patterns?: readonly (string | RegExp)[] | undefined
  /** Keys that are shown although a rule hits them. */
  readonly exceptions?: readonly string[] | undefined
  /** Whether e-mail addresses, phone numbers, IBANs, national identification numbers and IP addresses are redacted, too. */
  readonly personal?: boolean | undefined
  /** Texts that are secret wherever they stand: our own token and webhook address. */
  readonly secrets?: readonly string[] | undefined
}

/** Redacts whatever leaves memory. */
export interface Redactor {
  /** The text with every secret replaced by `[redacted]`. */
  readonly text: (value: string) => string
  /** A deep, bounded copy as JSON values, redacted by key and by value. Never throws. */
  readonly value: (value: unknown) => unknown
  /** Whether what stands under a name is secret: always, or if it is a text. */
  readonly isSecretKey: (name: string) => boolean
  /** The same redactor with a further change to each text, which comes first, or with further secret names. */
  readonly with: (rules: Partial<RedactorRules>) => Redactor
}

/** What a redactor can be changed by. */
interface RedactorRules {
  readonly change: (text: string) => string
  readonly isSecretKey: (name: string) => boolean
}

/** Shorter ones would hit words of everyday texts. */
const minSecretLength = 8

/** Shorter texts than these come again and again. */
const maxRememberedLength = 40
const maxRemembered = 200

/** The redactor with the given additions to the defaults. */
export function createRedactor(options: RedactorOptions = {}): Redactor {
  const isPersonal = options.personal === true
  const names = [...(options.keys ?? []), ...(isPersonal ? personalNames : [])]
  const judge = createNameTest(names, options.exceptions ?? [])
  const secrets = spellings(options.secrets ?? [])
  const patterns = (options.patterns ?? []).map(compile)

  const plain = (value: string): string => {
    let result = value
    for (const secret of secrets) result = result.replaceAll(secret, redacted)
    result = redactUrlCredentials(result)
    if (result.includes('?')) result = redactParameters(result)
    result = redactPairs(redactPhrases(redactPrivateKeys(result), judge), judge)
    result = redactCardNumbers(redactTokens(result))
    if (isPersonal) result = redactPersonal(result)
    for (const pattern of patterns) result = result.replace(pattern, hide)
    return result
  }

  const part = rememberHarmless(plain)
  const decoded = (value: string): string =>
    plain(redactBase64(redactPercentEncoded(value, part), part))

  const text = rememberHarmless((value) => {
    const seen = withoutUnseen(value)
    const result = decoded(seen)
    // Where nothing is secret the text stays as it is: joiners make one emoji of several.
    return result !== seen || seen === value ? result : decoded(value)
  })

  return redactorOf(text, judge)
}

function redactorOf(text: (value: string) => string, judge: NameTest): Redactor {
  const isSecretKey = (name: string): boolean => ['secret', 'likely'].includes(judge(name))
  return {
    text,
    value: (value) => copyValue(value, { text, judge }),
    isSecretKey,
    with: ({ change, isSecretKey: isSecret = isSecretKey }) =>
      redactorOf(change === undefined ? text : (value) => text(change(value)), (name) =>
        isSecret(name) && !isSecretKey(name) ? 'secret' : judge(name),
      ),
  }
}

/** A text without the given ones, as such or as a part of an address. Short ones are hidden only as a part of a path. */
export function hideTexts(value: string, secrets: readonly string[]): string {
  let result = value
  for (const secret of secrets) {
    for (const spelling of new Set([secret, encode(secret)])) {
      result =
        spelling.length >= minSecretLength
          ? result.replaceAll(spelling, redacted)
          : hideSegment(result, spelling)
    }
  }
  return result
}

function encode(text: string): string {
  try {
    return encodeURIComponent(text)
  } catch {
    // Half of a character, of which no address can be made.
    return text
  }
}

function hideSegment(text: string, segment: string): string {
  if (!text.includes(`/${segment}`)) return text
  const escaped = segment.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&')
  return text.replace(new RegExp(`(?<=/)${escaped}(?![\\w%~-])`, 'g'), redacted)
}

/** The same few levels, names and addresses stand in most records. Of what is secret nothing is remembered. */
function rememberHarmless(redact: (value: string) => string): (value: string) => string {
  const harmless = new Set<string>([''])
  return (value) => {
    if (value.length > maxRememberedLength) return redact(value)
    if (harmless.has(value)) return value
    const result = redact(value)
    if (result !== value) return result
    if (harmless.size >= maxRemembered) harmless.clear()
    harmless.add(value)
    return value
  }
}

const words = /[^\s"'<>`]+/g

const escapes = /(?:%[\da-f]{2})+/gi

/** An address in an address in an address. */
const maxDepth = 3

/**
 * Redacts what stands percent-encoded in a text, as an address in the query of another does. A word is left as it is where nothing
 * in it is secret, and else shown decoded.
 */
function redactPercentEncoded(text: string, redact: (text: string) => string): string {
  if (!/%[2-7][\da-f]/i.test(text)) return text
  return text.replace(words, (word) => {
    const decoded = word.includes('%') ? decode(word) : word
    if (decoded === word) return word
    const hidden = redact(decoded)
    return hidden === decoded ? word : hidden
  })
}

function decode(word: string): string {
  let decoded = word
  for (let depth = 0; depth < maxDepth && decoded.includes('%'); depth += 1) {
    decoded = decoded.replace(escapes, decodeRun)
  }
  return decoded
}

function decodeRun(run: string): string {
  try {
    return decodeURIComponent(run)
  } catch {
    // No text in UTF-8: it stays as it was written.
    return run
  }
}

/** JSON and PEM in Base64, by the beginnings of objects, of lists and of `-----BEGIN`. */
const base64 =
  /(?<![A-Za-z\d+/])(?:eyJ|eyA|eyI|ewo|ew0K|W3s|WyJ|Wwo|LS0tLS|Ci0tLS0t)[\w+/-]{12,}={0,2}/g

/** Redacts JSON and PEM in Base64 as a whole if something in it is secret. */
function redactBase64(text: string, redact: (text: string) => string): string {
  return text.replace(base64, (found) => {
    const decoded = Buffer.from(found, 'base64').toString('utf8')
    return redact(decoded) === decoded ? found : redacted
  })
}

/** A pattern may match nothing, as `x*` does, between any two characters. */
function hide(found: string): string {
  return found === '' ? '' : redacted
}

/** A secret as such, as a part of an address, and as JSON has it; the longest first, since one may hold another. */
function spellings(secrets: readonly string[]): readonly string[] {
  const all = new Set<string>()
  for (const secret of secrets) {
    if (secret.length < minSecretLength) continue
    all.add(secret)
    all.add(encodeURIComponent(secret))
    all.add(JSON.stringify(secret).slice(1, -1))
    all.add(secret.replaceAll('/', '\\/'))
  }
  return [...all].toSorted((one, other) => other.length - one.length)
}

function compile(pattern: string | RegExp): RegExp {
  if (typeof pattern === 'string') return new RegExp(pattern, 'g')
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '') + 'g')
}

/* oxlint-disable no-control-regex -- control characters are what this file removes */

/** Colours and other codes for terminals, control characters, and what Unicode calls ignorable. */
const unseen =
  /(?:\u001b\[|\u009b)[0-?]{0,64}[ -/]{0,16}[@-~]|[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\p{Default_Ignorable_Code_Point}]/gu

/** The text without what a reader does not see, which parts the name of a secret and its value, or the secret itself. */
function withoutUnseen(text: string): string {
  return /[^\t\n\r -~]/.test(text) ? text.replace(unseen, '') : text
}

import { findSecretValue } from './secret-values.ts'

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

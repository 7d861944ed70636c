import { findSecretValue } from './secret-values.ts'

const replacement = '[redacted]'

/** If none of these stands in a text, no key in it is secret. Cheap, and true of most texts. */
const mayHoldKey =
  /pass|pwd|pswd|secret|token|auth|key|credential|cookie|csrf|xsrf|jwt|bearer|sess|card|cv[cvn]|ssn|otp|mnemonic|phrase|dsn|sid|sig|pin|pan|pem|code|factor|connection|webhook|social/i

/** A name and its `=`, `:` or `=>`, as logs, query strings, JSON (escaped too), headers and `util.inspect` write them. */
const names =
  /(?<![\w.-])([A-Za-z_-][\w.[\]-]{0,127})(?:\\{0,3}["'`])?[ \t]{0,8}(=>|[=:])[ \t]{0,8}/g

/** `--password value`; with `=` it is a pair. */
const flags = /(?<![\w-])(--[a-z][\w-]{0,63})([ \t]{1,4})([^\s"'`-][^\s"'`]*)/gi

const elements = /<([\w:.-]{1,64})((?:\s[^<>]{0,256})?)>([^<>]{1,4096})(?=<\/)/g

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

function redactNamed(text: string, isSecretKey: (key: string) => boolean): string {
  let result = ''
  let shownTo = 0
  names.lastIndex = 0
  for (let match = names.exec(text); match !== null; match = names.exec(text)) {
    const start = names.lastIndex
    const name = wholeName(text, match.index, match[1] ?? '')
    if (!isSecretKey(name)) continue
    const value = findSecretValue(text, start, { name, separator: match[0].slice(name.length) })
    if (value === undefined) continue
    result += text.slice(shownTo, value.start) + replacement
    shownTo = value.end
    names.lastIndex = value.end
  }
  return shownTo === 0 ? text : result + text.slice(shownTo)
}

function wholeName(text: string, index: number, name: string): string {
  if (!spacedNames.has(name.toLowerCase())) return name
  const before = /[A-Za-z]+ $/.exec(text.slice(Math.max(0, index - 16), index))
  return before === null ? name : before[0] + name
}

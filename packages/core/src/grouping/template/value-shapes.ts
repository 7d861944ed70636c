import { termsWithDigits } from './vocabulary.ts'

/** What a character can be part of; a run of characters is judged by the union of its bits. */
export const letter = 1
export const digit = 2
/** Joins parts of one word: `.` `-` `_` `+` `~` `%` `$`. */
export const joiner = 4
export const slash = 8
export const at = 16
export const space = 32
export const quote = 64
export const separator = 128

/** Characters of which words, numbers, names and paths are made. */
export const inAtom: number = letter | digit | joiner | slash | at

const asciiClasses = new Uint8Array(128).fill(separator)
const classify = (characters: string, bits: number): void => {
  for (const character of characters) asciiClasses[character.charCodeAt(0)] = bits
}
classify('abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ', letter)
classify('0123456789', digit)
classify('.-_+~%$', joiner)
classify('/\\', slash)
classify('@', at)
classify(' \t\n\v\f\r', space)
classify('"\'`', quote)

const otherQuotes = /[\u00ab\u2018\u201c]/
const otherSpaces = /[\u00a0\u2000-\u200b\u3000]/
const otherSeparators =
  /[\u00bb\u2019\u201d\u2013\u2014\u2026\u3001-\u303f\uff01-\uff0f\uff1a-\uff20]/

/** The class of a UTF-16 code unit: beyond ASCII a letter, but for the commonest marks. */
export function characterClass(code: number): number {
  if (code < 128) return asciiClasses[code] ?? separator
  const character = String.fromCharCode(code)
  if (otherSpaces.test(character)) return space
  if (otherQuotes.test(character)) return quote
  return otherSeparators.test(character) ? separator : letter
}

export const pathOrUrl: RegExp =
  /(?:[a-z][a-z\d+.-]*:\/\/|[a-z]:[\\/]|\\\\|~?\/|\.\.?\/)[^\s"'`<>()[\]{},;|]+/iy
/** An IPv6 or hardware address. */
export const hexGroups: RegExp = /(?=[a-f:]*\d)[\da-f]{1,4}(?:::?[\da-f]{1,4}){2,15}(?!\w)/iy
export const port: RegExp = /:\d{1,5}(?![\w.])/y
/** A list of words, as in `'[name, email]'`. */
export const bracketedList: RegExp = /\[\s*[\w.$-]+(?:\s*,\s*[\w.$-]+)+\s*\]/y

const fileName =
  /\.(?:[cm]?[jt]sx?|json|ya?ml|toml|xml|html?|css|csv|txt|log|md|sh|py|rb|go|rs|java|cc?|cpp|h|so|dll|exe|jar|tar|gz|zip|png|jpe?g|gif|svg|pdf|docx?|xlsx?|mp[34]|sql|db|lock|env|conf|cfg|ini|properties|pem|key|crt|sock|pid|tmp|bak|wasm|map|node|bin)$/i
const hostName =
  /^(?:(?:[a-z][a-z-]*\.){2,}[a-z]{2,}|[a-z-]+\.(?:com|org|net|edu|gov|io|dev|app|cloud|local|internal|lan))$/
const hexWord = /^[a-f]{7,}$/i
const literals = new Set(['true', 'false', 'True', 'False', 'TRUE', 'FALSE', 'localhost'])

/** Where a match that starts at the index ends; -1 if there is none. */
export function endOfMatch(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** Whether a run of characters has the shape of a value: a number, id, path, file, host or e-mail address. */
export function isValueShape(atom: string, classes: number): boolean {
  if (classes === letter) return literals.has(atom) || (atom.length > 6 && hexWord.test(atom))
  if (classes & at) return true
  if (classes & digit) return !termsWithDigits.test(atom)
  if (classes & slash) return /[.\\]|\/.*\//.test(atom)
  return atom.includes('.') && (fileName.test(atom) || hostName.test(atom))
}

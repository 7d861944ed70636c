import { at, digit, slash } from './characters.ts'
import { termsWithDigits } from './vocabulary.ts'

const pathOrUrl = /(?:[a-z][a-z\d+.-]*:\/\/|[a-z]:[\\/]|\\\\|~?\/|\.\.?\/)[^\s"'`<>()[\]{},;|]+/iy
const hexGroups = /(?=[a-f:]*\d)[\da-f]{1,4}(?:::?[\da-f]{1,4}){2,15}(?!\w)/iy
const port = /:\d{1,5}(?![\w.])/y
const bracketedList = /\[\s*[\w.$-]+(?:\s*,\s*[\w.$-]+)+\s*\]/y

const fileName =
  /\.(?:[cm]?[jt]sx?|json|ya?ml|toml|xml|html?|css|csv|txt|log|md|sh|py|rb|go|rs|java|cc?|cpp|h|so|dll|exe|jar|tar|gz|zip|png|jpe?g|gif|svg|pdf|docx?|xlsx?|mp[34]|sql|db|lock|env|conf|cfg|ini|properties|pem|key|crt|sock|pid|tmp|bak|wasm|map|node|bin)$/i
const hostName =
  /^(?:(?:[a-z][a-z-]*\.){2,}[a-z]{2,}|[a-z-]+\.(?:com|org|net|edu|gov|io|dev|app|cloud|local|internal|lan))$/
const hexWord = /^[a-f]{7,}$/i
const literals = new Set(['true', 'false', 'True', 'False', 'TRUE', 'FALSE', 'localhost'])

function endOfMatch(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** Where a path or a URL that starts at the index ends; -1 if there is none. */
export function endOfPath(text: string, index: number): number {
  return endOfMatch(pathOrUrl, text, index)
}

/** Where an IPv6 or hardware address that starts at the index ends; -1 if there is none. */
export function endOfHexGroups(text: string, index: number): number {
  return endOfMatch(hexGroups, text, index)
}

/** Where a port, whose colon stands at the index, ends; -1 if there is none. */
export function endOfPort(text: string, index: number): number {
  return endOfMatch(port, text, index)
}

/** Where a list of words, as in `'[name, email]'`, that starts at the index ends; -1 if there is none. */
export function endOfList(text: string, index: number): number {
  return endOfMatch(bracketedList, text, index)
}

/** Whether a run of characters has the shape of a value: a number, id, path, file, host or e-mail address. */
export function isValueShape(atom: string, classes: number): boolean {
  if (classes & at) return true
  if (classes & digit) return !termsWithDigits.test(atom)
  if (classes & slash) return /[.\\]|\/.*\//.test(atom)
  return atom.includes('.') && (fileName.test(atom) || hostName.test(atom))
}

/** Whether a word of letters alone is a value. */
export function isValueWord(word: string): boolean {
  return literals.has(word) || (word.length > 6 && hexWord.test(word))
}

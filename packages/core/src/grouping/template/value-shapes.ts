import { currencies, termsWithDigits } from './vocabulary.ts'

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
/** A letter beyond ASCII. */
export const foreign = 256

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

const otherQuotes = /[«‘“„‚‹「『《〈]/
const otherLetters = /[\p{L}\p{M}°]/u
const otherDigits = /\p{Nd}/u
/** Halves of characters beyond the first 65,536, but for the first half of pictures. */
const halfOfLetter = /[\ud800-\ud83b\ud840-\udfff]/

/** Letters of the commonest scripts: Cyrillic, kana, Han, Hangul. */
const isCommonLetter = (code: number): boolean =>
  (code >= 0x3400 && code < 0xd7a4) ||
  (code >= 0x3041 && code < 0x3097) ||
  (code >= 0x30a1 && code < 0x30fb) ||
  (code >= 0x400 && code < 0x482)

/** The class of a UTF-16 code unit. */
export function characterClass(code: number): number {
  if (code < 128) return asciiClasses[code] ?? separator
  if (isCommonLetter(code)) return letter | foreign
  const character = String.fromCharCode(code)
  if (otherLetters.test(character)) return letter | foreign
  if (otherDigits.test(character)) return digit | foreign
  if (otherQuotes.test(character)) return quote
  if (/\s/.test(character)) return space
  return halfOfLetter.test(character) ? letter | foreign : separator
}

/** A value in brackets is part of an address: `/items[0]`, `http://[::1]/`, `/users/{id}`. */
export const pathOrUrl: RegExp =
  /(?:[a-z][a-z\d+.-]*:\/\/|arn:aws[a-z-]*:|urn:[a-z\d-]+:|did:[a-z\d]+:|[a-z]:[\\/]|\\\\|~?\/|\.\.?\/)(?:[^\s"'`<>()[\]{},;|]|\[[^\s[\]"']{0,60}\]|\{[\w.:-]{0,40}\})+/iy
/** What follows a path that was read as a word. */
export const query: RegExp = /\?[\w.[\]%-]{1,60}=[^\s"'`<>()]*/y
/** Hex digits in groups: an IPv6 address in any form with its zone and port, a hardware address, a time. */
export const hexGroups: RegExp =
  /(?=[\da-f:[.]*\d|(?:[a-f]{2}:){5})\[?(?:[\da-f]{0,4}:){2,15}(?:(?:\d{1,3}\.){3}\d{1,3}|[\da-f]{0,4})(?:%[\w.-]{1,40})?(?:\/\d{1,3})?\]?(?::\d{1,5})?(?![\w:])/iy
/** A list of words, as in `'[name, email]'`. */
export const bracketedList: RegExp = /\[\s*[\w.$-]+(?:\s*,\s*[\w.$-]+)+\s*\]/y
export const bracketedWord: RegExp = /\[\s*[\w.$-]+\s*\]/y
/** An object that was made a text: `'[object Object]'`. */
export const objectText: RegExp = /\[object \w{1,40}\]/y
/** The value of one of several `key: value`. */
export const pairValue: RegExp = /^:\s{1,2}([\p{L}\p{N}_@./+-]{1,60})(?=\s?(?:[,;)|\]}]|$))/u
/** The value of `query: cheap flights to rome, user: 7` */
export const freeText: RegExp =
  /^:\s{1,2}[^\s,;:|][^,;:|\n]{1,80}(?=\s?[,;|]\s?[A-Za-z_][\w.-]{0,40}:\s)/
export const nextPair: RegExp = /^\s?[,;|]\s?[A-Za-z_][\w.-]{0,40}:\s/
/** What `util.inspect` writes before an object without a class. */
export const inspectPrefix: RegExp = /\[\w{1,40}: null prototype\](?= )/y
export const placeholder: RegExp = /%[-+0#]?\d{0,3}(?:\.\d{1,2})?[sdifjoOcxu](?!\w)/y
/** A buffer as `util.inspect` prints it. */
export const buffer: RegExp = /<Buffer(?: [\da-f]{2})*(?: \.\.\. \d+ more bytes?)?>/y
/** A channel, a tag, an element: `'#general'`. */
export const hashName: RegExp = /#[\p{L}_][\p{L}\p{N}_-]*/uy
/** The port at the end of an address. */
export const lastPort: RegExp = /[^:]:(\d{1,5})$/
export const port: RegExp = /:\d{1,5}(?![\w.])/y
/** `'std::bad_alloc'`, `'plugin::users.role'` */
export const scopedName: RegExp =
  /[A-Za-z_][\w-]{0,60}(?:::[A-Za-z_][\w-]{0,60}){1,8}(?:\.[\w-]{1,60}){0,4}/y
/** The name behind a colon, as in `'ghcr.io/acme/api:latest'`. */
export const namedPart: RegExp = /:[A-Za-z][\w.-]{0,60}(?![\w:])/y
/** Names with a number among them, as keys of caches and locks are: `cache:v2:page:3`. */
export const compoundKey: RegExp = /[\w.-]{1,60}(?::[\w.-]{1,60}){1,12}/y
/** Products with their versions, and a comment behind the first. */
export const userAgent: RegExp =
  /(?!HTTP\/)[A-Za-z][\w.-]{0,40}\/\d[\w.+-]{0,40}\s+\([^()]{0,200}\)(?:\s+(?:\([^()]{0,200}\)|[A-Za-z][\w.-]{0,40}\/[\w.+-]{1,40}|Mobile|like|Gecko)(?![\w/]))*/y
export const mediaType: RegExp =
  /(?:application|audio|font|image|message|model|multipart|text|video)\/[\w.+-]{1,80}(?:;\s*[\w-]{1,20}=[\w."-]{1,40})*/y

const fileName =
  /\.(?:[cm]?[jt]sx?|json|ya?ml|toml|xml|html?|css|csv|txt|log|md|sh|py|rb|go|rs|java|cc?|cpp|h|so|dll|exe|jar|tar|gz|zip|png|jpe?g|gif|svg|pdf|docx?|xlsx?|mp[34]|sql|db|lock|env|conf|cfg|ini|properties|pem|key|crt|sock|pid|tmp|bak|wasm|map|node|bin|wav|ogg|flac|m4a|avi|mov|mkv|webm|webp|heic|ico|woff2?|ttf|xlsx?|pptx?|epub|parquet|avro|proto|graphql|prisma|vue|svelte|hbs|ejs|rar|iso|apk)$/i
const hostName =
  /^(?:(?:[a-z][a-z-]*\.){2,}[a-z]{2,}|[a-z-]+\.(?:com|org|net|edu|gov|io|dev|app|cloud|local|internal|lan))$/
/** The name of an application or a package; a class of errors says what happened. */
const reversedHostName = /^(?:com|org|net|io|dev|edu|gov|de|me|app)(?:\.[A-Za-z][\w$-]*){2,}$/
const errorClass = /(?:Error|Exception|Warning|Fault)$/
const hexWord = /^[a-f]{7,}$|^[A-F]{7,}$/
const literals = new Set(['true', 'false', 'True', 'False', 'TRUE', 'FALSE', 'localhost'])
const currencyPair = /^([A-Z]{3})\/([A-Z]{3})$/

/** Where a match that starts at the index ends; -1 if there is none. */
export function endOfMatch(pattern: RegExp, text: string, index: number): number {
  pattern.lastIndex = index
  return pattern.test(text) ? pattern.lastIndex : -1
}

/** Whether a run of characters has the shape of a value: a number, id, path, file, host or e-mail address. */
export function isValueShape(atom: string, classes: number): boolean {
  if (classes === letter) return isValueWord(atom)
  if (classes & at) return true
  if (classes & digit) return !termsWithDigits.test(atom)
  if (classes & slash) return /[.\\]|\/.*\//.test(atom) || isCurrencyPair(atom)
  return atom.includes('.')
    ? isDottedValue(atom)
    : atom.length >= minRandomLetters && isRandom(atom)
}

function isValueWord(atom: string): boolean {
  const { length } = atom
  if (length > 6 && hexWord.test(atom)) return true
  if (length >= minRandomLetters) return isRandom(atom)
  return (length === 4 || length === 5 || length === 9) && literals.has(atom)
}

const minRandomLetters = 16

/** Letters of an id change their case at nearly every second letter, those of a name in camel case at the beginnings of its words. */
function isRandom(atom: string): boolean {
  if (!/[a-z][A-Z]/.test(atom)) return false
  let changes = 0
  for (let index = 1; index < atom.length; index += 1) {
    const isChange = isCapital(atom, index) !== isCapital(atom, index - 1)
    if (isChange) changes += 1
  }
  return changes >= atom.length * 0.42
}

const isCapital = (atom: string, index: number): boolean => atom.charCodeAt(index) < 97

const isDottedValue = (atom: string): boolean =>
  fileName.test(atom) ||
  hostName.test(atom) ||
  (reversedHostName.test(atom) && !errorClass.test(atom))

function isCurrencyPair(atom: string): boolean {
  const [, base = '', quoted = ''] = currencyPair.exec(atom) ?? []
  return currencies.has(base) && currencies.has(quoted)
}

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

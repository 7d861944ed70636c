import { functionWords, isCommonNoun, isOutcome, looksLikeOutcome } from './vocabulary.ts'

/** Stands in a template where the values are. */
export const wildcard = '<*>'

/** A message's words, with one {@link wildcard} for each run of values. */
export interface Phrases {
  readonly words: readonly string[]
  /** The mark before the word at the same index if a sentence or a part in brackets begins with it, as `':'`; else empty. */
  readonly marks: readonly string[]
}

/** Whether nothing that could belong to the word follows. */
export const endsPhrase = ({ words, marks }: Phrases, index: number): boolean => {
  const next = words[index + 1]
  return (
    next === undefined || next === wildcard || functionWords.has(next) || marks[index + 1] !== ''
  )
}

/** Whether nothing but being a name is known of a word. */
export function isLikelyName(word: string): boolean {
  return (
    word !== wildcard &&
    !word.endsWith('=') &&
    !functionWords.has(word.toLowerCase()) &&
    !isOutcome(word) &&
    !looksLikeOutcome(word) &&
    !isCommonNoun(word)
  )
}

const title = /^\p{Lu}[\p{L}\p{M}'’-]*$/u
const capitals = /^\p{Lu}{2,}$/u
const nameParticle = /^(?:van|von|der|den|de|del|della|da|dos|di|du|la|le|bin|ibn|al|el|ter|zu|y)$/
/** A dot ends these, and no sentence: `'Dr. J. Doe'`. */
const abbreviation = /^(?:\p{Lu}|Dr|Mr|Mrs|Ms|Prof|St)$/u
const maxNameWords = 5

/** How many words of a name follow each other, as in `'Mary Ann van der Berg'`. */
export function lengthOfTitles({ words, marks }: Phrases, start: number): number {
  let end = start
  for (let index = start; index < start + maxNameWords; index += 1) {
    const word = words[index] ?? ''
    const isPart = index > start
    if (isPart && marks[index] !== '' && !abbreviation.test(words[index - 1] ?? '')) break
    if (isTitle(word) && (isPart || isLikelyName(word))) end = index + 1
    else if (!isPart || !nameParticle.test(word)) break
  }
  return end - start
}

/** What follows a first name is a part of the name, whatever else it means: `'Steve Jobs'`, `'Nguyễn Văn An'`. */
const isTitle = (word: string): boolean => title.test(word) && !capitals.test(word)

import {
  functionWords,
  isCommonNoun,
  isOutcome,
  looksLikeOutcome,
  calendarWords,
  currencies,
  statementKeys,
  units,
} from './vocabulary.ts'

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

const maxTokens = 80

/**
 * The words of a message in their order, neighbouring values folded into one {@link wildcard}.
 *
 * Folding makes lists, dates of several words, amounts of money and sizes with their units one value, however many parts
 * they have.
 */
export class MessageTokens implements Phrases {
  readonly words: string[] = []
  readonly marks: string[] = []
  /** Whether the next word is what `key=` stands for. */
  #awaitsValue = false
  #key = ''
  #mark = '.'

  get isFull(): boolean {
    return this.words.length >= maxTokens
  }

  /** Whether the value to come describes what happened, as in `msg="payment failed"`. */
  get awaitsStatement(): boolean {
    return this.#awaitsValue && statementKeys.has(this.#key)
  }

  get last(): string | undefined {
    return this.words[this.words.length - 1]
  }

  /** A sentence or a part in brackets begins. */
  begin(mark: string): void {
    this.#mark = mark
  }

  /** A number that says what happened. */
  number(digits: string): void {
    this.#awaitsValue = false
    this.#push(digits)
  }

  add(word: string, isValue: boolean): void {
    if (isValue) this.value()
    else this.word(word)
  }

  value(): void {
    this.#awaitsValue = false
    while (isPartOfValue(this.last ?? '')) this.pop()
    if (this.last !== wildcard) this.#push(wildcard)
  }

  word(word: string): void {
    if (this.#awaitsValue && !statementKeys.has(this.#key)) return this.value()
    this.#awaitsValue = false
    const last = this.last
    if (last === wildcard) return this.#wordAfterValue(word)
    // `'29th of November 2026'`
    if (last === 'of' && calendarWords.has(word) && this.words.at(-2) === wildcard)
      return this.pop()
    if (last === 'to' && this.words[this.words.length - 3] === 'from') return this.#endOfChange()
    this.#push(word)
  }

  /** What was read last names the value to come. */
  key(hasValue: boolean): void {
    const index = this.words.length - 1
    const last = this.words[index]
    if (last !== undefined && last !== wildcard && !last.endsWith('=')) {
      this.#key = last.toLowerCase()
      this.words[index] = `${last}=`
    }
    this.#awaitsValue = hasValue
  }

  pop(): void {
    this.words.pop()
    this.marks.pop()
  }

  #push(word: string): void {
    this.words.push(word)
    this.marks.push(this.#mark)
    this.#mark = ''
    this.#foldRepetition()
  }

  /** A list of names with their values is one: `'row 1, row 2'`. */
  #foldRepetition(): void {
    const { words } = this
    const last = words.length - 1
    if (last < 3 || words[last] !== words[last - 2] || words[last - 1] !== words[last - 3]) return
    if (words[last] !== wildcard && words[last - 1] !== wildcard) return
    this.pop()
    this.pop()
  }

  #wordAfterValue(word: string): void {
    if (isPartOfValue(word) || units.has(word) || units.has(word.toLowerCase())) return
    const rest = word.replace(counter, '')
    if (rest !== '') this.#push(rest)
  }

  /** In `'from NEW to RUNNING'` both are values of one state. */
  #endOfChange(): void {
    this.words[this.words.length - 2] = wildcard
    this.#push(wildcard)
  }
}

const isPartOfValue = (word: string): boolean =>
  word !== wildcard && word.length <= 10 && (calendarWords.has(word) || currencies.has(word))

/** What is counted, and a particle whose form depends on how the number before it is spoken. */
const counter =
  /^(?:[万萬億亿千百]{0,2}[年月日時时点點分秒号號個个件人名回円元次条條枚歳岁天週周]|[万萬億亿千百]{1,2}|[만억천백]{0,2}(?:시간|개월|년|월|일|시|분|초|건|개|명|번|회|원|차|호|주|배|장|줄|행)?(?=(?:을|를|이|가|은|는|과|와|으로|로|에|의)?$))?(?:(?:을|를|이|가|은|는|과|와|으로|로)$)?/

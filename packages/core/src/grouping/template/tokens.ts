import { calendarWords, tellingKeys, units } from './vocabulary.ts'

/** Stands in a template where the values are. */
export const wildcard = '<*>'

/** More than this tells no more about what happened. */
const maxTokens = 80

const isCapitalised = (word: string): boolean => {
  const code = word.charCodeAt(0)
  return code >= 65 && code <= 90
}

const isCalendarWord = (word: string): boolean =>
  word.length <= 9 && isCapitalised(word) && calendarWords.has(word.toLowerCase())

/**
 * The words of a message in their order, neighbouring values folded into one {@link wildcard}.
 *
 * Folding makes lists, dates of several words and sizes with their units one value, however many parts they have.
 */
export class MessageTokens {
  readonly list: string[] = []
  /** Whether the next word is what `key=` stands for. */
  #awaitsValue = false
  #key = ''

  get isFull(): boolean {
    return this.list.length >= maxTokens
  }

  /** Whether the text of the value to come says what happened, as in `msg="payment failed"`. */
  get awaitsStatement(): boolean {
    return this.#awaitsValue && tellingKeys.has(this.#key)
  }

  get last(): string | undefined {
    return this.list[this.list.length - 1]
  }

  value(): void {
    this.#awaitsValue = false
    let last = this.last
    while (last !== undefined && isCalendarWord(last)) {
      this.list.pop()
      last = this.last
    }
    if (last !== wildcard) this.list.push(wildcard)
  }

  word(word: string): void {
    if (this.#awaitsValue && !tellingKeys.has(this.#key)) return this.value()
    this.#awaitsValue = false
    const last = this.last
    if (last === wildcard) return this.#wordAfterValue(word)
    if (last === 'to' && this.list[this.list.length - 3] === 'from') return this.#endOfChange()
    this.list.push(word)
  }

  /** What was read last names the value to come. */
  key(hasValue: boolean): void {
    const index = this.list.length - 1
    const last = this.list[index]
    if (last !== undefined && last !== wildcard && !last.endsWith('=')) {
      this.#key = last.toLowerCase()
      this.list[index] = `${last}=`
    }
    this.#awaitsValue = hasValue
  }

  #wordAfterValue(word: string): void {
    if (units.has(word.toLowerCase()) || isCalendarWord(word)) return
    const rest = isPlural(word) ? word.slice(0, -1) : word.replace(koreanParticle, '')
    if (rest !== '') this.list.push(rest)
  }

  /** In `'from NEW to RUNNING'` both are values of one state. */
  #endOfChange(): void {
    this.list[this.list.length - 2] = wildcard
    this.list.push(wildcard)
  }
}

/** `'1 error'` and `'2 errors'` differ in a number only. */
const isPlural = (word: string): boolean =>
  word.length > 3 && word.endsWith('s') && !/(?:ss|us|is)$/.test(word)

/** Which of two stands there depends on how the value before it is spoken. */
const koreanParticle = /(?:을|를|이|가|은|는|과|와|으로|로)$/

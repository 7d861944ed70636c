import * as kind from './value-shapes.ts'
import { calendarWords, entityNouns, leadIns, statementKeys, units } from './vocabulary.ts'

/** Stands in a template where the values are. */
export const wildcard = '<*>'

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
class MessageTokens {
  readonly list: string[] = []
  /** Whether the next word is what `key=` stands for. */
  #awaitsValue = false
  #key = ''

  get isFull(): boolean {
    return this.list.length >= maxTokens
  }

  /** Whether the value to come describes what happened, as in `msg="payment failed"`. */
  get awaitsStatement(): boolean {
    return this.#awaitsValue && statementKeys.has(this.#key)
  }

  get last(): string | undefined {
    return this.list[this.list.length - 1]
  }

  add(word: string, isValue: boolean): void {
    if (isValue) this.value()
    else this.word(word)
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
    if (this.#awaitsValue && !statementKeys.has(this.#key)) return this.value()
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

const maxQuotedCharacters = 300
const closingQuotes: Readonly<Record<string, string>> = { '“': '”', '‘': '’', '«': '»' }
const requestLine = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+\S/
const identifier = /^[A-Za-z_$][\w$.-]*$/
const systemError = /^E[A-Z]{4,}$/
const wordsWithoutSpaces = /[\u2e80-\uffdc]/
const scripts = /[\u2e80-\uffdc]+|[^\u2e80-\uffdc]+/g

/** Reads a message once, left to right, and separates its words from its values by their shape. */
class MessageReader {
  readonly tokens = new MessageTokens()
  readonly #text: string
  readonly #isQuotedTextRead: boolean
  #index = 0

  constructor(text: string, options: { readonly isQuotedTextRead: boolean }) {
    this.#text = text
    this.#isQuotedTextRead = options.isQuotedTextRead
  }

  read(): readonly string[] {
    const { length } = this.#text
    while (this.#index < length && !this.tokens.isFull) this.#readNext()
    return this.tokens.list
  }

  #classAt(index: number): number {
    return index < this.#text.length
      ? kind.characterClass(this.#text.charCodeAt(index))
      : kind.space
  }

  #readNext(): void {
    const bits = this.#classAt(this.#index)
    if (bits & (kind.letter | kind.digit | kind.at)) this.#readAtom()
    else if (bits & kind.space) this.#index += 1
    else if (bits & kind.quote) this.#readQuoted()
    else if (bits & (kind.slash | kind.joiner)) this.#readPath()
    else this.#readSeparator()
  }

  #readPath(): void {
    const end = kind.endOfMatch(kind.pathOrUrl, this.#text, this.#index)
    if (end > 0) return this.#valueUpTo(end)
    this.#index += 1
  }

  #valueUpTo(end: number): void {
    this.tokens.value()
    this.#index = end
  }

  #readSeparator(): void {
    const text = this.#text
    const character = text[this.#index]
    if (character === '[') {
      const end = kind.endOfMatch(kind.bracketedList, text, this.#index)
      if (end > 0) return this.#valueUpTo(end)
    }
    if (character === '=') this.#readEquals()
    this.#index += 1
  }

  /** `key=value` and `key = value`; no comparison, no arrow; a structure's own keys name its values. */
  #readEquals(): void {
    const before = this.#text[this.#index - 1] ?? ''
    const after = this.#text[this.#index + 1] ?? ''
    if ('=!<>'.includes(before) || after === '=' || after === '>') return
    const isEmpty = after === '' || (after === ' ' && before !== ' ')
    this.tokens.key(!isEmpty && !'{[(<,;'.includes(after))
  }

  #readAtom(): void {
    const start = this.#index
    let end = start
    let union = 0
    for (let bits = this.#classAt(end); this.#continues(bits, end); bits = this.#classAt(end)) {
      union |= bits
      end += 1
    }
    if (this.#text.charCodeAt(end) === 58 && this.#readAddress(start, end)) return
    this.#index = end
    this.#takeAtom(start, end, union)
  }

  #continues(bits: number, index: number): boolean {
    if (bits & kind.inAtom) return !(bits & kind.joiner) || !this.#isDotLeader(index)
    return bits === kind.quote && this.#isApostrophe(index)
  }

  /** Several dots lead the eye from a name to its value: `'enable......1'`. */
  #isDotLeader(index: number): boolean {
    return this.#text.charCodeAt(index) === 46 && this.#text.charCodeAt(index + 1) === 46
  }

  #isApostrophe(index: number): boolean {
    return (
      this.#text.charCodeAt(index) === 39 &&
      (this.#classAt(index + 1) & kind.letter) !== 0 &&
      (this.#classAt(index - 1) & kind.letter) !== 0
    )
  }

  /** What goes on behind a colon: a URL, a drive's path, groups of hex digits, a host with its port. */
  #readAddress(start: number, end: number): boolean {
    const text = this.#text
    const addressEnd = Math.max(
      kind.endOfMatch(kind.pathOrUrl, text, start),
      kind.endOfMatch(kind.hexGroups, text, start),
    )
    if (addressEnd > end) {
      this.#valueUpTo(addressEnd)
      return true
    }
    const portEnd = kind.endOfMatch(kind.port, text, end)
    if (portEnd < 0 || !this.#isHost(text.slice(start, end), portEnd - end)) return false
    this.#valueUpTo(portEnd)
    return true
  }

  #isHost(name: string, portLength: number): boolean {
    if (/[.-]/.test(name)) return true
    const { last } = this.tokens
    return (
      last !== undefined &&
      portLength > 2 &&
      (leadIns.has(last) || entityNouns.has(last) || systemError.test(last))
    )
  }

  #takeAtom(from: number, to: number, union: number): void {
    let end = to
    while (end > from && this.#classAt(end - 1) & (kind.joiner | kind.slash)) end -= 1
    const atom = this.#text.slice(from, end)
    // A range of names: `node-[40-63]`.
    if (end < to && this.#text[to] === '[') return this.tokens.value()
    if (atom === '') return
    if (union & kind.digit && wordsWithoutSpaces.test(atom)) return this.#takeScripts(atom)
    this.tokens.add(atom, kind.isValueShape(atom, union))
  }

  /** Chinese and its neighbours write no space between a number and the words around it. */
  #takeScripts(atom: string): void {
    for (const part of atom.match(scripts) ?? []) {
      this.tokens.add(part, !wordsWithoutSpaces.test(part))
    }
  }

  #readQuoted(): void {
    const open = this.#index
    const close = this.#closingQuote(open)
    if (close < 0) {
      this.#index += 1
      return
    }
    this.#index = close + 1
    this.#takeQuoted(this.#text.slice(open + 1, close), this.#text[close + 1])
  }

  #closingQuote(open: number): number {
    const character = this.#text[open] ?? ''
    const closing = closingQuotes[character] ?? character
    if (character === "'" && this.#classAt(open - 1) & (kind.letter | kind.digit) && open > 0)
      return -1
    const close = this.#text.indexOf(closing, open + 1)
    return close - open > maxQuotedCharacters ? -1 : close
  }

  #takeQuoted(content: string, next: string | undefined): void {
    if (next === ':' && identifier.test(content)) {
      this.tokens.word(content)
      this.tokens.key(true)
      return
    }
    if (this.#isQuotedTextRead || this.tokens.awaitsStatement) return this.#readInside(content)
    const method = requestLine.exec(content)?.[1]
    if (method !== undefined) this.tokens.word(method)
    this.tokens.value()
  }

  #readInside(content: string): void {
    const inside = new MessageReader(content, { isQuotedTextRead: false }).read()
    for (const token of inside) this.tokens.add(token, token === wildcard)
  }
}

/** A message's words in their order, with one wildcard for each run of values. */
export function readTokens(text: string): readonly string[] {
  const list = new MessageReader(text, { isQuotedTextRead: false }).read()
  if (list.some((token) => token !== wildcard)) return list
  // All words of a message that is one quotation stand in the quotes.
  return new MessageReader(text, { isQuotedTextRead: true }).read()
}

import { splitAtNames } from './foreign-names.ts'
import { MessageTokens, isLikelyName, wildcard, type Phrases } from './phrases.ts'
import {
  closingQuotes,
  closingTwin,
  endOfStructure,
  maxQuotedCharacters,
  statementsOf,
} from './structure.ts'
import * as kind from './value-shapes.ts'
import {
  entityNouns,
  freeTextKeys,
  isOutcome,
  leadIns,
  looksLikeOutcome,
  statementKeys,
  statementWords,
} from './vocabulary.ts'

const requestLine = /^(GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)\s+\S/
const requestMethod = /^(?:GET|HEAD|POST|PUT|PATCH|DELETE|OPTIONS)$/
const identifier = /^[A-Za-z_$][\w$.-]*$/
const systemError = /^E[A-Z]{4,}$/
const wordsWithoutSpaces = /[\u2e80-\uffdc]/
const scripts = /[\u2e80-\uffdc]+|[^\u2e80-\uffdc]+/g
const placeholder = /^\{\{?\s?[\w$.]+\s?\}/
const className = /\b([A-Z][\w$]*)(\(\d+\))? ?$/

const notInValue = kind.space | kind.separator

/** From here on systems give ports to clients: they are others at each start. */
const firstEphemeralPort = 32_768
const httpFailure = /^[45]\d\d$/

/** How quotations and structures are read. */
interface ReadingMode {
  /** Whether their words count, for a message that is nothing else. */
  readonly isEverythingRead: boolean
}

/** Reads a message once, left to right, and separates its words from its values by their shape. */
class MessageReader {
  readonly tokens = new MessageTokens()
  readonly #text: string
  readonly #mode: ReadingMode
  #index = 0
  /** Marks that begin quotations of which none ends, so that the text is searched once. */
  #unclosed = ''

  constructor(text: string, mode: ReadingMode) {
    this.#text = text
    this.#mode = mode
  }

  read(): Phrases {
    const { length } = this.#text
    while (this.#index < length && !this.tokens.isFull) this.#readNext()
    return this.tokens
  }

  #classAt(index: number): number {
    return index < this.#text.length
      ? kind.characterClass(this.#text.charCodeAt(index))
      : kind.space
  }

  #readNext(): void {
    const bits = this.#classAt(this.#index)
    if (bits & (kind.letter | kind.digit | kind.at)) this.#readAtom()
    else if (bits & kind.space) this.#readSpace()
    else if (bits & kind.quote) this.#readQuoted()
    else if (bits & (kind.slash | kind.joiner)) this.#readPath()
    else this.#readSeparator()
  }

  #readSpace(): void {
    if (this.#text.charCodeAt(this.#index) === 10) this.tokens.begin('\n')
    this.#index += 1
  }

  #readPath(): void {
    if (this.#readValue(kind.pathOrUrl) || this.#readValue(kind.placeholder)) return
    if (this.#isRootPath()) this.tokens.value()
    this.#index += 1
  }

  #isRootPath(): boolean {
    const { last } = this.tokens
    if (this.#text[this.#index] !== '/' || !(this.#classAt(this.#index + 1) & kind.space))
      return false
    return (
      last !== undefined && (requestMethod.test(last) || last === 'request' || leadIns.has(last))
    )
  }

  #valueUpTo(end: number): void {
    this.tokens.value()
    this.#index = end
  }

  #readSeparator(): void {
    const character = this.#text[this.#index] ?? ''
    if (this.#readMark(character)) return
    if ('[]{(:;!?。！？：'.includes(character)) this.tokens.begin(character)
    // A picture has two code units.
    this.#index += character >= '\ud83c' && character <= '\ud83f' ? 2 : 1
  }

  /** What begins with a mark; false if nothing does. */
  #readMark(character: string): boolean {
    switch (character) {
      case '[':
      case '{':
        return this.#readBracket()
      case ':':
        return this.#readColon()
      case '?':
        return this.#readValue(kind.query)
      case '<':
        return this.#readValue(kind.buffer)
      case '#':
        return !(this.#classAt(this.#index - 1) & kind.inAtom) && this.#readValue(kind.hashName)
      case '=':
        this.#readEquals()
        return false
      default:
        return false
    }
  }

  #readValue(pattern: RegExp): boolean {
    const end = kind.endOfMatch(pattern, this.#text, this.#index)
    if (end > 0) this.#valueUpTo(end)
    return end > 0
  }

  #readColon(): boolean {
    const end = kind.endOfMatch(kind.hexGroups, this.#text, this.#index)
    if (end > 0) this.#addressUpTo(end)
    else if (this.#isUnspecified()) this.#valueUpTo(this.#index + 2)
    else return this.#readPair()
    return true
  }

  /** `'::'`, the address of all interfaces. */
  #isUnspecified(): boolean {
    const index = this.#index
    return (
      this.#text.charCodeAt(index + 1) === 58 &&
      (this.#classAt(index + 2) & kind.space) !== 0 &&
      (this.#classAt(index - 1) & kind.space) !== 0
    )
  }

  /** One of several `key: value`, in a list or in brackets. */
  #readPair(): boolean {
    const { last } = this.tokens
    if (last === undefined || statementKeys.has(last.toLowerCase())) return false
    const rest = this.#text.slice(this.#index, this.#index + 140)
    const [freeText] = freeTextKeys.has(last.toLowerCase()) ? (kind.freeText.exec(rest) ?? []) : []
    if (freeText !== undefined && !freeText.split(' ').some((word) => isOutcome(word))) {
      this.#valueUpTo(this.#index + freeText.length)
      return true
    }
    const [pair, value = ''] = kind.pairValue.exec(rest) ?? []
    if (pair === undefined || isOutcome(value) || looksLikeOutcome(value)) return false
    if (!this.#isListed(last) && !kind.nextPair.test(rest.slice(pair.length))) return false
    this.#valueUpTo(this.#index + pair.length)
    return true
  }

  /** Whether a key stands behind a comma or at the beginning of a bracket. */
  #isListed(key: string): boolean {
    const start = this.#index - key.length
    return /[,(;|{[-]\s?$/.test(this.#text.slice(Math.max(0, start - 2), start))
  }

  /** An address, a list, an object. */
  #readBracket(): boolean {
    const text = this.#text
    const start = this.#index
    const prefixEnd = kind.endOfMatch(kind.inspectPrefix, text, start)
    if (prefixEnd > 0) {
      this.#index = prefixEnd
      return true
    }
    const addressEnd = kind.endOfMatch(kind.hexGroups, text, start)
    if (addressEnd > 0) {
      this.#addressUpTo(addressEnd)
      return true
    }
    const end = Math.max(
      kind.endOfMatch(kind.bracketedList, text, start),
      kind.endOfMatch(kind.objectText, text, start),
      this.#isOneWordList() || this.#isIndexOfValue()
        ? kind.endOfMatch(kind.bracketedWord, text, start)
        : -1,
    )
    if (end > 0) {
      this.#valueUpTo(end)
      return true
    }
    return !this.#mode.isEverythingRead && this.#readStructure(start)
  }

  /** `'fields: [email]'` beside `'fields: [email, name]'`. */
  #isOneWordList(): boolean {
    return /[:=]\s?$/.test(this.#text.slice(Math.max(0, this.#index - 2), this.#index))
  }

  /** `'slot 0000:00:1d.0[A]'`, `'eth0[rx]'` */
  #isIndexOfValue(): boolean {
    return this.tokens.last === wildcard && !(this.#classAt(this.#index - 1) & notInValue)
  }

  #readStructure(start: number): boolean {
    const end = endOfStructure(this.#text, start)
    if (end < 0) return false
    if (!placeholder.test(this.#text.slice(start, start + 44))) this.#dropClassName(start)
    this.tokens.value()
    for (const statement of statementsOf(this.#text.slice(start, end))) this.#readInside(statement)
    this.#index = end
    return true
  }

  /** The class that `util.inspect` writes before an object, as in `'Map(2) {'`. */
  #dropClassName(start: number): void {
    const [, name, size] = className.exec(this.#text.slice(Math.max(0, start - 60), start)) ?? []
    if (name === undefined || isOutcome(name)) return
    if (size === undefined && this.#text[start] === '[') return
    if (size !== undefined && this.tokens.last === wildcard) this.tokens.pop()
    if (this.tokens.last === name) this.tokens.pop()
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
    const isBeforeColon =
      this.#text.charCodeAt(end) === 58 && !(this.#classAt(end + 1) & kind.space)
    if (isBeforeColon && this.#readAddress(start, end)) return
    this.#index = end
    this.#takeAtom(start, end, union)
  }

  #continues(bits: number, index: number): boolean {
    if (bits & kind.inAtom) return !(bits & kind.joiner) || !this.#isDotLeader(index)
    return this.#isApostrophe(index)
  }

  /** Several dots lead the eye from a name to its value: `'enable......1'`. */
  #isDotLeader(index: number): boolean {
    return this.#text.charCodeAt(index) === 46 && this.#text.charCodeAt(index + 1) === 46
  }

  #isApostrophe(index: number): boolean {
    const code = this.#text.charCodeAt(index)
    return (
      (code === 39 || code === 0x2019) &&
      (this.#classAt(index + 1) & kind.letter) !== 0 &&
      (this.#classAt(index - 1) & kind.letter) !== 0
    )
  }

  /** What goes on behind a colon: a URL, a drive's path, groups of hex digits, a host with its port, a compound key. */
  #readAddress(start: number, end: number): boolean {
    const text = this.#text
    const addressEnd = Math.max(
      kind.endOfMatch(kind.pathOrUrl, text, start),
      kind.endOfMatch(kind.hexGroups, text, start),
    )
    if (addressEnd > end) {
      this.#addressUpTo(addressEnd)
      return true
    }
    if (text.charCodeAt(end + 1) === 58 && this.#readScopedName(start)) return true
    const portEnd = kind.endOfMatch(kind.port, text, end)
    const isHost = portEnd > 0 && this.#isHost(text.slice(start, end), portEnd - end)
    const valueEnd = Math.max(
      isHost ? portEnd : -1,
      this.#endOfCompoundKey(start),
      this.#endOfPart(start, end),
    )
    if (valueEnd < 0) return false
    this.#addressUpTo(valueEnd)
    return true
  }

  /** Which service could not be reached shows in the port: `'connect ECONNREFUSED 10.0.0.5:5432'`. */
  #addressUpTo(end: number): void {
    const isCalled = systemError.test(this.tokens.last ?? '')
    const port = isCalled ? kind.lastPort.exec(this.#text.slice(this.#index, end))?.[1] : undefined
    this.#valueUpTo(end)
    if (port !== undefined && Number(port) < firstEphemeralPort) this.tokens.number(port)
  }

  #isHost(name: string, portLength: number): boolean {
    if (/[.-]/.test(name)) return true
    const { last } = this.tokens
    if (portLength < 3) return false
    if (last === undefined) return isLikelyName(name)
    return this.#expectsValue(last) || systemError.test(last)
  }

  #expectsValue(last: string): boolean {
    return leadIns.has(last) || last === 'key' || entityNouns.has(last.toLowerCase())
  }

  /** `'std::bad_alloc'`, `'plugin::users.role'` */
  #readScopedName(start: number): boolean {
    const end = kind.endOfMatch(kind.scopedName, this.#text, start)
    if (end < 0) return false
    const name = this.#text.slice(start, end)
    this.#index = end
    this.tokens.add(name, name.includes('.') && !isOutcome(name))
    return true
  }

  /** A part of what has a name with dots or slashes, as in `'com.example.app:sync'` and `'ghcr.io/acme/api:latest'`. */
  #endOfPart(start: number, end: number): number {
    if (!(this.#classAt(end + 1) & kind.letter)) return -1
    const name = this.#text.slice(start, end)
    return /[./]/.test(name) && kind.isValueShape(name, this.#unionOf(start, end))
      ? kind.endOfMatch(kind.namedPart, this.#text, end)
      : -1
  }

  #endOfCompoundKey(start: number): number {
    const end = kind.endOfMatch(kind.compoundKey, this.#text, start)
    if (end < 0 || this.tokens.awaitsStatement) return -1
    const text = this.#text.slice(start, end)
    const { last } = this.tokens
    const isExpected =
      last !== undefined && this.#text[start - 1] === ' ' && this.#expectsValue(last)
    return /\d/.test(text) && (isExpected || /:.*:/.test(text)) ? end : -1
  }

  #takeAtom(from: number, to: number, unionOfRun: number): void {
    let end = to
    while (end > from && this.#classAt(end - 1) & (kind.joiner | kind.slash)) end -= 1
    const atom = this.#text.slice(from, end)
    const union = end === to ? unionOfRun : this.#unionOf(from, end)
    // A range of names: `node-[40-63]`; a currency: `R$ 12`.
    if (end < to && (this.#text[to] === '[' || (this.#text[end] === '$' && end - from < 4)))
      return this.tokens.value()
    if (atom === '') return
    if (union & kind.slash && this.#readSlashes(from)) return
    this.#takeWord(atom, union)
    if (end < to) this.tokens.begin('.')
  }

  #takeWord(atom: string, union: number): void {
    if (union & kind.foreign && wordsWithoutSpaces.test(atom)) this.#takeScripts(atom, union)
    else if (union === kind.digit && httpFailure.test(atom) && this.#expectsStatus())
      this.tokens.number(atom)
    else this.tokens.add(atom, kind.isValueShape(atom, union & ~kind.foreign || union))
  }

  #unionOf(from: number, end: number): number {
    let union = 0
    for (let index = from; index < end; index += 1) union |= this.#classAt(index)
    return union
  }

  /** `'status code 503'` and `'status code 404'` are two failures. */
  #expectsStatus(): boolean {
    const { words } = this.tokens
    const last = words.at(-1)?.replace(/=$/, '') ?? ''
    const before = words.at(-2) ?? ''
    return last === 'code'
      ? /^(?:status|response)$/i.test(before)
      : /^(?:HTTP|statusCode)$/i.test(last) || (last === 'status' && isOutcome(before))
  }

  /** A media type, a browser, a path with its query. */
  #readSlashes(from: number): boolean {
    const text = this.#text
    const end = Math.max(
      kind.endOfMatch(kind.mediaType, text, from),
      kind.endOfMatch(kind.userAgent, text, from),
      text[this.#index] === '?' ? kind.endOfMatch(kind.query, text, this.#index) : -1,
    )
    if (end > 0) this.#valueUpTo(end)
    return end > 0
  }

  /** Chinese and its neighbours write no space between a number or a name and the words around it. */
  #takeScripts(atom: string, union: number): void {
    for (const part of atom.match(scripts) ?? []) {
      if (wordsWithoutSpaces.test(part)) {
        splitAtNames(part).forEach((text, index) => {
          if (text !== '') this.tokens.add(text, index % 2 === 1)
        })
      } else this.tokens.add(part, (union & kind.digit) !== 0)
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
    const content = this.#text.slice(open + 1, close)
    const isKey =
      this.#text[close + 1] === ':' &&
      identifier.test(content) &&
      /(?:^|[,{([])\s?$/.test(this.#text.slice(Math.max(0, open - 2), open))
    if (!isKey) return this.#takeQuoted(content)
    this.tokens.word(content)
    this.tokens.key(true)
  }

  #closingQuote(open: number): number {
    const text = this.#text
    const character = text[open] ?? ''
    const closing = closingQuotes[character]
    if (character === "'" && this.#classAt(open - 1) & (kind.letter | kind.digit) && open > 0)
      return -1
    // ``as in TeX''
    if (text.startsWith('``', open)) return text.indexOf("''", open) + 1 || open + 1
    // V8 quotes what it could not parse as it is: `..."total":12,}" is not valid JSON`.
    const excerptEnd = text[open - 1] === '.' ? text.indexOf('" is not valid JSON', open) : -1
    if (excerptEnd > 0) return excerptEnd
    if (closing === undefined) return closingTwin(text, open)
    if (this.#unclosed.includes(character)) return -1
    let close = Infinity
    for (const mark of closing) {
      const index = text.indexOf(mark, open)
      if (index > 0) close = Math.min(close, index)
    }
    if (close === Infinity) this.#unclosed += character
    return close - open > maxQuotedCharacters ? -1 : close
  }

  #takeQuoted(content: string): void {
    if (this.#mode.isEverythingRead || this.tokens.awaitsStatement) return this.#readInside(content)
    const { last } = this.tokens
    if (last !== undefined && statementWords.has(last) && identifier.test(content))
      return this.tokens.word(content)
    const method = requestLine.exec(content)?.[1]
    if (method !== undefined) this.tokens.word(method)
    this.tokens.value()
  }

  #readInside(content: string): void {
    const { words } = new MessageReader(content, { isEverythingRead: false }).read()
    for (const word of words) this.tokens.add(word, word === wildcard)
  }
}

/** A message's words in their order, with one wildcard for each run of values. */
export function readPhrases(text: string): Phrases {
  const phrases = new MessageReader(text, { isEverythingRead: false }).read()
  if (phrases.words.some((word) => word !== wildcard)) return phrases
  // All words of a message that is one quotation or one structure stand in it.
  return new MessageReader(text, { isEverythingRead: true }).read()
}

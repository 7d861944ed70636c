import { LRUCache } from 'lru-cache'
import { readPhrases } from './message-reader.ts'
import { maskNames } from './names.ts'

/** Groups messages that come from one place in the program. */
export interface MessageTemplates {
  /**
   * The key of a message, the same for messages that differ only in values: ids, numbers, names, paths, addresses,
   * dates, quoted text.
   *
   * It depends on the message alone, so it is the same in every process and in any order of messages.
   */
  keyOf(message: string): string
}

/** Texts whose key is kept, because a failing program repeats them. */
const maxTexts = 1_000
const maxKeptCharacters = 400
/** A text with one has a value as a rule, and comes once; keeping it would cost as much as half of reading it. */
const digit = /\d/

/**
 * Groups messages by their words, in bounded memory and time.
 *
 * @example
 * const templates = createMessageTemplates()
 * templates.keyOf('user 17 not found') === templates.keyOf('user 18 not found') // true
 */
export function createMessageTemplates(): MessageTemplates {
  const known = new LRUCache<string, string>({ max: maxTexts })

  return {
    keyOf(message) {
      if (message.length > maxKeptCharacters || digit.test(message)) return readKey(message)
      const knownKey = known.get(message)
      if (knownKey !== undefined) return knownKey
      const key = readKey(message)
      known.set(message, key)
      return key
    },
  }
}

const readKey = (message: string): string =>
  maskNames(readPhrases(headOfMessage(normalized(message)))).join(' ')

/** Characters that are enough to find the origin. */
const maxCharacters = 1_000
const maxSearched = 4_000

// oxlint-disable-next-line no-control-regex -- terminal colours are made of control characters
const terminalColours = /\u001b\[[\d;]{0,20}m/g
/** Marks of direction and of joining, and variants of pictures. */
const invisible =
  /[\u00ad\u061c\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufeff\p{Variation_Selector}]/gu
/** Lines of stacks, as Node, Java, .NET, Python, Go, Ruby, PHP and Rust print them. */
const stackLine =
  /^\s*(?:at \S|File "|from \S+:\d|\.\.\. \d+ more|#\d+ |\d+: 0x|\d+: \S+::|\S+\.go:\d|\^)/

const indented = /^\s/
/** Begins what Go prints of each of its threads. */
const goroutine = /\n\s{0,8}goroutine \d+ \[/

/** One form of characters that look the same. */
function normalized(message: string): string {
  const text = message.length > maxSearched ? message.slice(0, maxSearched) : message
  if (!/[^\0-\u007f]/.test(text)) return text
  return text.normalize('NFKC').replace(invisible, '')
}

/**
 * The part of a message that identifies its origin: the first lines (what failed) and the last (why), without the stack.
 *
 * Bounded, whatever the length of the message.
 */
function headOfMessage(message: string): string {
  let text = message
  if (text.includes('\u001b')) text = text.replace(terminalColours, '')
  if (text.includes('\n')) text = distinctiveLines(text, message.length <= maxSearched)
  return text.length > maxCharacters ? cutAtSpace(text) : text
}

function distinctiveLines(text: string, isWhole: boolean): string {
  const [beforeThreads = ''] = text.split(goroutine, 1)
  const lines = joinStructures(beforeThreads.split('\n')).filter((line) => line.trim() !== '')
  const withoutStack = lines.filter((line) => !stackLine.test(line))
  // Between the lines of a stack stand lines of code, and behind it the properties of the error.
  const rest =
    withoutStack.length < lines.length
      ? withoutStack.filter((line, index) => index === 0 || !indented.test(line))
      : withoutStack
  const last = isWhole && rest.length > 2 ? rest.slice(-1) : []
  return [...rest.slice(0, 2), ...last].join('\n')
}

/** An object or a list is one line, on however many it was printed; it ends where the indentation is that of its beginning. */
function joinStructures(lines: readonly string[]): readonly string[] {
  const joined: string[] = []
  let indentation: number | undefined
  for (const line of lines) {
    const last = joined.length - 1
    if (indentation === undefined) joined.push(line)
    else joined[last] = `${joined[last] ?? ''} ${line.trim()}`
    if (indentation === undefined)
      indentation = opensStructure.test(line) ? indentationOf(line) : undefined
    else if (closesStructure.test(line) && indentationOf(line) <= indentation)
      indentation = undefined
  }
  return joined
}

const opensStructure = /[{[]\s*$/
const closesStructure = /^\s*[}\]]/
const indentationOf = (line: string): number => line.length - line.trimStart().length

/** A value cut in two could be taken for another one. */
function cutAtSpace(text: string): string {
  const end = text.lastIndexOf(' ', maxCharacters)
  return text.slice(0, end > maxCharacters / 2 ? end : maxCharacters)
}

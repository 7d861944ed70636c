import { LRUCache } from 'lru-cache'
import { isMinifiedName } from '../../event/stack.ts'
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

/** Messages that a JavaScript engine makes of the code: what is in quotes in them is a name of the program, and no value. */
const engineMessage =
  /^(?:Cannot (?:read|set|destructure|access|assign|delete|redefine|define|add|convert) |can't access |Can't find variable|Class constructor |Private (?:field|method) |Invalid or unexpected|Maximum call stack)/

/** The same about a variable or an expression. */
const expressionMessage =
  /^.{1,200} is (?:undefined$|null$|not (?:a function|iterable|async iterable|a constructor|defined|an object|a valid ))/

const maxLength = 500

/** `ENOENT: no such file or directory, open '/srv/shop/config.json'` */
const fileMessage = /^E[A-Z\d]{2,20}: [^,']{1,80}, (\w{1,20}) '([^']+)'/

/** Which character was the first wrong one depends on the data, and its text on the version of the engine. */
const jsonMessage =
  /^(?:JSON\.parse: |JSON Parse error: |Unexpected end of JSON input$)|in JSON at position \d+|is not valid JSON$/

/** The names of variables, which programs rename and minifiers choose anew: `user.profile` is `?.profile`. */
const variable = /(?<![\w$.'"#])[A-Za-z_$][\w$]*(?=(?:\([^()]*\))?[.[])/g

/** Where V8 quotes an expression, and not the name of a property. */
const quotedExpression = /(?<=\b(?:of|access|evaluating) )(['"])([^'"]*)\1/g

/** Where a variable or a class stands alone. */
const loneName =
  /^[\w$]+(?= is )|(?<=Class constructor |private member |Private field |Can't find variable: |, )#?[\w$]+(?= is |\b)/g

/** Indexes, ids and other keys that were computed. */
const computedKey = /(['"])(?![A-Za-z_$#][\w$]*\1)[^'"]*\1|(['"])\w*\d{3,}\w*\2/g

/**
 * The message of an error as far as it is the same in every build: `(reading 'city')` keeps the property, `e.total is not a
 * function` loses the variable, and of a file that cannot be opened the name counts if it has no digits. `undefined` for messages
 * that a program or a library wrote.
 */
export function engineMessageKey(message: string): string | undefined {
  if (message.length > maxLength) return undefined
  const [, call, file] = fileMessage.exec(message) ?? []
  if (call !== undefined && file !== undefined) return `${call} ${fileName(file)}`
  if (jsonMessage.test(message)) return 'invalid JSON'
  const isAboutExpression = message.includes(' is ') && expressionMessage.test(message)
  if (!isAboutExpression && !engineMessage.test(message)) return undefined
  return message
    .replace(' null', ' undefined')
    .replaceAll('(0 , ', '(')
    .replaceAll(quotedExpression, (_, _quote, expression: string) => withoutVariable(expression))
    .replaceAll(computedKey, '<*>')
    .replaceAll(variable, '?')
    .replaceAll(loneName, withoutVariable)
}

function withoutVariable(expression: string): string {
  return expression.replace(/^#?[\w$]+/, (name) => {
    return name.length < expression.length || isMinifiedName(name.replace('#', '')) ? '?' : name
  })
}

/** `'config.json'`, `'*.json'` of `'17.json'`. */
function fileName(path: string): string {
  const name = path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('\\')) + 1)
  return /\d/.test(name) ? `*${/\.[a-z]{1,8}$/i.exec(name)?.[0] ?? ''}` : name
}

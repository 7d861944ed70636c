import { LRUCache } from 'lru-cache'
import { readTokens } from './message-reader.ts'
import { type MessageTemplate, TemplateTree } from './template-tree.ts'

/** Tells which messages are of one origin. */
export interface MessageTemplates {
  /**
   * The key of a message, the same for messages that differ only in values: ids, numbers, names, paths, addresses,
   * dates, quoted text.
   *
   * What no shape tells from the message's own words, as a user's name, is learned from the messages before it, so the
   * key depends on their order; a key once given to a message stays while it is remembered.
   */
  keyOf(message: string): string
}

/** Limits of {@link createMessageTemplates}. */
export interface MessageTemplatesOptions {
  /**
   * How many templates are remembered; those asked for longest ago are forgotten.
   *
   * @default 2_000
   */
  readonly maxTemplates?: number
}

/** How many shapes a template has on average that are found without comparing. */
const shapesPerTemplate = 2
/** Many messages have no values at all: these are known without being read. */
const maxRecent = 500
const maxRecentLength = 200

/**
 * Groups messages by what they say, one by one as they come, in bounded memory and time.
 *
 * @example
 * const templates = createMessageTemplates()
 * templates.keyOf('user 17 not found') === templates.keyOf('user 18 not found') // true
 */
export function createMessageTemplates(options: MessageTemplatesOptions = {}): MessageTemplates {
  const { maxTemplates = 2_000 } = options
  const tree = new TemplateTree(maxTemplates)
  const known = new LRUCache<string, MessageTemplate>({ max: maxTemplates * shapesPerTemplate })
  const recent = new LRUCache<string, MessageTemplate>({ max: maxRecent })

  const read = (message: string): MessageTemplate => {
    const tokens = readTokens(headOfMessage(message))
    const text = tokens.join(' ')
    let template = known.get(text)
    if (template === undefined) {
      template = tree.templateOf(tokens)
      known.set(text, template)
    }
    return template
  }

  return {
    keyOf(message) {
      const isShort = message.length <= maxRecentLength
      let template = isShort ? recent.get(message) : undefined
      if (template === undefined) {
        template = read(message)
        if (isShort) recent.set(message, template)
      }
      tree.touch(template)
      return template.key
    },
  }
}

/** More of a message tells no more about its origin. */
const maxCharacters = 1_000
const maxSearched = 4_000

// oxlint-disable-next-line no-control-regex -- terminal colours are made of control characters
const terminalColours = /\u001b\[[\d;]{0,20}m/g
const stackLine = /^\s*at /

/**
 * What of a message tells its origin: the first lines, which say what failed, and the last, which says why; no stack.
 *
 * Bounded, whatever the length of the message.
 */
export function headOfMessage(message: string): string {
  let text = message.length > maxSearched ? message.slice(0, maxSearched) : message
  if (text.includes('\u001b')) text = text.replace(terminalColours, '')
  if (text.includes('\n')) text = tellingLines(text, message.length <= maxSearched)
  return text.length > maxCharacters ? cutAtSpace(text) : text
}

function tellingLines(text: string, isWhole: boolean): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !stackLine.test(line))
  const last = isWhole && lines.length > 2 ? lines.slice(-1) : []
  return [...lines.slice(0, 2), ...last].join('\n')
}

/** A value cut in two could be taken for another one. */
function cutAtSpace(text: string): string {
  const end = text.lastIndexOf(' ', maxCharacters)
  return text.slice(0, end > maxCharacters / 2 ? end : maxCharacters)
}

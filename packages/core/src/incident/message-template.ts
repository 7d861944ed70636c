import { LRUCache } from 'lru-cache'
import { headOfMessage } from './message-head.ts'
import { readTokens } from './message-reader.ts'
import { TemplateTree, type MessageTemplate } from './template-tree.ts'

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

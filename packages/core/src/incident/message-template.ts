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

  return {
    keyOf(message) {
      const tokens = readTokens(headOfMessage(message))
      const text = tokens.join(' ')
      const template = known.get(text)
      if (template !== undefined) {
        tree.touch(template)
        return template.key
      }
      const found = tree.templateOf(tokens)
      known.set(text, found)
      return found.key
    },
  }
}

import { LRUCache } from 'lru-cache'
import { readTokens } from './message-reader.ts'
import {
  describeShape,
  isWildcard,
  joinShapes,
  looksLikeName,
  type TemplateShape,
} from './template-shape.ts'

/** Groups messages that come from one place in the program. */
export interface MessageTemplates {
  /**
   * The key of a message, the same for messages that differ only in values: ids, numbers, names, paths, addresses,
   * dates, quoted text.
   *
   * Values that look like words, such as a user's name, are learned from the messages before, so the
   * key depends on their order; a key once given to a message stays while it is remembered.
   */
  keyOf(message: string): string
}

/** Limits of {@link createMessageTemplates}. */
export interface MessageTemplatesOptions {
  /**
   * How many templates are kept; the least recently used are dropped.
   *
   * @default 2_000
   */
  readonly maxTemplates?: number | undefined
}

/** How many shapes a template has on average that are found without comparing. */
const shapesPerTemplate = 2

/**
 * Groups messages by their words, one by one as they come, in bounded memory and time.
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
      let template = known.get(text)
      if (template === undefined) {
        template = tree.templateOf(tokens)
        known.set(text, template)
      }
      tree.touch(template)
      return template.key
    },
  }
}

/** Characters that are enough to find the origin. */
const maxCharacters = 1_000
const maxSearched = 4_000

// oxlint-disable-next-line no-control-regex -- terminal colours are made of control characters
const terminalColours = /\u001b\[[\d;]{0,20}m/g
const stackLine = /^\s*at /

/**
 * The part of a message that identifies its origin: the first lines (what failed) and the last (why), without the stack.
 *
 * Bounded, whatever the length of the message.
 */
function headOfMessage(message: string): string {
  let text = message.length > maxSearched ? message.slice(0, maxSearched) : message
  if (text.includes('\u001b')) text = text.replace(terminalColours, '')
  if (text.includes('\n')) text = distinctiveLines(text, message.length <= maxSearched)
  return text.length > maxCharacters ? cutAtSpace(text) : text
}

function distinctiveLines(text: string, isWhole: boolean): string {
  const lines = text.split('\n').filter((line) => line.trim() !== '' && !stackLine.test(line))
  const last = isWhole && lines.length > 2 ? lines.slice(-1) : []
  return [...lines.slice(0, 2), ...last].join('\n')
}

/** A value cut in two could be taken for another one. */
function cutAtSpace(text: string): string {
  const end = text.lastIndexOf(' ', maxCharacters)
  return text.slice(0, end > maxCharacters / 2 ? end : maxCharacters)
}

/** The messages of one origin. */
interface MessageTemplate {
  /** Kept however the shape grows. */
  readonly key: string
  readonly branch: string
  shape: TemplateShape
}

/** So many are compared with a message of a new shape. */
const maxTemplatesOfBranch = 64

/** Keeps templates by their first words, and drops the least recently used. */
class TemplateTree {
  /** Holds exactly the templates of `#templates`. */
  readonly #branches = new Map<string, MessageTemplate[]>()
  readonly #templates: LRUCache<string, MessageTemplate>

  constructor(maxTemplates: number) {
    this.#templates = new LRUCache<string, MessageTemplate>({
      max: maxTemplates,
      dispose: (template) => this.#removeFromBranch(template),
    })
  }

  /** Marks a template as used, so that it is kept. */
  touch(template: MessageTemplate): void {
    this.#templates.get(template.key)
  }

  /** The template of a message, which may change to have room for it; a new one if it fits none. */
  templateOf(message: TemplateShape): MessageTemplate {
    const names = branchesOf(message)
    return this.#find(names, message) ?? this.#add(names[0] ?? '', message)
  }

  #find(names: readonly string[], message: TemplateShape): MessageTemplate | undefined {
    for (const name of names) {
      for (const template of this.#branches.get(name) ?? []) {
        const shape = joinShapes(template.shape, message)
        if (shape !== undefined) {
          template.shape = shape
          return template
        }
      }
    }
    return undefined
  }

  #add(branch: string, shape: TemplateShape): MessageTemplate {
    const template = { key: describeShape(shape), branch, shape }
    const siblings = this.#branches.get(branch) ?? []
    if (siblings[0] !== undefined && siblings.length >= maxTemplatesOfBranch) {
      this.#templates.delete(siblings[0].key)
    }
    this.#templates.set(template.key, template)
    const templates = this.#branches.get(branch) ?? []
    this.#branches.set(branch, [...templates, template])
    return template
  }

  #removeFromBranch(template: MessageTemplate): void {
    const left = (this.#branches.get(template.branch) ?? []).filter((one) => one !== template)
    if (left.length === 0) this.#branches.delete(template.branch)
    else this.#branches.set(template.branch, left)
  }
}

/** Where a message's template may be: what its first word is a value in, by the second. */
function branchesOf(message: TemplateShape): readonly string[] {
  const [first = '', second = '', third = ''] = message
  if (isWildcard(first) || looksLikeName(first)) return [`* ${second}`]
  return isWildcard(second) ? [first, `* ${third}`] : [first]
}

import { LRUCache } from 'lru-cache'
import { isWildcard, looksLikeName, type TemplateShape } from './name-evidence.ts'
import { describeShape, joinShapes } from './template-shape.ts'

/** The messages of one origin. */
export interface MessageTemplate {
  /** Kept however the shape grows. */
  readonly key: string
  readonly branch: string
  shape: TemplateShape
}

/** So many are compared with a message of a new shape. */
const maxTemplatesOfBranch = 64

/** Keeps templates by their first words, and forgets those that were not asked for longest. */
export class TemplateTree {
  /** Holds exactly the templates of `#templates`. */
  readonly #branches = new Map<string, MessageTemplate[]>()
  readonly #templates: LRUCache<string, MessageTemplate>

  constructor(maxTemplates: number) {
    this.#templates = new LRUCache<string, MessageTemplate>({
      max: maxTemplates,
      dispose: (template) => this.#removeFromBranch(template),
    })
  }

  /** Saves a template that is in use from being forgotten. */
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
    const oldest = this.#branches.get(branch)
    if (oldest?.[0] !== undefined && oldest.length >= maxTemplatesOfBranch) {
      this.#templates.delete(oldest[0].key)
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

import { LRUCache } from 'lru-cache'
import {
  agreementAfter,
  agreementElsewhere,
  canBeName,
  isLikelyName,
  isTelling,
  isWildcard,
  joinAroundName,
  looksLikeName,
  nameWildcard,
  type TemplateShape,
} from './names.ts'

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

/** The shape that has both, or `undefined` if the message is of another origin. */
export function joinShapes(
  shape: TemplateShape,
  message: TemplateShape,
): TemplateShape | undefined {
  return shape.length === message.length
    ? joinByPosition(shape, message)
    : joinAroundName(shape, message)
}

function joinByPosition(shape: TemplateShape, message: TemplateShape): TemplateShape | undefined {
  const agreeing = agreementOf(shape, message)
  if (agreeing === 0) return undefined
  const joined: string[] = []
  for (const [index, token] of message.entries()) {
    if (shape[index] === token) {
      joined.push(token)
      continue
    }
    const needed = agreementToJoin(shape, index, token)
    if (needed === undefined || needed > agreeing) return undefined
    joined.push(nameWildcard)
  }
  return joined
}

/** How many telling words agree; 0 if too many differ. */
function agreementOf(shape: TemplateShape, message: TemplateShape): number {
  let agreeing = 0
  let names = 0
  for (let index = 0; index < message.length; index += 1) {
    const known = shape[index] ?? ''
    if (isWildcard(known)) continue
    if (known !== message[index]) names += 1
    else if (isTelling(known)) agreeing += 1
  }
  return agreeing >= 2 * names - 1 ? agreeing : 0
}

function agreementToJoin(shape: TemplateShape, index: number, token: string): number | undefined {
  const known = shape[index] ?? ''
  if (known === nameWildcard) return canBeName(token) ? 1 : undefined
  if (!isLikelyName(known) || !isLikelyName(token)) return undefined
  const expected = agreementAfter(shape, index)
  return expected ?? (looksLikeName(known) && looksLikeName(token) ? agreementElsewhere : undefined)
}

/**
 * The text of a message with wildcards for its values and for the names that another message may have in their place, so
 * that it is the same whichever of them came first.
 */
export function describeShape(shape: TemplateShape): string {
  const needs = shape.map((token, index) => {
    const needed = isWildcard(token) ? undefined : agreementAfter(shape, index)
    return needed !== undefined && isLikelyName(token) ? needed : undefined
  })
  const names = needs.filter((needed) => needed !== undefined).length
  const agreeing = shape.filter(isTelling).length - names
  const isEnough = agreeing >= 2 * names - 1
  return shape
    .map((token, index) =>
      isEnough && agreeing >= (needs[index] ?? Infinity) ? nameWildcard : token,
    )
    .join(' ')
}

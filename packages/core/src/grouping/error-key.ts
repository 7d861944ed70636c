import { LRUCache } from 'lru-cache'
import { type ErrorShape, readErrorShape } from '../event/error/error-shape.ts'
import { parseStack } from '../event/stack/parse-stack.ts'
import { splitStack, type StackSection } from '../event/stack/stack-sections.ts'
import { isList } from '../redaction/safe-read.ts'
import {
  areAlike,
  digestOutline,
  type ErrorOutline,
  outlineError,
  maxCauses,
  maxStackLength,
  codeInMessage,
} from './error-digest.ts'
import { type Place, placeOf } from './frame-key.ts'

/** The part of a fingerprint that comes from an error. */
export interface ErrorKey {
  readonly text: string
  readonly parts: ErrorParts
}

/** So many distinct stacks are known without parsing them anew. */
const maxDigests = 2_000

/** Finds the key of an error, at little cost if it or one like it was there before. */
export class ErrorKeys {
  readonly #byDigest = new LRUCache<string, ErrorKey>({ max: maxDigests })
  #last: { readonly outline: ErrorOutline; readonly key: ErrorKey } | undefined

  keyOf(thrown: unknown): ErrorKey {
    const outline = typeof thrown === 'object' && thrown !== null ? outlineError(thrown) : undefined
    if (outline === undefined) return toKey(readErrorParts(thrown))
    // In a flood the next one is like the last.
    if (this.#last !== undefined && areAlike(this.#last.outline, outline)) return this.#last.key

    const key = this.#keyOfDigest(digestOutline(outline), thrown)
    this.#last = { outline, key }
    return key
  }

  #keyOfDigest(digest: string, thrown: unknown): ErrorKey {
    const known = this.#byDigest.get(digest)
    if (known !== undefined) return known
    const key = toKey(readErrorParts(thrown))
    this.#byDigest.set(digest, key)
    return key
  }
}

function toKey(parts: ErrorParts): ErrorKey {
  const { type, rootType, rootCode = '', place } = parts
  return { text: [type, rootType, rootCode, ...place.frames].join('\n'), parts }
}

/** What of an error makes it the same problem as another. */
export interface ErrorParts {
  readonly type: string
  /** Of the deepest cause; the error's own if it has none. */
  readonly rootType: string
  readonly rootCode: string | undefined
  readonly place: Place
  /** Without what serialisers append of the causes. */
  readonly message: string
}

interface Link {
  readonly type: string
  readonly code: string | undefined
  readonly message: string
  readonly stack: string | undefined
  readonly next: unknown
  readonly printedCauses: readonly StackSection[]
}

/** Reads type, root cause and place of a thrown thing, whatever it is. */
export function readErrorParts(thrown: unknown): ErrorParts {
  const first = toLink(thrown)
  const root = findRoot(first)
  const stack = first.stack?.slice(0, maxStackLength)
  return {
    type: first.type,
    rootType: root.type,
    rootCode: root.code ?? codeInMessage(root.message),
    place: placeOf(stack === undefined ? [] : parseStack(stack)),
    message: first.message,
  }
}

function findRoot(first: Link): Pick<Link, 'type' | 'code' | 'message'> {
  let link = first
  for (let depth = 0; depth < maxCauses && link.next !== undefined; depth += 1) {
    link = toLink(link.next)
  }
  const printed = link.printedCauses.at(-1)
  if (printed === undefined) return link
  return { type: printed.type ?? 'Error', code: printed.code, message: printed.message ?? '' }
}

function toLink(thrown: unknown): Link {
  if (typeof thrown === 'object' && thrown !== null && !isList(thrown)) {
    return fromShape(readErrorShape(thrown))
  }
  if (typeof thrown !== 'string') return { ...emptyLink, type: kindOf(thrown) }
  const [own, ...printedCauses] = splitStack(thrown)
  if (own === undefined || parseStack(own.text).length === 0) {
    return { ...emptyLink, type: 'string', message: thrown }
  }
  const { type = 'Error', code, message = '', text } = own
  return { ...emptyLink, type, code, message, stack: text, printedCauses }
}

function fromShape({ type, code, message, stack, cause, printedCauses, errors }: ErrorShape): Link {
  // An AggregateError's cause, if it tells none, is the first of its errors.
  const next = cause ?? (printedCauses.length > 0 ? undefined : errors[0])
  return { type, code, message: message ?? '', stack, next, printedCauses }
}

function kindOf(thrown: unknown): string {
  if (isList(thrown)) return 'array'
  return thrown === null ? 'null' : typeof thrown
}

const emptyLink: Link = {
  type: 'Error',
  code: undefined,
  message: '',
  stack: undefined,
  next: undefined,
  printedCauses: [],
}

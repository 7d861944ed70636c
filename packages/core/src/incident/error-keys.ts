import { LRUCache } from 'lru-cache'
import { areAlike, digestOutline, outlineError, type ErrorOutline } from './error-digest.ts'
import { readErrorParts, type ErrorParts } from './error-parts.ts'

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

import { LRUCache } from 'lru-cache'
import { digestError } from './error-digest.ts'
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
  readonly #byError = new WeakMap<object, { readonly stack: unknown; readonly key: ErrorKey }>()
  readonly #byDigest = new LRUCache<string, ErrorKey>({ max: maxDigests })

  keyOf(thrown: unknown): ErrorKey {
    if (typeof thrown !== 'object' || thrown === null) return toKey(readErrorParts(thrown))
    const stack = stackOf(thrown)
    const known = this.#byError.get(thrown)
    if (known !== undefined && known.stack === stack) return known.key

    const key = this.#keyOfDigest(thrown)
    this.#byError.set(thrown, { stack, key })
    return key
  }

  #keyOfDigest(thrown: object): ErrorKey {
    const digest = digestError(thrown)
    const known = digest === undefined ? undefined : this.#byDigest.get(digest)
    if (known !== undefined) return known
    const key = toKey(readErrorParts(thrown))
    if (digest !== undefined) this.#byDigest.set(digest, key)
    return key
  }
}

/** The plain read costs a tenth of the careful one. */
function stackOf(thrown: object): unknown {
  try {
    return (thrown as { readonly stack?: unknown }).stack
  } catch {
    // As good as no stack.
    return undefined
  }
}

function toKey(parts: ErrorParts): ErrorKey {
  const { type, rootType, rootCode = '', place } = parts
  return { text: [type, rootType, rootCode, ...place.frames].join('\n'), parts }
}

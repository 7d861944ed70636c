import { LRUCache } from 'lru-cache'
import { hash } from 'node:crypto'

/** So many problems of one class that are thrown in one place are told apart … */
const maxPerPlace = 20
/** … within so long, in milliseconds. */
const windowMs = 600_000
const maxPlaces = 1000

/** Which problem it is, and where its error was thrown. */
export interface CappedProblem {
  readonly fingerprint: string
  /** The error's class and place; `undefined` if it has none. */
  readonly place: string | undefined
  /** In milliseconds since 1970. */
  readonly now: number
}

/**
 * Makes one problem of what would be ever new ones: an error of one class, thrown in one place, whose cause or text is another
 * each time.
 */
export class FingerprintCap {
  readonly #places = new LRUCache<string, Map<string, number>>({ max: maxPlaces })

  /** The fingerprint to count under, for a problem that is not known. */
  limit({ fingerprint, place, now }: CappedProblem): string {
    if (place === undefined) return fingerprint
    const known = this.#places.get(place) ?? new Map<string, number>()
    this.#places.set(place, known)
    if (known.size >= maxPerPlace) forgetOld(known, now)
    if (known.size >= maxPerPlace && !known.has(fingerprint)) return collapsed(place)
    known.set(fingerprint, now)
    return fingerprint
  }
}

function forgetOld(known: Map<string, number>, now: number): void {
  for (const [fingerprint, seenAt] of known) {
    if (now - seenAt >= windowMs) known.delete(fingerprint)
  }
}

/** As long as any other fingerprint, and none of theirs. */
function collapsed(place: string): string {
  return `g1:${hash('sha256', `many\n${place}`).slice(0, 16)}`
}

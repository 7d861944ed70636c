import { LRUCache } from 'lru-cache'
import type { LogEvent } from './log-event.ts'

const maxPlaces = 500

/** Lets the hint of each place in the program through once: a second one teaches nobody. */
export class ToldPlaces {
  readonly #places = new LRUCache<string, true>({ max: maxPlaces })

  once(event: LogEvent): LogEvent {
    const place = event.hint?.place
    if (place === undefined) return event
    if (this.#places.has(place)) return { ...event, hint: undefined }
    this.#places.set(place, true)
    return event
  }
}

import type { EventEmitter } from 'node:events'

type Info = Readonly<Record<string, unknown>>

/**
 * Lets winston end the process as soon as the record of an uncaught exception is sent, instead of three seconds later.
 *
 * winston waits for a `finish` event of each transport that handles exceptions, although it does not end the transports. Emitting
 * `finish` would reach all listeners, among them the pipe, which would then close the transport of a process that goes on
 * (`exitOnError: false`). So only the listeners of winston itself are called: those added while winston has set `_ending`.
 */
export class ExceptionWatch {
  readonly #transport: EventEmitter
  readonly #listeners = new Set<() => void>()
  readonly #seen = new WeakSet<object>()

  constructor(transport: EventEmitter) {
    this.#transport = transport
    transport.on('newListener', (event: unknown, listener: () => void) => {
      if (event === 'finish' && Reflect.get(transport, '_ending') === true)
        this.#listeners.add(listener)
    })
  }

  /** Whether winston waits until this record is sent. */
  isAwaited(info: Info): boolean {
    return this.#listeners.size > 0 && isUncaught(info)
  }

  /** Whether the record was passed before: winston passes it twice to a transport that is also one of `exceptionHandlers`. */
  isRepeat(info: Info): boolean {
    if (!isUncaught(info)) return false
    const isRepeat = this.#seen.has(info)
    this.#seen.add(info)
    return isRepeat
  }

  /** Removes the listeners that wait now, and returns a function that calls them. */
  takeListeners(): () => void {
    const listeners = [...this.#listeners]
    this.#listeners.clear()
    return () => {
      for (const listener of listeners) {
        this.#transport.removeListener('finish', listener)
        listener()
      }
    }
  }
}

function isUncaught(info: Info): boolean {
  return info['exception'] === true || info['rejection'] === true
}

import type { EventEmitter } from 'node:events'

/**
 * Lets winston end the process as soon as the record of an uncaught exception is told, and not three seconds later.
 *
 * winston waits for a `finish` of each transport that handles exceptions, though it ends none of them. An emitted `finish` would
 * be taken for the real one by all others, as by the pipe, which would close the transport of a process that goes on
 * (`exitOnError: false`). So only winston itself is told: it is whoever listens while it has set `_ending`.
 */
export class ExceptionWatch {
  readonly #transport: EventEmitter
  readonly #waiting = new Set<() => void>()
  readonly #seen = new WeakSet<object>()

  constructor(transport: EventEmitter) {
    this.#transport = transport
    transport.on('newListener', (event: unknown, listener: () => void) => {
      if (event === 'finish' && Reflect.get(transport, '_ending') === true)
        this.#waiting.add(listener)
    })
  }

  /** Whether a record is one that winston waits for. */
  isAwaited(info: Readonly<Record<string, unknown>>): boolean {
    return this.#waiting.size > 0 && isUncaught(info)
  }

  /** Whether winston brings a record again: a transport that is one of `exceptionHandlers` as well gets each twice. */
  isRepeat(info: Readonly<Record<string, unknown>>): boolean {
    if (!isUncaught(info)) return false
    const isRepeat = this.#seen.has(info)
    this.#seen.add(info)
    return isRepeat
  }

  /**
   * Takes over from winston: what it waits for now, it is told by the function that comes back, once.
   */
  take(): () => void {
    const listeners = [...this.#waiting]
    this.#waiting.clear()
    return () => {
      for (const listener of listeners) {
        this.#transport.removeListener('finish', listener)
        listener()
      }
    }
  }
}

function isUncaught(info: Readonly<Record<string, unknown>>): boolean {
  return info['exception'] === true || info['rejection'] === true
}

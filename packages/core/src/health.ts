import type { SinkEnvironment } from './environment.ts'

/** What became of everything so far. */
export interface SinkHealth {
  readonly events: {
    /** Events with a message of their own. */
    readonly shown: number
    /** Events that only raised a counter. */
    readonly counted: number
    /** Events without either, by reason. */
    readonly lost: Readonly<Record<string, number>>
  }
  readonly deliveries: {
    readonly sent: number
    /** Answers that were no success, tried again or not. */
    readonly failed: number
    /** Deliveries given up, by reason. */
    readonly gaveUp: Readonly<Record<string, number>>
  }
  readonly lastError: { readonly at: number; readonly reason: string } | undefined
}

const reportGapMs = 60_000

/** Counts what happens, and tells of our own trouble without logging into ourselves. */
export class Health {
  readonly #environment: SinkEnvironment
  readonly #onError: ((error: Error) => void) | undefined
  readonly #clean: (text: string) => string
  readonly #lost = new Map<string, number>()
  readonly #gaveUp = new Map<string, number>()
  #shown = 0
  #counted = 0
  #sent = 0
  #failed = 0
  #lastError: SinkHealth['lastError']
  #reportedAt = Number.NEGATIVE_INFINITY

  constructor(
    environment: SinkEnvironment,
    options: {
      readonly onError: ((error: Error) => void) | undefined
      /** Takes secrets out of a text. */
      readonly clean: (text: string) => string
    },
  ) {
    this.#environment = environment
    this.#onError = options.onError
    this.#clean = options.clean
  }

  counted(): void {
    this.#counted += 1
  }

  shown(): void {
    this.#shown += 1
  }

  lost(reason: string): void {
    increase(this.#lost, reason)
  }

  delivered(): void {
    this.#sent += 1
  }

  failed(reason: string): void {
    this.#failed += 1
    this.#tell(`Slack: ${reason}`)
  }

  gaveUp(reason: string): void {
    increase(this.#gaveUp, reason)
    this.#tell(`a delivery was given up: ${reason}`)
  }

  /** Our own mistake, or that of a hook. */
  broke(what: string, error: unknown): void {
    this.#tell(`${what}: ${error instanceof Error ? error.message : String(error)}`)
  }

  read(): SinkHealth {
    return {
      events: { shown: this.#shown, counted: this.#counted, lost: Object.fromEntries(this.#lost) },
      deliveries: {
        sent: this.#sent,
        failed: this.#failed,
        gaveUp: Object.fromEntries(this.#gaveUp),
      },
      lastError: this.#lastError,
    }
  }

  #tell(text: string): void {
    const reason = this.#clean(text)
    const now = this.#environment.clock.now()
    this.#lastError = { at: now, reason }
    try {
      this.#onError?.(new Error(reason))
    } catch (error) {
      this.#report(`the onError hook threw: ${String(error)}`, now)
    }
    this.#report(reason, now)
  }

  #report(reason: string, now: number): void {
    if (now - this.#reportedAt < reportGapMs) return
    this.#reportedAt = now
    this.#environment.writeStderr(`[slack-logger] ${this.#clean(reason)}`)
  }
}

function increase(counts: Map<string, number>, reason: string): void {
  counts.set(reason, (counts.get(reason) ?? 0) + 1)
}

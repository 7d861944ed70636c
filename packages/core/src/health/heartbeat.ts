import { type SteadyClock, type Ticker, withTimeout } from '../clock.ts'
import type { HttpPost } from '../http.ts'
import type { ResolvedHeartbeat } from '../options/report.ts'

export interface HeartbeatDeps extends ResolvedHeartbeat {
  readonly clock: SteadyClock
  readonly request: HttpPost
  /** Whether this process decides, so that one of the fleet asks. */
  readonly decides: () => boolean
  /** Whether alerts would get through: resolves when that is known. */
  readonly isDelivering: () => Promise<boolean>
  /** Called when the address does not answer. */
  readonly onTrouble: (reason: string) => void
}

const timeoutMs = 5000

/** Asks an address regularly as long as alerts would get through: whoever is behind it raises the alarm when that stops. */
export class Heartbeat implements Ticker {
  readonly #deps: HeartbeatDeps
  readonly #abort = new AbortController()
  #isAsking = false
  dueAt: number

  constructor(deps: HeartbeatDeps) {
    this.#deps = deps
    this.dueAt = deps.clock.now()
  }

  tick(now: number): void {
    if (now < this.dueAt) return
    const { everyMs, decides } = this.#deps
    this.dueAt = now + everyMs
    if (this.#isAsking || !decides()) return
    this.#isAsking = true
    void this.#beat().finally(() => {
      this.#isAsking = false
    })
  }

  stop(): void {
    this.dueAt = Number.POSITIVE_INFINITY
    this.#abort.abort(new Error('the sink is closed'))
  }

  async #beat(): Promise<void> {
    const { url, clock, request, decides, isDelivering, onTrouble } = this.#deps
    const { signal } = this.#abort
    try {
      if (!(await isDelivering()) || signal.aborted || !decides()) return
      const result = await withTimeout(clock, { timeoutMs, signal }, (ended) =>
        request({ method: 'GET', url, headers: {}, body: '' }, { signal: ended }),
      )
      if ('error' in result) throw new Error(result.error.message)
      // Redirects are not followed.
      if (result.status < 200 || result.status >= 300) throw new Error(`HTTP ${result.status}`)
    } catch (error) {
      if (!signal.aborted) onTrouble(error instanceof Error ? error.message : String(error))
    }
  }
}

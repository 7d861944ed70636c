/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void
}

/** Where time comes from. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  setTimer(callback: () => void, delayMs: number): Timer
}

/** A clock that tests can put forward. */
export interface MovableClock extends Clock {
  /** Puts the clock forward and fires what becomes due, in order. */
  advance(ms: number): Promise<void>
}

interface PendingTimer {
  readonly dueAt: number
  readonly callback: () => void
  handle: NodeJS.Timeout | undefined
}

/** The machine's own time, which runs by itself and can be put forward on top of that. */
export function createRealClock(): MovableClock {
  const pending = new Set<PendingTimer>()
  let aheadMs = 0
  const now = (): number => Date.now() + aheadMs

  function fire(timer: PendingTimer): void {
    clearTimeout(timer.handle)
    if (pending.delete(timer)) timer.callback()
  }

  function arm(timer: PendingTimer): void {
    clearTimeout(timer.handle)
    timer.handle = setTimeout(fire, Math.max(0, timer.dueAt - now()), timer)
    timer.handle.unref()
  }

  return {
    now,
    setTimer(callback, delayMs) {
      const timer = { dueAt: now() + delayMs, callback, handle: undefined }
      pending.add(timer)
      arm(timer)
      return {
        cancel() {
          clearTimeout(timer.handle)
          pending.delete(timer)
        },
      }
    },
    async advance(ms) {
      aheadMs += ms
      for (const timer of [...pending].toSorted((a, b) => a.dueAt - b.dueAt))
        if (timer.dueAt <= now()) fire(timer)
        else arm(timer)
      // What the timers began gets a turn before the caller goes on.
      await new Promise((resolve) => {
        setImmediate(resolve)
      })
    },
  }
}

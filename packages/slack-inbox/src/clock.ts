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
  handle: ReturnType<typeof setTimeout>
}

/** The machine's own time, which runs by itself and can be put forward on top of that. */
export function createRealClock(): MovableClock {
  const pending = new Set<PendingTimer>()
  let aheadMs = 0
  const now = (): number => Date.now() + aheadMs

  function arm(timer: PendingTimer): void {
    timer.handle = setTimeout(
      () => {
        pending.delete(timer)
        timer.callback()
      },
      Math.max(0, timer.dueAt - now()),
    )
    timer.handle.unref()
  }

  return {
    now,
    setTimer(callback, delayMs) {
      const timer = { dueAt: now() + delayMs, callback, handle: setTimeout(() => {}, 0) }
      clearTimeout(timer.handle)
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
      const ordered = [...pending].toSorted((a, b) => a.dueAt - b.dueAt)
      for (const timer of ordered) {
        clearTimeout(timer.handle)
        arm(timer)
      }
      await Promise.resolve()
    },
  }
}

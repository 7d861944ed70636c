/** A timer that has not fired yet. */
export interface Timer {
  cancel(): void
}

/** A source of time. */
export interface Clock {
  /** Milliseconds since 1970. */
  now(): number
  setTimer(callback: () => void, delayMs: number): Timer
}

/** A clock that tests can advance. */
export interface MovableClock extends Clock {
  /** Advances the clock and fires the timers that become due, in order. */
  advance(ms: number): Promise<void>
}

interface PendingTimer {
  readonly dueAt: number
  readonly callback: () => void
  handle: NodeJS.Timeout | undefined
}

/** Creates a clock that follows the system's time and can be advanced beyond it. */
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
      // Lets the work that the timers started run before the caller continues.
      await nextTurn()
    },
  }
}

/** A clock that stands still until a test advances it. */
export interface VirtualClock extends MovableClock {
  /** Advances the clock to a time in milliseconds since 1970. */
  advanceTo(timeMs: number): Promise<void>
}

interface VirtualTimer {
  readonly dueAt: number
  readonly callback: () => void
}

/**
 * A request through `inbox.fetch` needs a few promises and at most two turns of the event loop (undici reads multipart
 * bodies in a turn of its own).
 */
const turnsToSettle = 4

/**
 * Creates a clock that moves only when a test advances it.
 *
 * @param startMs its first time, in milliseconds since 1970
 * @default 1_767_225_600_000 (the first of January 2026, 00:00 UTC)
 * @example
 * ```ts
 * const clock = createVirtualClock()
 * await using inbox = await startInbox({ clock })
 * await clock.advance(60_000)
 * ```
 */
export function createVirtualClock(startMs: number = Date.UTC(2026, 0, 1)): VirtualClock {
  // Sorted by dueAt; timers due at the same time keep the order in which they were set.
  const timers: VirtualTimer[] = []
  let nowMs = startMs

  async function advanceTo(timeMs: number): Promise<void> {
    await settle()
    for (let next = timers[0]; next !== undefined && next.dueAt <= timeMs; next = timers[0]) {
      timers.shift()
      nowMs = Math.max(nowMs, next.dueAt)
      next.callback()
      await settle()
    }
    nowMs = Math.max(nowMs, timeMs)
  }

  return {
    now: () => nowMs,
    setTimer(callback, delayMs): Timer {
      const timer = { dueAt: nowMs + Math.max(0, delayMs), callback }
      timers.splice(insertionIndex(timers, timer.dueAt), 0, timer)
      return {
        cancel() {
          const index = timers.indexOf(timer)
          if (index !== -1) timers.splice(index, 1)
        },
      }
    },
    advance: (ms) => advanceTo(nowMs + ms),
    advanceTo,
  }
}

/** Waits until the work that a timer started is done. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < turnsToSettle; turn += 1) await nextTurn()
}

async function nextTurn(): Promise<void> {
  await new Promise((resolve) => {
    setImmediate(resolve)
  })
}

function insertionIndex(timers: readonly VirtualTimer[], dueAt: number): number {
  let low = 0
  let high = timers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timers[middle]?.dueAt ?? 0) <= dueAt) low = middle + 1
    else high = middle
  }
  return low
}

import type { MovableClock, Timer } from './clock.ts'

/** Time that stands still until a test moves it. */
export interface VirtualClock extends MovableClock {
  /** Like `advance`, up to a point in time, in milliseconds since 1970. */
  advanceTo(timeMs: number): Promise<void>
}

interface VirtualTimer {
  readonly dueAt: number
  readonly callback: () => void
}

/**
 * A request through `inbox.fetch` passes a few promises and at most two turns of the event loop (undici reads
 * multipart bodies in a turn of its own).
 */
const turnsToSettle = 4

/**
 * Creates a clock that moves only when it is told to.
 *
 * @param startMs where it stands, in milliseconds since 1970
 * @default 1_767_225_600_000 (the first of January 2026, 00:00 UTC)
 * @example
 * ```ts
 * const clock = createVirtualClock()
 * await using inbox = await startInbox({ clock })
 * await clock.advance(60_000)
 * ```
 */
export function createVirtualClock(startMs: number = Date.UTC(2026, 0, 1)): VirtualClock {
  // Sorted by dueAt; those due at the same time stand in the order they were set.
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
      timers.splice(insertionPoint(timers, timer.dueAt), 0, timer)
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

/** Lets promises and the event loop go on until what a timer began has come to rest. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < turnsToSettle; turn += 1) {
    await new Promise<void>((resolve) => {
      setImmediate(resolve)
    })
  }
}

function insertionPoint(timers: readonly VirtualTimer[], dueAt: number): number {
  let low = 0
  let high = timers.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((timers[middle]?.dueAt ?? 0) <= dueAt) low = middle + 1
    else high = middle
  }
  return low
}

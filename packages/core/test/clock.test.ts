import { createVirtualClock } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import type { Clock } from '../src/index.ts'
import {
  Alarm,
  containTimers,
  delay,
  nextTurn,
  runSoon,
  SteadyClock,
  type Ticker,
  TokenBucket,
  withTimeout,
} from '../src/clock.ts'

const hourMs = 3_600_000

/** A clock whose wall clock can be set. */
function settableClock() {
  const clock = createVirtualClock()
  let aheadMs = 0
  const given = {
    ...clock,
    now: () => clock.now() + aheadMs,
    monotonic: () => clock.now() / 3,
  }
  return { clock, given, move: (byMs: number): void => void (aheadMs += byMs) }
}

const thrown = new Error('thrown')
const fail = (): never => {
  throw thrown
}

describe('what a callback throws is reported, and ends nothing', () => {
  test('of a timer', async () => {
    const clock = createVirtualClock()
    const errors: unknown[] = []
    containTimers(clock, (error) => errors.push(error)).setTimer(fail, 1000)

    await clock.advance(1000)

    expect(errors).toEqual([thrown])
  })

  test('in a later turn', async () => {
    const errors: unknown[] = []
    runSoon(fail, (error) => errors.push(error))
    expect(errors).toEqual([])

    await nextTurn()

    expect(errors).toEqual([thrown])
  })
})

describe('a steady clock', () => {
  test('starts with the wall clock, and does not follow it when it is set', () => {
    const { clock, given, move } = settableClock()
    const start = clock.now()
    const steady = new SteadyClock(given)
    expect(steady.now()).toBe(start)

    for (const byMs of [-hourMs, 2 * hourMs, 30 * 24 * hourMs]) {
      move(byMs)
      expect(steady.now()).toBe(start)
    }
  })

  test('advances with the time that passes', async () => {
    const { clock, given, move } = settableClock()
    const start = clock.now()
    const steady = new SteadyClock(given)

    move(-hourMs)
    await clock.advance(3000)

    expect(steady.now()).toBe(start + 1000)
  })

  test('converts times to those of the wall clock as it is set now, and back', () => {
    const { clock, given, move } = settableClock()
    const start = clock.now()
    const steady = new SteadyClock(given)
    expect(steady.toWall(start - 5)).toBe(start - 5)

    move(-hourMs)
    expect(steady.wallNow()).toBe(start - hourMs)
    expect(steady.toWall(start - 5)).toBe(start - 5 - hourMs)
    expect(steady.fromWall(start - hourMs)).toBe(start)

    move(3 * hourMs)
    expect(steady.toWall(start - 5)).toBe(start - 5 + 2 * hourMs)
    expect(steady.fromWall(steady.toWall(start))).toBe(start)
    expect(steady.toWall(Number.NEGATIVE_INFINITY)).toBe(Number.NEGATIVE_INFINITY)
  })

  test('shows a time the same while the clocks differ by less than a second', () => {
    const { clock, given, move } = settableClock()
    const steady = new SteadyClock(given)

    move(600)
    expect(steady.toWall(clock.now())).toBe(clock.now())
    move(600)
    expect(steady.toWall(clock.now())).toBe(clock.now() + 1200)
    move(-600)
    expect(steady.toWall(clock.now())).toBe(clock.now() + 1200)
  })

  test('is the given clock where that is never set', async () => {
    const clock = createVirtualClock()
    const steady = new SteadyClock(clock)

    await clock.advance(12_345)

    expect(steady.now()).toBe(clock.now())
    expect(steady.toWall(17)).toBe(17)
  })
})

describe('a delay', () => {
  test('ends when the time is over, or when its signal fires', async () => {
    const clock = createVirtualClock()
    const ended: string[] = []
    const controller = new AbortController()
    void delay(clock, 1000, {}).then(() => ended.push('time'))
    void delay(clock, 9000, { signal: controller.signal }).then(() => ended.push('signal'))

    await clock.advance(999)
    expect(ended).toEqual([])
    controller.abort()
    await clock.advance(1)

    expect(ended).toEqual(['signal', 'time'])
  })
})

const noAnswer = (): Promise<never> => new Promise(() => undefined)

/** The timers of a process that stands still for a while fire at its end. */
function stoppableClock() {
  const clock = createVirtualClock()
  let stoppedUntil = 0
  const stopped: Clock = {
    ...clock,
    setTimer: (callback, delayMs) =>
      clock.setTimer(callback, Math.max(delayMs, stoppedUntil - clock.now())),
  }
  return { clock, stopped, stop: (ms: number) => (stoppedUntil = clock.now() + ms) }
}

describe('a call with a time-out', () => {
  const { signal } = new AbortController()
  const limit = { timeoutMs: 1000, signal }

  test('rejects when the time is over', async () => {
    const clock = createVirtualClock()
    const call = withTimeout(clock, limit, noAnswer).catch(String)

    await clock.advance(1000)

    expect(await call).toBe('Error: no answer within 1000 ms')
  })

  test('still gets an answer that arrived while the process was stopped', async () => {
    const { clock, stopped, stop } = stoppableClock()
    stop(9000)
    const call = withTimeout(stopped, limit, async () => {
      await delay(clock, 9001, {})
      return 'an answer'
    })

    await clock.advance(9001)

    expect(await call).toBe('an answer')
  })

  test('rejects soon after the process was stopped if there is no answer', async () => {
    const { clock, stopped, stop } = stoppableClock()
    stop(9000)
    const call = withTimeout(stopped, limit, noAnswer).catch(String)

    await clock.advance(9200)

    expect(await call).toContain('no answer')
  })
})

/** Work that is due at these times. */
class Work implements Ticker {
  readonly doneAt: number[] = []
  readonly #times: number[]

  constructor(...times: number[]) {
    this.#times = times
  }

  get dueAt(): number {
    return this.#times[0] ?? Number.POSITIVE_INFINITY
  }

  tick(now: number): void {
    if (now < this.dueAt) return
    this.#times.shift()
    this.doneAt.push(now)
  }

  add(time: number): void {
    this.#times.unshift(time)
  }
}

const never = (): void => expect.unreachable('no ticker throws')

describe('an alarm', () => {
  test('calls its tickers when the first of them is due', async () => {
    const clock = createVirtualClock(0)
    const [often, once] = [new Work(1000, 2000, 3000), new Work(1500)]
    new Alarm(clock, [often, once], never).update()

    await clock.advance(10_000)

    expect([often.doneAt, once.doneAt]).toEqual([[1000, 2000, 3000], [1500]])
  })

  test('is set to an earlier time by an update', async () => {
    const clock = createVirtualClock(0)
    const work = new Work(5000)
    const alarm = new Alarm(clock, [work], never)
    alarm.update()
    work.add(1000)
    alarm.update()

    await clock.advance(4000)

    expect(work.doneAt).toEqual([1000])
  })

  test('does not ring when it was stopped', async () => {
    const clock = createVirtualClock(0)
    const work = new Work(1000)
    const alarm = new Alarm(clock, [work], never)
    alarm.update()

    alarm.stop()
    alarm.update()
    await clock.advance(2000)

    expect(work.doneAt).toEqual([])
  })

  test('reports a ticker that throws, and calls the others', async () => {
    const clock = createVirtualClock(0)
    const errors: unknown[] = []
    const broken: Ticker = {
      dueAt: Number.POSITIVE_INFINITY,
      tick: () => {
        throw new Error('a bug')
      },
    }
    const work = new Work(1000, 2000)
    new Alarm(clock, [broken, work], (error) => errors.push(error)).update()

    await clock.advance(2000)

    expect(work.doneAt).toEqual([1000, 2000])
    expect(errors.map(String)).toEqual(['Error: a bug', 'Error: a bug'])
  })
})

describe('a token bucket', () => {
  test('grants a burst, then one per interval', () => {
    const bucket = new TokenBucket({ burst: 3, everyMs: 1000 }, 0)
    for (let sent = 0; sent < 3; sent += 1) {
      expect(bucket.waitMs(0)).toBe(0)
      bucket.take(0)
    }

    expect(bucket.waitMs(0)).toBe(1000)
    expect(bucket.waitMs(999)).toBe(1)
    expect(bucket.waitMs(1000)).toBe(0)
  })

  test('saves up no more than its burst', () => {
    const bucket = new TokenBucket({ burst: 2, everyMs: 1000 }, 0)
    bucket.take(3_600_000)
    bucket.take(3_600_000)

    expect(bucket.waitMs(3_600_000)).toBe(1000)
  })
})

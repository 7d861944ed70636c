import { createVirtualClock } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { Alarm, delay, type Ticker, TokenBucket } from '../src/clock.ts'

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

  test('grants nothing for a clock that was set back', () => {
    const bucket = new TokenBucket({ burst: 1, everyMs: 1000 }, 10_000)
    bucket.take(10_000)

    expect(bucket.waitMs(0)).toBe(1000)
    expect(bucket.waitMs(1000)).toBe(0)
  })
})

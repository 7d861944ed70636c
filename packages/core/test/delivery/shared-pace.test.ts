import { expect, test } from 'vitest'
import type { Destination, Post, SendResult } from '../../src/delivery/destination.ts'
import { withSharedPace } from '../../src/delivery/shared-pace.ts'

/** A clock whose time passes as fast as somebody waits. */
const fastClock = () => {
  let time = 0
  return {
    now: () => time,
    setTimer: (callback: () => void, delayMs: number) => {
      time += delayMs
      queueMicrotask(callback)
      return { cancel: () => undefined }
    },
  }
}

/** Sends a post where the pace asks for these waits, one after the other. */
async function send(waits: readonly number[], result: SendResult = { status: 'sent', ref: '1' }) {
  const left = [...waits]
  const held: (readonly [string, number])[] = []
  let sent = 0
  const clock = fastClock()
  const destination = {
    pace: { burst: 3, everyMs: 1000 },
    send: () => {
      sent += 1
      return Promise.resolve(result)
    },
  } as unknown as Destination
  const pace = {
    waitMs: () => Promise.resolve(left.shift() ?? 0),
    hold: (channel: string, forMs: number) => void held.push([channel, forMs]),
  }
  const post: Post = { kind: 'post', channel: '#alerts', message: 'text' }
  const answer = await withSharedPace(destination, { pace, clock }).send(post, {
    signal: new AbortController().signal,
  })
  return { answer, sent, held, tookMs: clock.now() }
}

test('a request that is granted is sent at once', async () => {
  expect(await send([0])).toMatchObject({ answer: { status: 'sent' }, sent: 1, tookMs: 0 })
})

test('a request waits for its turn, also if another service is faster', async () => {
  expect(await send([400, 300, 0])).toMatchObject({ sent: 1, tookMs: 700 })
})

test('a longer wait is left to the queue', async () => {
  expect(await send([30_000])).toMatchObject({
    answer: { status: 'wait', afterMs: 30_000 },
    sent: 0,
  })
})

test('a rate limit is passed on to the other services', async () => {
  const limited = { status: 'wait', reason: 'rate-limited', afterMs: 7000 } as const

  expect(await send([0], limited)).toMatchObject({ answer: limited, held: [['#alerts', 7000]] })
})

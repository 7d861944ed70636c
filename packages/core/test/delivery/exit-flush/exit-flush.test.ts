import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { resolveEnvironment, type Clock } from '../../../src/environment.ts'
import { Health } from '../../../src/health/health.ts'
import type { Delivery, Outcome } from '../../../src/delivery/delivery.ts'
import type { BlockingLine } from '../../../src/delivery/exit-flush/exit-flush.ts'
import { Outbox } from '../../../src/delivery/queue.ts'
import { tellDeparture } from '../../../src/delivery/departure.ts'
import type { BlockingCall, Destination, PostRequest } from '../../../src/delivery/destination.ts'
import { classifyBroken } from '../../../src/slack/errors.ts'
import { isFailure, type HttpCall } from '../../../src/slack/http-call.ts'
import { scriptedDestination } from '../scripted-destination.ts'

const ask = (what: string, call: BlockingCall) => call({ url: what, headers: {}, body: '' })

/** A destination that never answers the requests that are under way when the end comes. */
function hangingDestination({ canLook = true } = {}): Destination {
  return {
    ...scriptedDestination(),
    send: () => new Promise(() => undefined),
    lastWords: {
      prepare: (channel, call) => void ask(`list for ${channel}`, call),
      find: (request, call) => {
        const answer = ask(`find ${request.channel}`, call)
        return isFailure(answer) ? answer : { status: canLook ? 'absent' : 'unknown' }
      },
      send: (request, call) => {
        const answer = ask(`post ${request.channel}`, call)
        return isFailure(answer) ? answer : { status: 'sent', ts: '1.0', channel: request.channel }
      },
    },
  }
}

/** A process at its end: nothing but blocking calls moves its time. */
function setUp(given: { canLook?: boolean; answerMs?: number } = {}) {
  let now = 1_000_000
  const clock: Clock = { now: () => now, setTimer: () => ({ cancel: () => undefined }) }
  const health = new Health(resolveEnvironment({ clock, writeStderr: () => undefined }), {
    onError: undefined,
    onHealth: undefined,
    clean: (text) => text,
  })
  const destination = hangingDestination(given)
  const outbox = new Outbox({
    destination,
    clock,
    random: () => 1,
    health,
    describeTrouble: () => [],
    spool: undefined,
    summary: { maxListed: 40, summary: () => ({ render: () => post('#a') }) },
  })
  const asked: string[] = []
  const { answerMs = Infinity } = given
  const line: BlockingLine = {
    sleep: (ms) => void (now += Math.max(0, ms)),
    call({ url }: HttpCall, timeoutMs) {
      asked.push(url)
      now += Math.min(answerMs, timeoutMs)
      if (answerMs > timeoutMs) return classifyBroken(new Error('no answer in time'))
      return { status: 200, retryAfter: null, contentType: '', body: '', isCut: false }
    },
  }
  const startedAt = now
  return { outbox, line, asked, elapsedMs: () => now - startedAt }
}

const post = (channel: string): PostRequest => ({ kind: 'post', channel, message: { text: 'a' } })

function alert(channel: string): Delivery & { readonly outcomes: Outcome[] } {
  const outcomes: Outcome[] = []
  return {
    outcomes,
    channel,
    priority: 'new',
    render: () => post(channel),
    settle: (outcome) => void outcomes.push(outcome),
  }
}

/** Until what was pushed is under way. */
async function begin(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

/** Until it is on the wire. */
async function depart(): Promise<void> {
  await begin()
  tellDeparture()
}

test('take no longer than there is time, however many channels wait for an answer', async () => {
  const { outbox, line, elapsedMs } = setUp()
  for (const channel of ['#a', '#b', '#c', '#d']) outbox.push(alert(channel))
  await depart()

  outbox.speak(line, 2500)

  expect(elapsedMs()).toBeLessThanOrEqual(2500)
})

test('what they learn beforehand leaves most of the time to what they say', async () => {
  const { outbox, line, asked, elapsedMs } = setUp({ answerMs: 700 })
  const fatal = { ...alert('#b'), priority: 'fatal' } as const
  outbox.push(alert('#a'))
  await depart()
  outbox.push(fatal)

  outbox.speak(line, 2500)

  expect(asked).toContain('post #b')
  expect(fatal.outcomes).toMatchObject([{ status: 'sent' }])
  expect(elapsedMs()).toBeLessThanOrEqual(2500)
})

test('look for a post that may be on its way', async () => {
  const { outbox, line, asked } = setUp({ answerMs: 10 })
  outbox.push(alert('#a'))
  await depart()

  outbox.speak(line, 2500)

  expect(asked).toEqual(['list for #a', 'find #a', 'post #a'])
})

test('are not for a post that was made twice without an answer and cannot be looked for', async () => {
  const { outbox, line, asked } = setUp({ canLook: false, answerMs: 10 })
  const twice = { ...alert('#a'), arrived: 'unknown' } as const
  outbox.push(twice)
  await depart()

  outbox.speak(line, 2500)

  expect(asked).not.toContain('post #a')
  expect(twice.outcomes).toMatchObject([{ status: 'gaveUp' }])
})

test('look for no post that has not left, however long it takes to get ready for it', async () => {
  const { outbox, line, asked } = setUp({ answerMs: 10 })
  outbox.push(alert('#a'))
  await begin()
  await setImmediate()
  await setImmediate()

  outbox.speak(line, 2500)

  expect(asked).toEqual(['post #a'])
})

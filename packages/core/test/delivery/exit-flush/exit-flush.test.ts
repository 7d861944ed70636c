import { setImmediate } from 'node:timers/promises'
import { expect, test } from 'vitest'
import type { Delivery, Outcome } from '../../../src/delivery/channel-queue.ts'
import type { Destination, SyncCall } from '../../../src/delivery/destination.ts'
import type { SyncLine } from '../../../src/delivery/exit-flush/exit-flush.ts'
import { Queue } from '../../../src/delivery/queue.ts'
import { resolveEnvironment, type Clock } from '../../../src/environment.ts'
import { Health } from '../../../src/health/health.ts'
import type { HttpRequest } from '../../../src/http.ts'
import { isFailure } from '../../../src/delivery/destination.ts'
import { classifyHttp } from '../../../src/slack/errors.ts'
import { scriptedDestination } from '../scripted-destination.ts'

const ask = (what: string, call: SyncCall) =>
  classifyHttp(call({ url: what, headers: {}, body: '' }), 0)

/** A destination that never answers the requests that are in flight when the process exits. */
function hangingDestination({ canFind = true, isRevoked = false } = {}): Destination<string> & {
  transmit(): void
} {
  const transmissions: (() => void)[] = []
  return {
    ...scriptedDestination(),
    transmit: () => transmissions.forEach((onTransmit) => onTransmit()),
    send: (_request, { onTransmit }) => {
      if (onTransmit !== undefined) transmissions.push(onTransmit)
      return new Promise(() => undefined)
    },
    exit: {
      prepare: (channel, call) => void ask(`list for ${channel}`, call),
      find: (request, call) => {
        const answer = ask(`find ${request.channel}`, call)
        return isFailure(answer) ? answer : { status: canFind ? 'absent' : 'unknown' }
      },
      send: (request, call) => {
        const answer = ask(`post ${request.channel}`, call)
        if (isRevoked) return { status: 'stopDestination', reason: 'token_revoked' }
        return isFailure(answer) ? answer : { status: 'sent', ref: `${request.channel}/1` }
      },
    },
  }
}

/** A process that exits: only blocking calls take time. */
function setUp(
  given: {
    canFind?: boolean
    isRevoked?: boolean
    answerMs?: number
    /** The HTTP statuses of the first answers. */
    statuses?: number[]
  } = {},
) {
  let now = 1_000_000
  const clock: Clock = { now: () => now, setTimer: () => ({ cancel: () => undefined }) }
  const health = new Health(resolveEnvironment({ clock, writeStderr: () => undefined }), {
    onError: undefined,
    onHealth: undefined,
    redact: (text) => text,
    toWall: (time) => time,
    destination: 'Chat',
    cure: '',
    fleet: () => undefined,
  })
  const destination = hangingDestination(given)
  const queue = new Queue({
    destination,
    clock,
    random: () => 1,
    health,
    describeTrouble: () => [],
    journal: undefined,
    recall: undefined,
    maySend: () => true,
    maxListed: 40,
    summarize: (problems) => ({ kind: 'list', headline: '', problems }),
  })
  const asked: string[] = []
  const { answerMs = Infinity } = given
  const line: SyncLine = {
    sleep: (ms) => void (now += Math.max(0, ms)),
    call({ url }: HttpRequest, timeoutMs) {
      asked.push(url)
      now += Math.min(answerMs, timeoutMs)
      if (answerMs > timeoutMs) return { error: { message: 'no answer in time' } }
      return { status: given.statuses?.shift() ?? 200, headers: {}, body: '' }
    },
  }
  const startedAt = now
  /** Until the requests of what was pushed reached the network. */
  const transmit = async (): Promise<void> => {
    await begin()
    destination.transmit()
  }
  return { queue, line, asked, transmit, elapsedMs: () => now - startedAt }
}

function alert(channel: string): Delivery & { readonly outcomes: Outcome[] } {
  const outcomes: Outcome[] = []
  return {
    outcomes,
    channel,
    priority: 'new',
    draft: () => ({
      kind: 'post',
      channel,
      notification: { kind: 'notice', text: 'a' },
      names: [],
    }),
    settle: (outcome) => void outcomes.push(outcome),
  }
}

/** Until what was pushed is in flight. */
async function begin(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve()
}

test('the exit flush ends in time, however many channels wait for an answer', async () => {
  const { queue, line, elapsedMs, transmit } = setUp()
  for (const channel of ['#a', '#b', '#c', '#d']) queue.push(alert(channel))
  await transmit()

  queue.flushSync(line, 2500)

  expect(elapsedMs()).toBeLessThanOrEqual(2500)
})

test('preparing look-ups leaves most of the time to what is sent', async () => {
  const { queue, line, asked, elapsedMs, transmit } = setUp({ answerMs: 700 })
  const fatal = { ...alert('#b'), priority: 'fatal' } as const
  queue.push(alert('#a'))
  await transmit()
  queue.push(fatal)

  queue.flushSync(line, 2500)

  expect(asked).toContain('post #b')
  expect(fatal.outcomes).toMatchObject([{ status: 'sent' }])
  expect(elapsedMs()).toBeLessThanOrEqual(2500)
})

test('a post in flight is looked up before it is sent again', async () => {
  const { queue, line, asked, transmit } = setUp({ answerMs: 10 })
  queue.push(alert('#a'))
  await transmit()

  queue.flushSync(line, 2500)

  expect(asked).toEqual(['list for #a', 'find #a', 'post #a'])
})

test('a post without an answer twice that cannot be looked up is given up', async () => {
  const { queue, line, asked, transmit } = setUp({ canFind: false, answerMs: 10 })
  const twice = { ...alert('#a'), unanswered: 1 }
  queue.push(twice)
  await transmit()

  queue.flushSync(line, 2500)

  expect(asked).not.toContain('post #a')
  expect(twice.outcomes).toMatchObject([{ status: 'gaveUp' }])
})

test('a post that has not reached the network is sent without a look-up', async () => {
  const { queue, line, asked } = setUp({ answerMs: 10 })
  queue.push(alert('#a'))
  await begin()
  await setImmediate()
  await setImmediate()

  queue.flushSync(line, 2500)

  expect(asked).toEqual(['post #a'])
})

test('a delivery that cannot be built does not affect the others', async () => {
  const { queue, line, asked } = setUp({ answerMs: 10 })
  const broken = {
    ...alert('#a'),
    draft: () => {
      throw new Error('a bug')
    },
  }
  queue.push(alert('#a'))
  await begin()
  queue.push(broken)
  queue.push(alert('#b'))

  queue.flushSync(line, 2500)

  expect(asked).toEqual(['post #a', 'post #b'])
  expect(broken.outcomes).toMatchObject([{ status: 'gaveUp' }])
})

test('nothing more is sent once the destination refuses everything', async () => {
  const { queue, line, asked } = setUp({ isRevoked: true, answerMs: 10 })
  for (const channel of ['#a', '#b', '#c']) queue.push(alert(channel))
  await begin()

  queue.flushSync(line, 2500)

  expect(asked).toEqual(['post #a'])
})

test('a server error does not keep other channels from their alerts, and the post is looked up', async () => {
  const { queue, line, asked } = setUp({ answerMs: 10, statuses: [503] })
  for (const channel of ['#a', '#b']) queue.push(alert(channel))
  await begin()

  queue.flushSync(line, 2500)

  expect(asked).toEqual(['post #a', 'post #b', 'find #a', 'post #a'])
})

test('a post after which the server failed twice is given up where it cannot be looked up', async () => {
  const { queue, line, asked } = setUp({ canFind: false, answerMs: 10, statuses: [503, 200, 502] })
  const failing = alert('#a')
  queue.push(failing)
  await begin()

  queue.flushSync(line, 20_000)

  expect(asked).toEqual(['post #a', 'find #a', 'post #a', 'find #a'])
  expect(failing.outcomes).toMatchObject([{ status: 'gaveUp', reason: /no answer twice/ }])
})

test('nothing more is sent once a request gets no answer', async () => {
  const { queue, line, asked } = setUp()
  for (const channel of ['#a', '#b']) queue.push(alert(channel))
  await begin()

  queue.flushSync(line, 2500)

  expect(asked).toEqual(['post #a'])
})

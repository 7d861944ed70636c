import { expect, test } from 'vitest'
import { enqueue, type Priority, type Queued } from '../../src/delivery/channel-queue.ts'
import type { Failure } from '../../src/delivery/destination.ts'
import { backoffMs, react } from '../../src/delivery/result-handler.ts'

function queued(given: Partial<Queued> = {}, priority: Priority = 'new'): Queued {
  const delivery = { channel: '#a', priority, draft: () => undefined, settle: () => undefined }
  return { ...enqueue(delivery, { id: '1', order: 1, now: 0 }), failures: 1, ...given }
}

const retry: Failure = { status: 'retry', reason: 'busy', accepted: 'no' }
const degrade: Failure = { status: 'degrade', reason: 'too rich' }
const wait: Failure = { status: 'wait', reason: 'too fast', afterMs: 7000 }
const context = { now: 1_000_000, random: 1, lastSentAt: 0 }
const gaveUp = (reason: string) => ({
  action: 'settle',
  outcome: { status: 'gaveUp', reason },
})

test.each<[string, Failure, Queued, object]>([
  ['a rate limit pauses the channel', wait, queued(), { afterMs: 7000, pauses: 'channel' }],
  ['a rate limit of an edit pauses all edits', wait, queued({}, 'edit'), { pauses: 'edits' }],
  [
    'a rate limit of look-ups delays no message',
    wait,
    queued({ isLookUp: true }),
    { afterMs: 7000, pauses: 'delivery' },
  ],
  ['a failure is retried with backoff', retry, queued(), { afterMs: 1000, pauses: 'channel' }],
  [
    'many failures let other deliveries go first',
    retry,
    queued({ failures: 4 }),
    { pauses: 'delivery' },
  ],
  ['a refused rendering is sent simpler', degrade, queued(), { detail: 'minimal', afterMs: 0 }],
  ['and simpler again', degrade, queued({ detail: 'minimal' }), { detail: 'text' }],
  ['the simplest rendering is given up', degrade, queued({ detail: 'text' }), gaveUp('too rich')],
  [
    'a message refused for good is given up',
    { status: 'refused', reason: 'spam', remedy: 'permission' },
    queued(),
    { action: 'settle', outcome: { status: 'gaveUp', reason: 'spam', remedy: 'permission' } },
  ],
  [
    'a refused edit leads to a new root',
    { status: 'repost', reason: 'deleted' },
    queued({}, 'edit'),
    { action: 'settle', outcome: { status: 'repost', reason: 'deleted' } },
  ],
  [
    'a channel that refuses everything keeps its messages',
    { status: 'stopChannel', reason: 'archived' },
    queued(),
    { action: 'keep', until: 'channel' },
  ],
  [
    'a destination that refuses everything keeps all messages',
    { status: 'stopDestination', reason: 'revoked' },
    queued(),
    { action: 'keep', until: 'destination' },
  ],
])('%s', (_what, failure, delivery, reaction) => {
  expect(react(delivery, failure, context)).toMatchObject(reaction)
})

test('a delivery that failed for ten minutes is given up, if others were sent meanwhile', () => {
  const old = queued({ firstTriedAt: context.now - 600_001 })

  expect(react(old, retry, context)).toMatchObject({ action: 'retry' })
  expect(react(old, retry, { ...context, lastSentAt: context.now })).toEqual(gaveUp('busy'))
})

test('the backoff doubles from one second to thirty', () => {
  expect([1, 2, 3, 4, 5, 6, 7, 50].map((failures) => backoffMs(failures, 1))).toEqual([
    1000, 2000, 4000, 8000, 16_000, 30_000, 30_000, 30_000,
  ])
})

test('the jitter of the backoff is its upper half', () => {
  expect([0, 0.5, 1].map((random) => backoffMs(1, random))).toEqual([500, 750, 1000])
})

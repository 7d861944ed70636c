import { expect, test } from 'vitest'
import type { SlackOptions } from '../../src/index.ts'
import { startVirtualSink } from './virtual-sink.ts'

async function failWith(beforeSend: unknown) {
  const troubles: string[] = []
  await using slack = await startVirtualSink({
    beforeSend: beforeSend as NonNullable<SlackOptions['beforeSend']>,
    onError: ({ message }) => troubles.push(message),
  })
  slack.fail('no stock')
  await slack.clock.advance(1_000)
  const { shown, ignored } = slack.sink.health().events
  return { texts: slack.inbox.messages().map(({ text }) => text), shown, ignored, troubles }
}

test('a beforeSend hook drops an event with null', async () => {
  expect(await failWith(() => null)).toEqual({ texts: [], shown: 0, ignored: 1, troubles: [] })
})

test.each([
  ['nothing, as with a forgotten return', () => undefined],
  ['a promise', async () => null],
  ['true', () => true],
])('an event counts as it was, with an error, if beforeSend returns %s', async (_what, hook) => {
  const { texts, shown, troubles } = await failWith(hook)

  expect(texts).toEqual([expect.stringContaining('no stock')])
  expect(shown).toBe(1)
  expect(troubles).toEqual([
    expect.stringContaining('Expected `beforeSend` to return an event or null'),
  ])
})

test('a fingerprint hook is not called for a record that repeats a failure', async () => {
  const seen: string[] = []
  await using slack = await startVirtualSink({
    fingerprint: ({ message }) => {
      seen.push(message)
      return undefined
    },
  })
  const record = { level: 'error', time: 0, error: new Error('no stock'), fields: {} }

  slack.sink.write({ ...record, message: 'order failed' })
  slack.sink.write({ ...record, message: 'request failed' })

  expect(seen).toEqual(['order failed'])
  expect(slack.sink.health().events.duplicates).toBe(1)
})

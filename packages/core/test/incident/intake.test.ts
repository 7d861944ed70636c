import { expect, test } from 'vitest'
import { describeRecord } from '../../src/incident/intake.ts'
import type { SlackOptions } from '../../src/options/options.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'

function describeWith(beforeSend: unknown) {
  const troubles: unknown[] = []
  const event = describeRecord(
    { level: 'error', time: 1_000, message: 'no stock', fields: {} },
    {
      redactor: createRedactor(),
      trustProxy: false,
      beforeSend: beforeSend as SlackOptions['beforeSend'],
      onBrokenHook: (error) => troubles.push(error),
    },
  )
  return { event, troubles }
}

test('a hook drops an event with null', () => {
  expect(describeWith(() => null)).toEqual({ event: null, troubles: [] })
})

test.each([
  ['nothing, as with a forgotten return', () => undefined],
  ['a promise', async () => null],
  ['true', () => true],
])('an event counts as it was, and it is told, if the hook returns %s', (_what, hook) => {
  const { event, troubles } = describeWith(hook)

  expect(event?.message).toBe('no stock')
  expect(String(troubles)).toBe('TypeError: Expected `beforeSend` to return an event or null')
})

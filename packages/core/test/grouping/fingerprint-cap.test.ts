import { expect, test } from 'vitest'
import { FingerprintCap } from '../../src/grouping/fingerprint.ts'
import { namesOf, startVirtualSink } from '../incident/virtual-sink.ts'

const minute = 60_000

function limitAll(cap: FingerprintCap, count: number, now: number): number {
  const fingerprints = Array.from({ length: count }, (_, index) => `g1:${now}-${index}`)
  const counted = fingerprints.map((fingerprint) => cap.limit({ fingerprint, place: 'a', now }))
  return new Set(counted).size
}

test('twenty problems of one class and place are kept apart, all further ones are one', () => {
  expect(limitAll(new FingerprintCap(), 500, 0)).toBe(21)
})

test('after ten minutes there is room for others', () => {
  const cap = new FingerprintCap()
  limitAll(cap, 20, 0)

  expect(limitAll(cap, 5, 9 * minute)).toBe(1)
  expect(limitAll(cap, 20, 10 * minute)).toBe(20)
})

test('what has no place is always kept apart', () => {
  const cap = new FingerprintCap()
  const names = namesOf(100)

  const counted = names.map((fingerprint) => cap.limit({ fingerprint, place: undefined, now: 0 }))

  expect(counted).toEqual(names)
})

test('errors of one place with ever new causes end as one incident that mentions it', async () => {
  await using slack = await startVirtualSink()

  for (const code of namesOf(60)) {
    const stack = 'Error: no answer\n    at ask (/app/src/ask.js:7:11)'
    const cause = { type: 'Error', message: `E${code.toUpperCase()} x`, stack: '' }
    slack.fail('', { error: { type: 'Error', message: 'no answer', stack, cause } })
    await slack.clock.advance(100)
  }
  await slack.clock.advance(minute)

  const [, storm] = slack.inbox.messages()
  expect(slack.inbox.messages()).toHaveLength(2)
  expect(JSON.stringify(storm?.blocks)).toContain('21 new problems')
})

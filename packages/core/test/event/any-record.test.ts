import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { Breadcrumbs } from '../../src/event/breadcrumbs.ts'
import { describeError } from '../../src/event/error/normalize-error.ts'
import { describeEvent } from '../../src/event/normalize.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'
import { leakingData, leakingError, leakingRecord, leakingText, planted } from './any-record.ts'

const redactor = createRedactor()
const options = { redactor, trustProxy: true } as const

test('no planted secret stays in a text, and redacting again changes nothing', () => {
  fc.assert(
    fc.property(leakingText, (text) => {
      const once = redactor.text(text)

      expect(once).not.toContain(planted)
      expect(redactor.text(once)).toBe(once)
    }),
    { numRuns: 500 },
  )
})

test('no planted secret stays in data, and what remains is bounded JSON', () => {
  fc.assert(
    fc.property(leakingData, (data) => {
      const copy = redactor.value(data)
      const json = JSON.stringify(copy)

      expect(json).not.toContain(planted)
      expect(json.length).toBeLessThan(150_000)
      expect(JSON.parse(json)).toEqual(copy)
    }),
    { numRuns: 300 },
  )
})

test('any error is described within bounds and without its secrets', () => {
  fc.assert(
    fc.property(leakingError, (error) => {
      const json = JSON.stringify(describeError(error, { redactor }))

      expect(json).not.toContain(planted)
      expect(json.length).toBeLessThan(3_000_000)
    }),
    { numRuns: 300 },
  )
})

test('any record becomes an event of plain data without its secrets', () => {
  fc.assert(
    fc.property(leakingRecord, (record) => {
      const event = describeEvent(record, options)
      const json = JSON.stringify(event)

      expect(json).not.toContain(planted)
      expect(json.length).toBeLessThan(5_000_000)
      expect(Number.isFinite(event.time)).toBe(true)
      expect(typeof event.message).toBe('string')
    }),
    { numRuns: 300 },
  )
})

test('any record can be a breadcrumb', () => {
  fc.assert(
    fc.property(fc.array(leakingRecord, { maxLength: 5 }), (records) => {
      const ring = new Breadcrumbs({ ...options, maxLines: 3 })
      for (const record of records) ring.add(record)

      expect(JSON.stringify(ring.for({}))).not.toContain(planted)
    }),
    { numRuns: 50 },
  )
})

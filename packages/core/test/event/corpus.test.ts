import { expect, test } from 'vitest'
import { describeEvent } from '../../src/event/normalize.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'
import { readCorpus, textsOf } from '../corpus/corpus.ts'
import { decodeRecord } from '../corpus/decode-record.ts'

const entries = readCorpus()
const options = { redactor: createRedactor(), trustProxy: false } as const

test('the corpus has its size, and no two entries of one name', () => {
  expect(entries.length).toBeGreaterThanOrEqual(300)
  expect(new Set(entries.map(({ id }) => id)).size).toBe(entries.length)
})

test.each(entries.map((entry) => [entry.id, entry] as const))('%s', (_id, entry) => {
  const event = describeEvent(decodeRecord(entry), options)

  const texts = textsOf(event)
  expect(
    entry.must.filter((text) => !texts.includes(text)),
    'missing in the event',
  ).toEqual([])
  expect(
    entry.mustNot.filter((text) => texts.includes(text)),
    'not meant to be in the event',
  ).toEqual([])
  expect(texts.length).toBeLessThan(200_000)
})

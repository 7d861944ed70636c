import { expect, test } from 'vitest'
import { nextTurn } from '../../src/clock.ts'
import type { LogEvent } from '../../src/event/log-event.ts'
import { SampleKeeper } from '../../src/event/samples.ts'
import { eventOf } from '../journal/journal-process.ts'

const event = eventOf('charge failed')

test('a sample that cannot be normalized is reported, and the others are normalized all the same', async () => {
  const errors: unknown[] = []
  const normalized: LogEvent[] = []
  const samples = new SampleKeeper((error) => errors.push(error))
  const broken = new Error('a getter threw')

  samples.keep(() => {
    throw broken
  })
  samples.keep(
    () => event,
    (each) => normalized.push(each),
  )
  await nextTurn()

  expect(errors).toEqual([broken])
  expect(normalized).toEqual([event])
})

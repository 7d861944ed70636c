import { expect, test } from 'vitest'
import { namesOf, startVirtualSink, type VirtualSink } from './virtual-sink.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

/** What notifies people: roots, and replies that the channel shows. */
function notifications({ inbox }: VirtualSink): number {
  return inbox.messages({ channel: 'alerts' }).length
}

async function failEvery(virtual: VirtualSink, everyMs: number, times: number): Promise<void> {
  for (let time = 0; time < times; time += 1) {
    virtual.failIn('charge')
    await virtual.clock.advance(everyMs)
  }
}

test('one error notifies once', async () => {
  await using virtual = await startVirtualSink()

  virtual.failIn('charge')
  await virtual.clock.advance(24 * hour)

  expect(notifications(virtual)).toBe(1)
})

test('an error every second for a day notifies five times', async () => {
  await using virtual = await startVirtualSink()

  await failEvery(virtual, second, 86_400)

  expect(notifications(virtual)).toBe(5)
}, 60_000)

test('10,000 errors in a minute notify twice', async () => {
  await using virtual = await startVirtualSink()

  await failEvery(virtual, 6, 10_000)
  await virtual.clock.advance(24 * hour)

  expect(notifications(virtual)).toBe(2)
}, 30_000)

test('an error every ten minutes for a day notifies four times', async () => {
  await using virtual = await startVirtualSink()

  await failEvery(virtual, 10 * minute, 144)

  expect(notifications(virtual)).toBe(4)
})

test('five minutes of an error every second, each hour of a day, notify three times', async () => {
  await using virtual = await startVirtualSink()

  for (let burst = 0; burst < 24; burst += 1) {
    await failEvery(virtual, second, 300)
    await virtual.clock.advance(55 * minute)
  }

  expect(notifications(virtual)).toBe(3)
}, 30_000)

test('200 new problems at once, each five times a second for ten minutes, notify twice, and each is shown within a minute', async () => {
  await using virtual = await startVirtualSink()
  const names = namesOf(200)

  await failAll(virtual, names, minute)
  const shownInAMinute = namesShown(virtual)
  await failAll(virtual, names, 9 * minute)
  await virtual.clock.advance(24 * hour)

  expect(shownInAMinute).toEqual(names)
  expect(notifications(virtual)).toBe(2)
}, 120_000)

/** Each five times a second. */
async function failAll(
  virtual: VirtualSink,
  names: readonly string[],
  forMs: number,
): Promise<void> {
  for (let passedMs = 0; passedMs < forMs; passedMs += 200) {
    for (const name of names) virtual.failIn(name)
    await virtual.clock.advance(200)
  }
}

/** In any message, reply or file. */
function namesShown({ inbox }: VirtualSink): readonly string[] {
  const threads = inbox.messages().flatMap((message) => inbox.thread(message.ts))
  return [...new Set(JSON.stringify(threads).match(/task[A-Z]{2}/g))].toSorted()
}

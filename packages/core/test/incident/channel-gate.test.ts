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

test.each([1, 4, 20, 24])(
  '30 new problems %i s apart notify at most three times',
  async (seconds) => {
    await using virtual = await startVirtualSink()

    for (const name of namesOf(30)) {
      virtual.failIn(name)
      await virtual.clock.advance(seconds * second)
    }
    await virtual.clock.advance(hour)

    expect(notifications(virtual)).toBeLessThanOrEqual(3)
    expect(namesShown(virtual)).toEqual(namesOf(30))
  },
)

test('ten new problems within ten minutes are a storm, however far apart', async () => {
  await using virtual = await startVirtualSink()

  for (const name of namesOf(10)) {
    virtual.failIn(name)
    await virtual.clock.advance(61 * second)
  }

  expect(notifications(virtual)).toBe(10)
  expect(JSON.stringify(virtual.inbox.messages().at(-1))).toContain('10 new problems')
})

test('the third new problem within two minutes waits three times their usual gap', async () => {
  await using virtual = await startVirtualSink()

  for (const name of namesOf(3)) {
    virtual.failIn(name)
    await virtual.clock.advance(10 * second)
  }
  await virtual.clock.advance(19 * second)
  expect(notifications(virtual)).toBe(2)
  await virtual.clock.advance(2 * second)

  expect(notifications(virtual)).toBe(3)
})

test('no new problem waits for others for longer than three minutes', async () => {
  await using virtual = await startVirtualSink()
  const names = namesOf(9)
  for (const name of names.slice(0, 3)) {
    virtual.failIn(name)
    await virtual.clock.advance(35 * second)
  }

  for (const name of names.slice(3)) {
    virtual.failIn(name)
    await virtual.clock.advance(25 * second)
  }

  expect(namesShown(virtual)).toEqual(names.slice(0, 3))
  await virtual.clock.advance(hour)
})

test('with `holdMs: 0`, no new problem waits', async () => {
  await using virtual = await startVirtualSink({ repeat: { policy: 'milestones', holdMs: 0 } })

  for (const name of namesOf(5)) virtual.failIn(name)
  await virtual.clock.advance(10 * second)
  virtual.failIn('later')
  await virtual.clock.advance(0)

  expect(notifications(virtual)).toBe(6)
})

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

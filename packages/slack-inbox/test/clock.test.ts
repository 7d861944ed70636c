import { expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../src/index.ts'

test('stands still until it is advanced', async () => {
  const clock = createVirtualClock(1000)

  const before = clock.now()
  await clock.advance(500)
  await clock.advanceTo(3000)
  const after = clock.now()
  await clock.advanceTo(2000)

  expect([before, after, clock.now()]).toEqual([1000, 3000, 3000])
})

test('fires timers in order, each at its time, and those due at the same time in the order they were set', async () => {
  const clock = createVirtualClock(0)
  const fired: string[] = []
  const note = (name: string) => () => fired.push(`${name} ${clock.now()}`)
  clock.setTimer(note('late'), 20)
  clock.setTimer(note('early'), 10)
  clock.setTimer(note('early too'), 10)
  clock.setTimer(note('never'), 31)

  await clock.advance(30)

  expect(fired).toEqual(['early 10', 'early too 10', 'late 20'])
})

test('fires due timers that other timers set, but no cancelled ones', async () => {
  const clock = createVirtualClock(0)
  const fired: number[] = []
  const tick = () => {
    fired.push(clock.now())
    clock.setTimer(tick, 10)
  }
  clock.setTimer(tick, 10)
  clock.setTimer(() => fired.push(-1), 15).cancel()

  await clock.advance(35)

  expect(fired).toEqual([10, 20, 30])
})

test('completes a chain of requests through inbox.fetch before it advances further', async () => {
  const clock = createVirtualClock(0)
  await using inbox = await startInbox({ clock, listen: false })
  const times: number[] = []
  const chain = async () => {
    for (let count = 0; count < 3; count += 1) {
      const response = await inbox.fetch(inbox.webhookUrl, { method: 'POST', body: '{"text":"x"}' })
      await response.text()
      times.push(clock.now())
    }
  }
  clock.setTimer(() => void chain(), 1000)

  await clock.advance(5000)

  expect(times).toEqual([1000, 1000, 1000])
})

test('advances a day in steps of a second', async () => {
  const clock = createVirtualClock(0)
  let ticks = 0
  const tick = () => {
    ticks += 1
    clock.setTimer(tick, 60_000)
  }
  clock.setTimer(tick, 60_000)

  for (let second = 0; second < 86_400; second += 1) await clock.advance(1000)

  expect(ticks).toBe(1440)
})

test('in process, a request that is aborted at once never arrives', async () => {
  await using inbox = await startInbox({ listen: false })

  const sent = inbox.fetch(inbox.webhookUrl, {
    method: 'POST',
    body: '{}',
    signal: AbortSignal.abort(),
  })

  await expect(sent).rejects.toThrow(/abort/)
  expect(inbox.requests).toEqual([])
})

test('in process, only the inbox can be reached', async () => {
  await using inbox = await startInbox({ listen: false })

  await expect(inbox.fetch('https://slack.com/api/api.test')).rejects.toThrow('fetch failed')
})

import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { runOrDefer, runDeferred } from '../../src/report/run-or-defer.ts'

const refuse = (failure: unknown): never => {
  throw failure
}

const fail = (): never => {
  throw new Error('disk full')
}

test('the first task of a turn runs at once, the others at its end, in order', async () => {
  const ran: number[] = []

  for (const task of [1, 2, 3]) runOrDefer(() => void ran.push(task), refuse)
  const atOnce = [...ran]
  await turn()
  const after = [...ran]
  runOrDefer(() => void ran.push(4), refuse)

  expect([atOnce, after, ran]).toEqual([[1], [1, 2, 3], [1, 2, 3, 4]])
  await turn()
})

test('the first urgent task of a turn runs at once as well', async () => {
  const ran: string[] = []

  runOrDefer(() => void ran.push('first'), refuse)
  runOrDefer(() => void ran.push('second'), refuse)
  for (const task of ['urgent', 'urgent, too'])
    runOrDefer(() => void ran.push(task), refuse, { isUrgent: true })
  const atOnce = [...ran]
  await turn()

  expect(atOnce).toEqual(['first', 'urgent'])
  expect(ran).toEqual(['first', 'urgent', 'second', 'urgent, too'])
})

test('each runs in the context of its caller', async () => {
  const storage = new AsyncLocalStorage<string>()
  const seen: unknown[] = []

  for (const request of ['first', 'second', 'third']) {
    storage.run(request, () => runOrDefer(() => void seen.push(storage.getStore()), refuse))
  }
  await turn()

  expect(seen).toEqual(['first', 'second', 'third'])
})

test('no more than a hundred are deferred', async () => {
  let ran = 0

  for (let task = 0; task < 250; task += 1) runOrDefer(() => (ran += 1), refuse)
  const before = ran
  await turn()

  expect([before, ran]).toEqual([201, 250])
})

test('the failure of a deferred task is reported, and the next task runs', async () => {
  const failures: unknown[] = []
  const ran: string[] = []

  expect(() => runOrDefer(fail, refuse)).toThrow('disk full')
  runOrDefer(fail, (failure) => failures.push(failure))
  runOrDefer(() => void ran.push('next'), refuse)
  await turn()

  expect([failures, ran]).toEqual([[new Error('disk full')], ['next']])
})

test('the remaining tasks run when one of them ends the process', async () => {
  const ran: string[] = []

  runOrDefer(() => void ran.push('first'), refuse)
  runOrDefer(() => {
    // As the hook of the process's exit does.
    runDeferred()
    ran.push('ended')
  }, refuse)
  runOrDefer(() => void ran.push('left'), refuse)
  await turn()

  expect(ran).toEqual(['first', 'left', 'ended'])
})

test('fake timers, as in tests of a service, hold no task back', async () => {
  vi.useFakeTimers()
  let ran = 0

  for (let task = 0; task < 2; task += 1) runOrDefer(() => (ran += 1), refuse)
  vi.useRealTimers()
  await turn()

  expect(ran).toBe(2)
})

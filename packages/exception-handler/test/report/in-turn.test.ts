import { AsyncLocalStorage } from 'node:async_hooks'
import { setImmediate as turn } from 'node:timers/promises'
import { expect, test, vi } from 'vitest'
import { runInTurn, runWaiting } from '../../src/report/in-turn.ts'

const refuse = (failure: unknown): never => {
  throw failure
}

const fail = (): never => {
  throw new Error('disk full')
}

test('the first task of a turn runs at once, those after it at its end, in order', async () => {
  const ran: number[] = []

  for (const task of [1, 2, 3]) runInTurn(() => void ran.push(task), refuse)
  const atOnce = [...ran]
  await turn()
  const after = [...ran]
  runInTurn(() => void ran.push(4), refuse)

  expect([atOnce, after, ran]).toEqual([[1], [1, 2, 3], [1, 2, 3, 4]])
  await turn()
})

test('each runs in the context of its caller', async () => {
  const storage = new AsyncLocalStorage<string>()
  const seen: unknown[] = []

  for (const request of ['first', 'second', 'third']) {
    storage.run(request, () => runInTurn(() => void seen.push(storage.getStore()), refuse))
  }
  await turn()

  expect(seen).toEqual(['first', 'second', 'third'])
})

test('no more than a hundred wait', async () => {
  let ran = 0

  for (let task = 0; task < 250; task += 1) runInTurn(() => (ran += 1), refuse)
  const before = ran
  await turn()

  expect([before, ran]).toEqual([201, 250])
})

test('one that fails late is told, and keeps no other from running', async () => {
  const failures: unknown[] = []
  const ran: string[] = []

  expect(() => runInTurn(fail, refuse)).toThrow('disk full')
  runInTurn(fail, (failure) => failures.push(failure))
  runInTurn(() => void ran.push('next'), refuse)
  await turn()

  expect([failures, ran]).toEqual([[new Error('disk full')], ['next']])
})

test('those that are left run when one of them ends the process', async () => {
  const ran: string[] = []

  runInTurn(() => void ran.push('first'), refuse)
  runInTurn(() => {
    // As the hook of the process's exit does.
    runWaiting()
    ran.push('ended')
  }, refuse)
  runInTurn(() => void ran.push('left'), refuse)
  await turn()

  expect(ran).toEqual(['first', 'left', 'ended'])
})

test('clocks that stand still, as in tests of a service, hold nothing back', async () => {
  vi.useFakeTimers()
  let ran = 0

  for (let task = 0; task < 2; task += 1) runInTurn(() => (ran += 1), refuse)
  vi.useRealTimers()
  await turn()

  expect(ran).toBe(2)
})

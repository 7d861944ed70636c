import { expect, test } from 'vitest'
import { Calls } from '../src/calls.ts'
import type { Connection } from '../src/source.ts'
import { Time } from '../src/time.ts'

/** A server whose answers a test gives, and a clock that a test moves. */
class TestServer {
  now = 0
  readonly #timers = new Set<{ at: number; run: () => void }>()
  made = 0
  opened = 0
  closed = 0
  answer: (args: readonly string[]) => Promise<unknown> = () => Promise.resolve('OK')
  readonly calls = new Calls({
    source: { open: () => this.#open(), blocking: undefined },
    time: new Time({
      now: () => this.now,
      setTimer: (run, delayMs) => {
        const timer = { at: this.now + delayMs, run }
        this.#timers.add(timer)
        return { cancel: () => this.#timers.delete(timer) }
      },
    }),
    random: () => 0,
  })

  async pass(ms: number): Promise<void> {
    await turn()
    this.now += ms
    for (const timer of [...this.#timers].filter(({ at }) => at <= this.now)) {
      this.#timers.delete(timer)
      timer.run()
    }
    await turn()
  }

  async fail(): Promise<string> {
    const { status } = await this.calls.call('{a}', ['GET', 'x'], 250)
    return status
  }

  #open(): Connection {
    this.opened += 1
    return {
      ready: Promise.resolve(),
      hasEnded: false,
      call: (_key, args) => {
        this.made += 1
        return this.answer(args)
      },
      close: () => {
        this.closed += 1
      },
    }
  }
}

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve))
const refuse = () => Promise.reject(new Error('LOADING'))

function newPromise() {
  let resolve: ((value: string) => void) | undefined
  const promise = new Promise<string>((settle) => {
    resolve = settle
  })
  return { promise, resolve: (value: string) => resolve?.(value) }
}

test('a call without an answer fails when its time is over, and closes its connection', async () => {
  const server = new TestServer()
  server.answer = () => new Promise(() => undefined)

  const answer = server.calls.call('{a}', ['GET', 'x'], 250)
  for (let part = 0; part < 5; part += 1) await server.pass(50)

  expect(await answer).toEqual({ status: 'failed', reason: 'no answer within 250 ms' })
  expect(server.closed).toBe(1)
})

test('an answer that arrived while the process was blocked is read', async () => {
  const server = new TestServer()
  const { promise, resolve: arrive } = newPromise()
  server.answer = () => promise

  const answer = server.calls.call('{a}', ['GET', 'x'], 250)
  await server.pass(5000)
  arrive('late')

  expect(await answer).toEqual({ status: 'answered', value: 'late' })
})

test('after three failures nothing is called for 5 s, then twice as long after each further one, up to a minute', async () => {
  const server = new TestServer()
  server.answer = refuse
  for (let failure = 0; failure < 3; failure += 1) await server.fail()
  const gaps: number[] = []

  for (let round = 0; round < 6; round += 1) {
    const { made, now } = server
    while (server.made === made) {
      server.now += 500
      await server.fail()
    }
    gaps.push(server.now - now)
  }

  expect(gaps).toEqual([5000, 10_000, 20_000, 40_000, 60_000, 60_000])
})

test('an answer closes the circuit', async () => {
  const server = new TestServer()
  server.answer = refuse
  for (let failure = 0; failure < 3; failure += 1) await server.fail()
  server.now += 5000
  server.answer = () => Promise.resolve('OK')
  await server.fail()
  server.answer = refuse
  server.made = 0

  for (let failure = 0; failure < 5; failure += 1) await server.fail()

  expect(server.made).toBe(3)
})

test('a script that the server does not know is no failure of the connection', async () => {
  const server = new TestServer()
  server.answer = () => Promise.reject(new Error('NOSCRIPT No matching script.'))

  for (let call = 0; call < 10; call += 1) await server.fail()

  expect(server).toMatchObject({ made: 10, opened: 1, closed: 0 })
})

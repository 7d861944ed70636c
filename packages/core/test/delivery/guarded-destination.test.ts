import { createVirtualClock } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { guardDestination } from '../../src/delivery/guarded-destination.ts'
import { createSlackSink, type Destination, type SlackSink } from '../../src/index.ts'
import { describeDestination } from '../contracts/destination.ts'
import { MemoryDestination } from '../contracts/memory-destination.ts'

describeDestination('a guarded destination', async () => {
  const memory = new MemoryDestination()
  return {
    destination: guardDestination(memory),
    channel: 'alerts',
    content: () => [...memory.messages, ...memory.files],
    hang: () => (memory.down = 'silence'),
    fail: () => (memory.down = { status: 'stopDestination', reason: 'closed' }),
    [Symbol.asyncDispose]: async () => undefined,
  }
})

/** A destination in memory with a part that breaks the port. */
function setUp(broken: (memory: MemoryDestination) => object) {
  const clock = createVirtualClock()
  const memory = new MemoryDestination()
  const errors: string[] = []
  const sink = createSlackSink(
    {
      destination: Object.assign(memory, broken(memory)),
      onError: ({ message }) => errors.push(message),
    },
    { clock, variables: {}, random: () => 0.5, writeStderr: () => undefined },
  )
  return { clock, memory, sink, errors, guarded: guardDestination(memory) }
}

function fail(sink: SlackSink, message = 'charge failed'): void {
  sink.write({ level: 'error', time: 0, message, fields: {} })
}

const options = { signal: new AbortController().signal }
const post = { kind: 'post', channel: 'a', message: 'a' } as const
const call = () => {
  throw new Error('unused')
}

const reject = () => Promise.reject(new Error('a bug'))

describe('a destination that breaks its port', () => {
  test.each<[string, () => unknown, string]>([
    ['rejects', reject, 'a bug'],
    ['throws', () => JSON.parse('{'), 'JSON'],
    ['returns nothing', async () => undefined, 'a result with the status undefined'],
    ['returns another status', async () => ({ status: 'ok' }), 'a result with the status ok'],
    ['omits the reference', async () => ({ status: 'sent' }), 'a result with the status sent'],
    ['omits the time', async () => ({ status: 'wait', reason: 'x' }), 'with the status wait'],
    ['never settles', () => new Promise(() => undefined), 'no answer within 5000 ms'],
  ])('by a `send` that %s, fails', async (_how, send, reason) => {
    const { clock, sink, errors } = setUp(() => ({ send }))

    fail(sink)
    await clock.advance(5000)

    expect(errors[0]).toContain(`Memory: `)
    expect(errors[0]).toContain(reason)
    const closed = sink.close()
    await clock.advance(20_000)
    await closed
    expect(sink.health().deliveries.sent).toBe(0)
  })

  test('by a `find` or `probe` that rejects, fails', async () => {
    const { guarded } = setUp(() => ({ find: reject, probe: reject }))

    const failure = { status: 'retry', reason: 'a bug', accepted: 'unknown' }
    expect(await guarded.find?.({ channel: 'a', id: '1' }, options)).toEqual(failure)
    expect(await guarded.probe?.(options)).toEqual(failure)
  })

  test.each([
    ['rejects', reject],
    ['returns nothing', async () => undefined],
    ['returns something else', async () => [null, { ref: 1 }, { ref: 'a' }]],
  ])('by a `recall` that %s, recalls nothing', async (_how, recall) => {
    const { guarded } = setUp(() => ({ recall }))

    expect(await guarded.recall?.('a', { ...options, since: 0 })).toEqual([])
  })

  test('by an exit sender that throws, fails', () => {
    const exit = { send: () => JSON.parse('{'), find: () => 17, prepare: () => JSON.parse('{') }
    const { guarded } = setUp(() => ({ exit }))

    expect(() => guarded.exit?.prepare?.('a', call)).not.toThrow()
    expect(guarded.exit?.send(post, call)).toMatchObject({ status: 'retry' })
    expect(guarded.exit?.find?.({ channel: 'a', id: '1' }, call)).toMatchObject({ status: 'retry' })
  })

  test('by a `render` that throws, loses this message only', async () => {
    const { clock, memory, sink, errors } = setUp((intact) => {
      const render = intact.render.bind(intact)
      return {
        render: (...given: Parameters<Destination['render']>) =>
          memory.messages.length === 0 && given[0].kind === 'root' && errors.length === 0
            ? JSON.parse('{')
            : render(...given),
      }
    })

    fail(sink)
    fail(sink, 'search failed')
    await clock.advance(10_000)

    expect(errors[0]).toContain('a message could not be built')
    expect(sink.health().deliveries.gaveUp).toEqual({ 'the message could not be built': 1 })
    expect(memory.messages).toMatchObject([{ text: expect.stringContaining('search failed') }])
  })

  test('by a `warmUp` that throws, sends all the same', async () => {
    const { clock, memory, sink } = setUp(() => ({ warmUp: () => JSON.parse('{') }))

    await clock.advance(5000)
    fail(sink)
    await clock.advance(5000)

    expect(memory.messages.length).toBeGreaterThan(0)
  })

  test('by logging into its own sink, causes no alert', async () => {
    const setup = setUp((intact) => {
      const send = intact.send.bind(intact)
      return {
        send: async (...given: Parameters<typeof send>) => {
          fail(setup.sink, 'sending')
          await Promise.resolve()
          fail(setup.sink, 'still sending')
          return send(...given)
        },
      }
    })

    fail(setup.sink)
    await setup.clock.advance(60_000)

    expect(setup.sink.health().events).toMatchObject({ shown: 1, counted: 0 })
    expect(JSON.stringify(setup.memory.messages)).not.toContain('sending')
  })
})

test.each([
  [{ name: '' }, 'Expected `destination.name` to be a non-empty string, got ""'],
  [{ send: undefined }, 'Expected `destination.send` to be a function, got undefined'],
  [{ can: undefined }, 'Expected `destination.can` to be an object, got undefined'],
  [
    { pace: { burst: 0, everyMs: 1000 } },
    'Expected `destination.pace` to be a burst from 1 up and a time from 0 up, got {"burst":0,"everyMs":1000}',
  ],
  [
    { limits: { part: 3000 } },
    'Expected `destination.limits` to be numbers from 1 up, got {"part":3000}',
  ],
])('an object with %j is no destination', (part, message) => {
  expect(() => setUp(() => part)).toThrow(new TypeError(message))
})

import { describe, expect, test } from 'vitest'
import type { LogRecord } from '../../src/index.ts'
import { startVirtualSink, type VirtualSink } from './virtual-sink.ts'

/** What pino writes of an error. */
function copyOf(error: Error): object {
  const { message, stack = '' } = error
  if (!(error.cause instanceof Error)) return { type: 'Error', message, stack }
  return { type: 'Error', message, stack: `${stack}\ncaused by: ${error.cause.stack ?? ''}` }
}

const failure = (): Error => new Error('no card')
const wrapper = (cause: Error): Error => new Error('no order', { cause })

type Given = Partial<LogRecord>

/** Logs records, a while apart, and returns how they counted. */
async function countsOf(records: readonly Given[], apartMs = 0) {
  await using slack = await startVirtualSink()
  return await countIn(slack, records, apartMs)
}

async function countIn(slack: VirtualSink, records: readonly Given[], apartMs = 0) {
  for (const record of records) {
    slack.fail('it failed', record)
    await slack.clock.advance(apartMs)
  }
  await slack.clock.advance(5_000)
  const { shown, counted, duplicates } = slack.sink.health().events
  return { problems: slack.inbox.messages().length, occurrences: shown + counted, duplicates }
}

const once = { problems: 1, occurrences: 1, duplicates: 1 }
const twice = { problems: 1, occurrences: 2, duplicates: 0 }
const twoProblems = { problems: 2, occurrences: 2, duplicates: 0 }

describe('records with the error object', () => {
  const error = failure()
  const request = { method: 'POST', url: '/orders/17' }
  const other = { method: 'POST', url: '/orders/18' }

  test.each<[string, Given, Given]>([
    ['in different fields', { error }, { fields: { err: error } }],
    ['once as a cause', { error }, { error: wrapper(error) }],
    ['after an error of which it is the cause', { error: wrapper(error) }, { error }],
    [
      'and a copy of it',
      { error },
      { error: Object.defineProperty(copyOf(error), 'raw', { value: error }) },
    ],
    ['and one request', { error, request }, { error, request }],
    ['and one request, by two loggers', { error, request }, { error, fields: { request } }],
    ['and a request, one of them', { error }, { error, fields: { reqId: 'a' } }],
  ])('are about one failure: %s', async (_what, first, second) => {
    expect(await countsOf([first, second])).toEqual(once)
  })

  test.each<[string, Given, Given]>([
    ['with other ids', { error, fields: { reqId: 'a' } }, { error, fields: { reqId: 'b' } }],
    ['in other traces', { error, fields: { traceId: 'a' } }, { error, fields: { traceId: 'b' } }],
    ['to other paths', { error, request }, { error, fields: { request: other } }],
    ['that one logger logs', { error, request }, { error, request: { ...request } }],
  ])('count for each of several requests: %s', async (_what, first, second) => {
    expect(await countsOf([first, second])).toEqual(twice)
  })

  test('are about one failure, however often it is logged in one turn', async () => {
    const records = Array.from({ length: 20_000 }, () => ({ error, request }))
    const named = records.map((record, index) => (index === 0 ? { error } : record))

    await using slack = await startVirtualSink()
    for (const record of named) slack.fail('it failed', record)
    await slack.clock.advance(5_000)

    expect(slack.sink.health()).toMatchObject({
      events: { shown: 1, counted: 0, duplicates: 19_999 },
      lastError: undefined,
    })
    expect(slack.inbox.messages()).toMatchObject([{ text: expect.stringContaining('no card') }])
    expect(JSON.stringify(slack.inbox.messages())).toContain('POST /orders/17')
  })

  test('count again after a second', async () => {
    expect(await countsOf([{ error }, { error }], 1000)).toEqual(twice)
  })

  test('are about different failures if only their cause is the same', async () => {
    const outer = (): Error => new RangeError('no order', { cause: error })

    expect(await countsOf([{ error: wrapper(error) }, { error: outer() }])).toEqual(twoProblems)
  })

  test('that is another one with the same stack count, also in one request', async () => {
    const fields = { reqId: 'a' }
    const errors = Array.from({ length: 3 }, failure)

    expect(await countsOf(errors.map((each) => ({ error: each, fields })))).toMatchObject({
      occurrences: 3,
    })
  })
})

describe('records with a copy of the error', () => {
  const thrown = failure()
  const error = copyOf(thrown)
  const wrapped = copyOf(wrapper(thrown))
  const request = { method: 'POST', path: '/orders/17' }
  const traced = { trace_id: 't', span_id: 's' }

  test.each<[string, Given, Given]>([
    ['of one request', { fields: { reqId: 'a' } }, { fields: { request_id: 'a', request } }],
    [
      'of one request, logged live before',
      { error: thrown, fields: { reqId: 'a' } },
      { fields: { reqId: 'a' } },
    ],
    [
      'of one request, by its header',
      { fields: { req: { id: 1, headers: { 'x-request-id': 'a' } } } },
      { fields: { request_id: 'a' } },
    ],
    [
      'of one request, once as a cause',
      { fields: { reqId: 'a' } },
      { error: wrapped, fields: { reqId: 'a' } },
    ],
    [
      'of one request, wrapped first',
      { error: wrapped, fields: { reqId: 'a' } },
      { fields: { reqId: 'a' } },
    ],
    [
      'of correlated work',
      { fields: { correlationId: 'c' } },
      { fields: { correlationId: 'c', request } },
    ],
    ['of one span', { fields: traced }, { fields: { ...traced, request } }],
    ['one of which names the request', {}, { fields: { request } }],
    ['the first of which names the request', { fields: { request } }, {}],
    ['one of which names the request and wraps it', {}, { error: wrapped, fields: { request } }],
  ])('are about one failure: %s', async (_what, first, second) => {
    expect(
      await countsOf([
        { error, ...first },
        { error, ...second },
      ]),
    ).toEqual(once)
  })

  test('count each without a request, also in one span or correlated work', async () => {
    const records = Array.from({ length: 100 }, () => ({ error }))
    const counts = { problems: 1, occurrences: 100, duplicates: 0 }

    expect(await countsOf(records)).toEqual(counts)
    for (const fields of [traced, { correlationId: 'c' }])
      expect(await countsOf(records.map((record) => ({ ...record, fields })))).toEqual(counts)
  })

  test('count for each request', async () => {
    const logged = Array.from({ length: 30 }, () => ({ error }))
    const handled = logged.map((record) => ({ ...record, fields: { request } }))

    expect(await countsOf([...logged, ...handled])).toEqual({
      problems: 1,
      occurrences: 30,
      duplicates: 30,
    })
  })

  test('are about different failures of one request if the errors differ', async () => {
    const fields = { reqId: 'a' }
    const other = copyOf(new RangeError('no stock'))

    expect(
      await countsOf([
        { error, fields },
        { error: other, fields },
      ]),
    ).toEqual(twoProblems)
  })

  test('count again after a second', async () => {
    const fields = { reqId: 'a' }

    expect(
      await countsOf(
        [
          { error, fields },
          { error, fields },
        ],
        1000,
      ),
    ).toEqual(twice)
  })
})

describe("a request logger's line", () => {
  const error = copyOf(failure())
  const req = { id: 1, method: 'POST', url: '/orders/17?page=2' }
  const res = { statusCode: 500 }
  const failed = { error, fields: { request: { method: 'POST', path: '/orders/17' } } }
  const ofPino = {
    error: { type: 'Error', message: 'failed with status code 500', stack: '' },
    fields: { req, res, responseTime: 12 },
  }

  test.each<[string, Given]>([
    ["pino-http's, by its id", { ...ofPino, fields: { reqId: 'a', res } }],
    ["pino-http's, by its address", ofPino],
    ["hono-pino's", { message: 'no card', fields: { req, reqId: 1, res: { status: 500 } } }],
    ["morgan's, tiny", { message: 'POST /orders/17?a=b 500 12 - 3.2 ms' }],
    ["morgan's, short", { message: '::1 - POST /orders/17 HTTP/1.1 500 12 - 3.2 ms' }],
    [
      "morgan's, combined",
      {
        message:
          '::1 - - [29/Nov/2026:14:18:16 +0000] "POST /orders/17 HTTP/1.1" 500 12 "-" "curl"',
      },
    ],
    [
      "morgan's, colored",
      { message: '\u001B[0mPOST /orders/17 \u001B[31m500\u001B[0m 3.2 ms - 12\u001B[0m' },
    ],
    ["a service's own", { message: '[POST] /orders/17 - 503 in 12 ms' }],
  ])('repeats the failure of its request: %s', async (_what, line) => {
    const first = { ...failed, fields: { ...failed.fields, request_id: 'a' } }
    const { fields } = line

    expect(await countsOf([fields?.['reqId'] === 'a' ? first : failed, line])).toEqual(once)
  })

  test.each<[string, Given]>([
    ['another address', { message: 'POST /orders/18 500 12 - 3.2 ms' }],
    ['an address with a number in it', { message: 'POST /orders/500 failed' }],
    ['an answer that is no failure', { message: 'POST /orders/17 404 12 - 3.2 ms' }],
    ['no answer', { message: 'could not POST /orders/17', fields: { req } }],
  ])('is a problem of its own with %s', async (_what, line) => {
    expect(await countsOf([failed, line])).toEqual(twoProblems)
  })

  test('repeats a failure that was only told in a text, and the line of another logger', async () => {
    const line = { message: 'POST /orders/17 500 12 - 3.2 ms' }

    const counts = await countsOf([{ message: 'no card', fields: { req } }, ofPino, line])

    expect(counts).toEqual({ problems: 1, occurrences: 1, duplicates: 2 })
  })

  test('counts for each request that nothing else is logged of', async () => {
    const lines = [1, 2, 3].map((id) => ({ ...ofPino, fields: { req: { ...req, id }, res } }))

    expect(await countsOf(lines)).toEqual({ problems: 1, occurrences: 3, duplicates: 0 })
  })

  test('alerts at once where nothing else failed', async () => {
    await using slack = await startVirtualSink()

    slack.fail('request errored', ofPino)

    expect(slack.sink.health().events).toMatchObject({ shown: 1 })
  })

  test('waits a moment for its error while requests fail', async () => {
    await using slack = await startVirtualSink()
    const { fields } = failed
    const ofRequest = (id: number): Given => ({
      ...failed,
      fields: { ...fields, request_id: `${id}` },
    })

    const counts = await countIn(slack, [ofRequest(2), ofPino, ofRequest(1)])

    expect(counts).toEqual({ problems: 1, occurrences: 2, duplicates: 1 })
  })

  test.each([
    ['after a moment', 200],
    ['at the latest when the process ends', 0],
  ])('counts %s if there is no error', async (_when, waitMs) => {
    await using slack = await startVirtualSink()

    slack.fail('it failed', { error })
    slack.fail('request errored', ofPino)
    const before = slack.sink.health().events
    await slack.clock.advance(waitMs)
    if (waitMs === 0) void slack.sink.flush()
    const after = slack.sink.health().events
    await slack.clock.advance(10_000)

    expect([before.shown, after.shown]).toEqual([1, 2])
  })
})

describe('a fatal record', () => {
  test.each<[string, Given, Given]>([
    ['with the error object', { error: failure() }, {}],
    ['with a copy', { error: copyOf(failure()) }, { fields: { origin: 'uncaughtException' } }],
  ])('of a counted failure alerts as fatal, and is not counted: %s', async (_what, given, more) => {
    await using slack = await startVirtualSink()

    slack.fail('it failed', given)
    await slack.clock.advance(500)
    slack.fail('it failed', { ...given, ...more, level: 'fatal' })
    await slack.clock.advance(60_000)

    const [root, ...others] = slack.inbox.messages().filter(({ isReply }) => !isReply)
    const thread = JSON.stringify(slack.inbox.thread(root?.ts ?? ''))
    expect(others).toEqual([])
    expect(root?.metadata).toMatchObject({ event_payload: { count: 1 } })
    expect(thread).toMatch(/fatal/i)
    expect(slack.sink.health().events).toMatchObject({ shown: 2, counted: 0, duplicates: 0 })
  })
})

test('what a later record knows of the request is shown', async () => {
  await using slack = await startVirtualSink()
  const error = failure()
  const request = { method: 'POST', path: '/orders/17', user: { id: 'u7' }, query: { page: '2' } }

  slack.fail('it failed', { error })
  slack.fail('no card', { error, fields: { request, request_id: 'r-9' } })
  await slack.clock.advance(60_000)

  const [root] = slack.inbox.messages()
  const shown = JSON.stringify(slack.inbox.thread(root?.ts ?? ''))
  for (const part of ['POST', '/orders/17', 'u7', 'r-9']) expect(shown).toContain(part)
})

test('each sink counts for itself', async () => {
  await using first = await startVirtualSink()
  await using second = await startVirtualSink()
  const error = failure()

  const counts = [await countIn(first, [{ error }]), await countIn(second, [{ error }])]

  expect(counts).toEqual([twice, twice].map((each) => ({ ...each, occurrences: 1 })))
})

test('a failure alerts in each channel that one of its records goes to', async () => {
  await using slack = await startVirtualSink({
    routes: [{ when: { path: '/billing/*' }, channel: '#errors' }],
  })
  const error = failure()
  const request = { method: 'POST', path: '/billing/17' }

  slack.fail('it failed', { error })
  slack.fail('no card', { error, fields: { request } })
  slack.fail('POST /billing/17 500 12 - 3.2 ms')
  await slack.clock.advance(5_000)

  expect(slack.inbox.messages().map(({ channelName }) => channelName)).toEqual(['alerts', 'errors'])
  expect(slack.sink.health().events).toMatchObject({ shown: 2, duplicates: 1 })
})

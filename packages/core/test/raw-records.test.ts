import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { createSlackSink } from '../src/index.ts'

interface Written {
  /** The messages' texts. */
  readonly texts: readonly string[]
  /** Everything in the messages and their threads. */
  readonly whole: string
  readonly reports: readonly string[]
  readonly lost: object
}

async function write(...records: readonly unknown[]): Promise<Written> {
  await using inbox = await startInbox()
  const reports: string[] = []
  const sink = createSlackSink({
    token: inbox.token,
    channel: '#alerts',
    slackApiUrl: inbox.apiUrl,
    spoolDir: false,
    repeat: { policy: 'window' },
    onError: ({ message }) => reports.push(message),
  })
  for (const record of records) sink.write(record as never)
  await sink.close()
  const messages = inbox.messages()
  return {
    texts: messages.map(({ text }) => text),
    whole: JSON.stringify(messages.map(({ ts }) => inbox.thread(ts))),
    reports,
    lost: sink.health().events.lost,
  }
}

class NoStock extends Error {}

const throwing = (key: string, rest: object = {}): object =>
  Object.defineProperty({ ...rest }, key, {
    enumerable: true,
    get: () => {
      throw new Error('unreadable')
    },
  })

test.each<[string, unknown, string]>([
  ['an Error', new NoStock('item 17'), 'NoStock: item 17'],
  ['a text', 'no stock', 'no stock'],
  ['a number as level', { level: 50, time: 1, message: 'no stock' }, 'no stock'],
  ['a line of pino', { level: 50, time: 1, msg: 'no stock', pid: 7 }, 'no stock'],
  [
    'a line of bunyan',
    { v: 0, level: 50, time: new Date(), msg: 'no stock', name: 'shop' },
    'no stock',
  ],
  [
    'an ISO date',
    { level: 'error', time: '2026-01-01T00:00:00Z', message: 'no stock' },
    'no stock',
  ],
  ['no time and no fields', { level: 'error', message: 'no stock' }, 'no stock'],
  ['no level', { message: 'no stock' }, 'no stock'],
  ['an Error in `err`', { level: 'error', err: new NoStock('item 17') }, 'NoStock: item 17'],
  ['an Error as message', { level: 'error', message: new NoStock('item 17') }, 'NoStock: item 17'],
  ['an object as message', { level: 'error', message: { item: 17 }, fields: {} }, '"item":17'],
  [
    'fields that are null',
    { level: 'error', time: 1, message: 'no stock', fields: null },
    'no stock',
  ],
  ['a level that cannot be read', throwing('level', { message: 'no stock' }), 'no stock'],
  [
    'a field that cannot be read',
    { level: 'error', time: 1, message: 'no stock', fields: throwing('hostname') },
    'no stock',
  ],
  ['a property that cannot be read', throwing('order', { message: 'no stock' }), 'no stock'],
  ['no prototype', Object.assign(Object.create(null), { message: 'no stock' }), 'no stock'],
])('a record is accepted: %s', async (_, record, text) => {
  const { texts, reports, lost } = await write(record)

  expect(texts).toEqual([expect.stringContaining(text)])
  expect({ reports, lost }).toEqual({ reports: [], lost: {} })
})

test('what a record has beside its parts is shown as its fields', async () => {
  const { whole } = await write({ level: 50, msg: 'no stock', orderId: 'A-17' })

  expect(whole).toContain('orderId')
  expect(whole).toContain('A-17')
})

test.each([
  [{ level: 30, message: 'order placed' }],
  [{ level: 'info', message: 'order placed' }],
  [{ level: 20, time: 1, msg: 'order placed' }],
  [{ severity: 30, message: 'order placed' }],
  [{ severity: 'INFO', message: 'order placed' }],
  [{ level: '\u001B[32minfo\u001B[39m', message: 'order placed' }],
])('the level of %j does not alert', async (record) => {
  expect((await write(record)).texts).toEqual([])
})

test.each<[unknown, string, string]>([
  [null, 'null', 'Expected a record, got null'],
  [undefined, 'undefined', 'Expected a record, got undefined'],
  [17, '17', 'Expected a record, got a number'],
  [['no stock'], 'no stock', 'Expected a record, got a list'],
  [Symbol('no stock'), 'no stock', 'Expected a record, got a symbol'],
  [{}, 'logged without a message', 'Expected a record with a message, got an object without one'],
  [
    { level: true, message: 'no stock' },
    'no stock',
    'Expected `level` of a record to be a text or a number, got a boolean',
  ],
  [
    { level: 'error', time: 'today', message: 'no stock' },
    'no stock',
    'Expected `time` of a record to be milliseconds or a date, got a string',
  ],
])('a wrong record alerts, and is reported once: %s', async (record, text, sentence) => {
  const { texts, reports, lost } = await write(record, record)

  expect(texts[0]).toContain(text)
  expect({ reports, lost }).toEqual({ reports: [sentence], lost: {} })
})

test('`write` can be passed on without its sink', async () => {
  await using inbox = await startInbox()
  const sink = createSlackSink({
    token: inbox.token,
    channel: '#alerts',
    slackApiUrl: inbox.apiUrl,
  })
  const { write: log } = sink

  log(new NoStock('item 17'))
  await sink.close()

  expect(inbox.messages()).toHaveLength(1)
})

describe('the values of a call', () => {
  const error = new TypeError('no card')

  test('are a text with its format arguments, the first error, and fields', async () => {
    const { texts, whole } = await write({
      level: 'error',
      args: ['order %s failed', 'A', 7, error, { shop: 'north' }, [1, 2], new Error('another')],
    })

    expect(texts).toEqual([expect.stringMatching(/TypeError: no card · .* · order A failed 7$/)])
    expect(whole).toContain('shop: north')
    expect(whole).toContain('[1,2]')
  })

  test('may be any values', async () => {
    const cycle: unknown[] = []
    cycle.push(cycle)
    const { reports, lost } = await write({
      level: 'error',
      args: [null, undefined, Symbol('s'), 1n, cycle, throwing('a'), Object.create(null), () => 1],
    })

    expect({ reports, lost }).toEqual({ reports: [], lost: {} })
  })

  const revoked = Proxy.revocable({}, {})
  revoked.revoke()
  const unprintable = {
    toString: () => {
      throw new Error('unreadable')
    },
  }

  test.each(['%s', '%o', '%d', '%j'])(
    'may be values that throw, as arguments of %j',
    async (placeholder) => {
      const text = `no stock: ${placeholder}`
      const { texts, lost } = await write(
        { level: 'error', args: [text, revoked.proxy] },
        { level: 'error', args: [text, unprintable] },
      )

      expect(texts[0]).toContain('no stock')
      expect(lost).toEqual({})
    },
  )

  test('are a field of a record that has a text', async () => {
    const { texts, whole } = await write({
      level: 50,
      msg: 'job failed',
      type: 'info',
      args: ['invoice', 17],
    })

    expect(texts).toEqual([expect.stringContaining('job failed')])
    expect(whole).toContain('invoice')
  })

  test('may be one object with a text', async () => {
    const { texts } = await write({ level: 'error', args: [{ message: 'no stock', item: 17 }] })

    expect(texts).toEqual([expect.stringContaining('no stock')])
  })

  test.each([
    ['no cart of %s', true],
    ['%s', false],
    ['[%s] %s', false],
    ['Error: %s', false],
    ['%s: 주문 실패', true],
  ])(
    'are one problem by their template only if it has words of its own: %s',
    async (text, isOne) => {
      const of = (value: string) => ({ level: 'error', args: [text, value, 'x'] })
      const { texts } = await write(of('the lady with the dog'), of('something burns down'))

      expect(texts.some((shown) => shown.endsWith('×2'))).toBe(isOne)
    },
  )
})

const date = new Date()
const consola = (type: string, level: number, ...args: readonly unknown[]) => ({
  date,
  args,
  type,
  level,
  tag: '',
})
const log4js = (levelStr: string, level: number) => ({
  startTime: date,
  categoryName: 'default',
  data: ['no stock'],
  level: { levelStr, level },
  context: {},
})
const tslog = (logLevelName: string, logLevelId: number) => ({
  '0': 'no stock',
  _meta: { date, logLevelId, logLevelName },
})
const openTelemetry = (level: object) => ({
  instrumentationScope: { name: 'pay' },
  attributes: {},
  body: 'no stock',
  ...level,
})

test.each<[string, object, boolean]>([
  ['an error of consola', consola('error', 0, 'no stock'), true],
  ["a type of one's own in consola, by its level", consola('audit', 3, 'no stock'), false],
  ['one as severe as errors', consola('outage', 0, 'no stock'), true],
  ["a level of one's own in log4js, by its value", log4js('NOTICE', 25_000), false],
  ['one above errors', log4js('OUTAGE', 45_000), true],
  ["a level of one's own in tslog, by its id", tslog('AUDIT', 3), false],
  ["one above all of tslog's", tslog('OUTAGE', 7), true],
  [
    'a severity of OpenTelemetry, whatever its text is',
    openTelemetry({ severityNumber: 11, severityText: 'ALERT' }),
    false,
  ],
  ['the least severe error of OpenTelemetry', openTelemetry({ severityNumber: 17 }), true],
  ['a record of OpenTelemetry without a severity', openTelemetry({}), false],
  ['a text as severity', openTelemetry({ severityText: 'ERROR' }), true],
])(
  "the level of a logger's record is read on the logger's scale: %s",
  async (_, record, isAlert) => {
    expect((await write(record)).texts).toHaveLength(isAlert ? 1 : 0)
  },
)

test('what consola appends to equal records makes no other problem', async () => {
  const { texts } = await write(
    consola('error', 0, 'the shop is closed'),
    consola('error', 0, 'the shop is closed', '(repeated 7 times)'),
  )

  expect(texts.at(-1)).toMatch(/the shop is closed.*×2$/)
})

const failed = {
  level: 'error',
  message: 'the order failed',
  shop: 'north',
  err: new NoStock('item 17'),
}

test.each<[string, object]>([
  ['consola', { ...failed, level: 50, type: 'info', args: [1] }],
  ['consola, with a tag', { ...failed, level: 50, type: 'info', args: [1], tag: 'pay' }],
  ['roarr', { ...failed, context: { logLevel: 30 }, sequence: '0', version: '2.0.0' }],
  ['roarr, without a level', { ...failed, level: undefined, context: {}, sequence: 'a' }],
  ['LogLayer', { ...failed, logLevel: 'info', messages: [{ role: 'user' }], hasData: true }],
  ['LogLayer, without a level', { ...failed, level: undefined, logLevel: 'info', messages: [] }],
  ['OpenTelemetry', { ...failed, instrumentationScope: { name: 'pay' }, attributes: {} }],
  ['tslog', { ...failed, settings: { logLevelName: 'INFO' } }],
  ['LogTape', { ...failed, category: ['pay'], rawMessage: 'failed' }],
  ['log4js', { ...failed, categoryName: 'pay', data: [1] }],
  ['electron-log', { ...failed, message: undefined, msg: undefined, data: [1], date: 'today' }],
])('a record that only resembles one of a logger is read as it is: %s', async (_, record) => {
  const { texts, whole } = await write(record)

  expect(texts).toEqual([expect.stringContaining('NoStock: item 17')])
  expect(whole).toContain('shop: north')
})

test.each([
  { source: 'stripe' },
  { service: { name: 'stripe' } },
  { logger: ['stripe'] },
  { template: { of: 'stripe' } },
  { fields: ['stripe'] },
])('what is no part of a record, though it has the name of one, is a field: %j', async (fields) => {
  expect((await write({ level: 'error', message: 'no stock', ...fields })).whole).toContain(
    'stripe',
  )
})

test('a template is one only if the text was made from it', async () => {
  const mail = { level: 'error', template: 'welcome {name}' }
  const { texts, whole } = await write(
    { ...mail, message: 'the server refused the mail' },
    { ...mail, message: 'a value is missing' },
    { level: 'error', message: 'no cart of Ada who waits', template: 'no cart of {name}' },
    { level: 'error', message: 'no cart of Bob the Builder', template: 'no cart of {name}' },
  )

  expect(texts[0]).toContain('the server refused the mail')
  expect(texts[1]).toContain('a value is missing')
  expect(texts.at(-1)).toMatch(/no cart of .*×2$/)
  expect(whole).toContain('template: welcome {name}')
})

test.each([
  { level: 'error', severity: 3 },
  { level: 50, severity: 17 },
])('a severity of another scale does not keep an error from alerting: %j', async (level) => {
  expect((await write({ ...level, message: 'no stock' })).texts).toHaveLength(1)
})

test('an error that is null stands for none if there is another', async () => {
  const record = { level: 'error', message: 'failed', error: null, err: new NoStock('item 17') }

  expect((await write(record)).texts).toEqual([expect.stringContaining('NoStock: item 17')])
})

test.each<[string, (rest: object) => object]>([
  ['consola', (rest) => Object.assign(rest, consola('error', 0, 'no stock'))],
  ['roarr', (context) => ({ context, message: 'no stock', sequence: '0', version: '2.0.0' })],
  [
    'LogLayer',
    (data) => ({ logLevel: 'error', messages: ['no stock'], hasData: true, data, metadata: null }),
  ],
])("a logger's record whose values throw is read: %s", async (_, recordOf) => {
  const { texts, reports, lost } = await write(recordOf(throwing('order', { logLevel: 50 })))

  expect(texts).toEqual([expect.stringContaining('no stock')])
  expect({ reports, lost }).toEqual({ reports: [], lost: {} })
})

import { spawnSync } from 'node:child_process'
import type { LogRecord } from '@slack-logger/core'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import winston from 'winston'
import { LineReader } from '../src/lines/line-reader.ts'

function recordsIn(text: string): readonly LogRecord[] {
  const records: LogRecord[] = []
  const reader = new LineReader((record) => records.push(record))
  // In pieces that end within lines and characters.
  const bytes = Buffer.from(text)
  for (let start = 0; start < bytes.length; start += 7)
    reader.read(bytes.subarray(start, start + 7))
  reader.end()
  return records
}

function only(text: string): LogRecord {
  const [record, ...others] = recordsIn(text)
  if (record === undefined || others.length > 0)
    throw new Error(`Expected one record, got ${JSON.stringify([record, ...others])}`)
  return record
}

const python = ['python3', 'python'].find((name) => spawnSync(name, ['--version']).status === 0)
const stderrOf = (command: string, ...parameters: readonly string[]): string =>
  spawnSync(command, parameters, { encoding: 'utf8' }).stderr

describe('a structured line', () => {
  test('of pino has its level, message, error and fields', () => {
    let line = ''
    pino({ base: null }, { write: (text) => (line += text) }).error(
      { err: new TypeError('no card'), order: 7 },
      'the payment failed – again',
    )

    expect(only(line)).toMatchObject({
      level: 'error',
      severity: 50,
      message: 'the payment failed – again',
      error: {
        type: 'TypeError',
        message: 'no card',
        stack: expect.stringContaining('lines.test.ts'),
      },
      fields: { order: 7 },
    })
  })

  test('of winston has them, too', async () => {
    let line = ''
    const { combine, timestamp, errors, json } = winston.format
    const stream = new winston.transports.Stream({
      stream: new (await import('node:stream')).Writable({
        write(text, _, done) {
          line += String(text)
          done()
        },
      }),
    })
    const format = combine(timestamp(), errors({ stack: true }), json())
    winston.createLogger({ format, transports: [stream] }).error(new TypeError('no card'))

    const { level, message, error, time } = only(line)
    expect({ level, message }).toEqual({ level: 'error', message: 'no card' })
    expect(error).toMatchObject({
      name: 'TypeError',
      message: 'no card',
      stack: expect.stringContaining('TypeError: no card\n    at'),
    })
    expect(Math.abs(time - Date.now())).toBeLessThan(60_000)
  })

  test.each([
    [
      'bunyan',
      '{"name":"shop","hostname":"h","pid":1,"level":60,"err":{"message":"m","name":"E","stack":"E: m"},"msg":"m","time":"2026-01-02T03:04:05.006Z","v":0}',
      {
        level: 'fatal',
        message: 'm',
        time: Date.UTC(2026, 0, 2, 3, 4, 5, 6),
        fields: { name: 'shop' },
      },
    ],
    [
      'zap',
      '{"level":"error","ts":1767323045.5,"caller":"main.go:1","msg":"no route","error":"EOF"}',
      { level: 'error', message: 'no route', time: 1_767_323_045_500, error: 'EOF' },
    ],
    [
      'structlog',
      '{"event":"no stock","level":"critical","item":17}',
      { level: 'critical', message: 'no stock', fields: { item: 17 } },
    ],
    [
      'Google Cloud',
      '{"severity":"ERROR","message":"no stock"}',
      { level: 'ERROR', message: 'no stock' },
    ],
    [
      'logfmt',
      'ts=2026-01-02T03:04:05Z level=error msg="no \\"stock\\"" item=17 err="a b"',
      {
        level: 'error',
        message: 'no "stock"',
        time: Date.UTC(2026, 0, 2, 3, 4, 5),
        error: 'a b',
        fields: { item: '17' },
      },
    ],
  ])('of %s is a record', (_, line, record) => {
    expect(only(`${line}\n`)).toMatchObject(record)
  })

  test.each([
    'a plain line',
    '{"level":"beginner","name":"Ada"}',
    '{"id":7}',
    '{ not json',
    'null',
    '[1]',
    'water level=high',
    '',
  ])('that is no record is passed over: %s', (line) => {
    expect(recordsIn(`${line}\n`)).toEqual([])
  })
})

describe('an error in plain text', () => {
  test('that ended Node is one record with its stack, cause and code', () => {
    const program =
      "throw Object.assign(new TypeError('no card\\nfor order 7', { cause: new Error('refused') }), { code: 'E_CARD' })"

    const { level, error } = only(stderrOf(process.execPath, '-e', program))

    expect(level).toBe('error')
    expect(error).toMatchObject({ name: 'TypeError', message: 'no card\nfor order 7' })
    const { stack } = error as { readonly stack: string }
    expect(stack).toMatch(/^TypeError: no card\nfor order 7\n {4}at \[eval\]/)
    expect(stack).toContain('[cause]: Error: refused')
    expect(stack).toContain("code: 'E_CARD'")
    expect(stack).not.toContain('Node.js v')
  })

  test('that Node printed among other lines is kept apart from them', () => {
    const program =
      "console.error('starting'); console.error(new RangeError('one')); console.error('going on'); console.error('it failed:', new Error('two')); console.error('done')"

    const records = recordsIn(stderrOf(process.execPath, '-e', program))

    expect(records.map(({ error }) => error)).toMatchObject([
      { name: 'RangeError', message: 'one' },
      { message: expect.stringContaining('two') },
    ])
  })

  test('is no warning of Node', () => {
    const program =
      "console.error('Error: one is named before'); process.emitWarning('too many listeners')"

    const records = recordsIn(stderrOf(process.execPath, '--trace-warnings', '-e', program))

    expect(records).toMatchObject([{ level: 'warn' }])
  })

  test('of Java has its causes', () => {
    const lines = [
      'Starting: 8 threads',
      'Exception in thread "main" java.lang.IllegalStateException: no card',
      '\tat com.shop.Pay.charge(Pay.java:7)',
      'Caused by: java.io.IOException: refused',
      '\tat com.shop.Bank.call(Bank.java:3)',
      '\t... 1 more',
      'going on',
    ]

    expect(only(`${lines.join('\n')}\n`).error).toMatchObject({
      message: expect.stringContaining('no card'),
      stack: lines.slice(1, -1).join('\n'),
    })
  })

  test.skipIf(python === undefined)('that ended Python is one record, with its causes', () => {
    const program = `
def charge(order):
    return {}[order]
try:
    charge('card')
except KeyError as error:
    raise ValueError('no card: order 7') from error
`
    const { level, error } = only(stderrOf(python ?? '', '-c', program))

    expect(level).toBe('error')
    expect(error).toMatchObject({ name: 'ValueError', message: 'no card: order 7' })
    expect((error as { stack: string }).stack).toMatch(
      /KeyError: 'card'[\s\S]*direct cause[\s\S]*ValueError/,
    )
  })

  test.skipIf(python === undefined)('that Python logged has the message of its line', () => {
    const program = `
import logging
logging.info('ready')
try:
    1 / 0
except ZeroDivisionError:
    logging.exception('the sum failed')
logging.warning('going on')
logging.error('no stock')
`
    const records = recordsIn(stderrOf(python ?? '', '-c', program))

    expect(records).toMatchObject([
      { level: 'error', error: { name: 'ZeroDivisionError', message: 'division by zero' } },
      { level: 'error', message: 'root:no stock' },
    ])
    expect(records[0]?.message).toBe('root:the sum failed')
  })

  test('that pino-pretty printed has the text that was logged with it', () => {
    const lines = [
      '[03:04:05.678] ERROR (812): the order failed',
      '    err: {',
      '      "type": "TypeError",',
      '      "message": "no card",',
      '      "stack":',
      '          TypeError: no card',
      '              at chargeCard (/srv/shop/pay.js:7:9)',
      '    }',
      '[03:04:06.678] INFO (812): going on',
    ]

    expect(only(`${lines.join('\n')}\n`)).toMatchObject({
      level: 'error',
      message: '(812): the order failed',
      error: { name: 'TypeError', message: 'no card' },
    })
  })

  test.each([
    ['WARN slow: Error: no card', 'warn'],
    ['[2026-01-02T03:04:05.678] [INFO] pay - Error: no card', 'info'],
    ['slow: Error: no card', 'error'],
    ['No WARN: Error: no card', 'error'],
  ])('has the level with which its own line begins: %s', (line, level) => {
    expect(only(`${line}\n    at charge (/srv/shop/pay.js:7:9)\n`)).toMatchObject({ level })
  })

  test('below a line of a lower level is an error', () => {
    const lines = ['INFO starting', 'Error: no card', '    at charge (/srv/shop/pay.js:7:9)']

    expect(only(`${lines.join('\n')}\n`)).toMatchObject({ level: 'error', message: '' })
  })

  test.each([
    ['2026-01-02 03:04:05,678 ERROR [main] no stock', 'error', '[main] no stock'],
    ['[2026-01-02T03:04:05.678Z] FATAL: no stock', 'fatal', 'no stock'],
    ['error: no stock {item}', 'error', 'no stock {item}'],
    ['\u001B[31mERROR\u001B[39m no stock', 'error', 'no stock'],
  ])('is a line that begins with its level: %s', (line, level, message) => {
    expect(only(`${line}\n`)).toMatchObject({ level, message })
  })

  test.each(['0 errors found', 'No ERROR was found', 'INFO ERROR_RATE=0', '    at noon we eat'])(
    'is not: %s',
    (line) => {
      expect(recordsIn(`${line}\n`)).toEqual([])
    },
  )
})

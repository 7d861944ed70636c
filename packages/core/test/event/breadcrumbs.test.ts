import { expect, test } from 'vitest'
import { Breadcrumbs, type BreadcrumbsOptions } from '../../src/event/breadcrumbs.ts'
import type { LogRecord } from '../../src/event/log-record.ts'
import { createRedactor } from '../../src/redaction/redactor.ts'

function createRing(options: Partial<BreadcrumbsOptions> = {}) {
  return new Breadcrumbs({ redactor: createRedactor(), trustProxy: false, ...options })
}

function info(message: string, more: Partial<LogRecord> = {}): LogRecord {
  return { level: 'info', time: 1_000, message, fields: {}, ...more }
}

function texts(events: readonly { readonly message: string }[]): readonly string[] {
  return events.map(({ message }) => message)
}

test('gives the last 15 lines, oldest first', () => {
  const ring = createRing()
  for (let line = 1; line <= 40; line += 1) ring.add(info(`line ${line}`))

  const shown = texts(ring.for({}))

  expect(shown).toHaveLength(15)
  expect(shown[0]).toBe('line 26')
  expect(shown.at(-1)).toBe('line 40')
})

test('gives the lines of the same trace or request only', () => {
  const ring = createRing()
  ring.add(info('mine', { fields: { trace_id: 't1' } }))
  ring.add(info('of another', { fields: { trace_id: 't2' } }))
  ring.add(info('of nobody'))
  ring.add(info('by request', { fields: { reqId: 'r1' } }))
  ring.add(
    info('by serialized request', { fields: { req: { id: 'r1', method: 'GET', url: '/' } } }),
  )

  expect(texts(ring.for({ traceId: 't1' }))).toEqual(['mine'])
  expect(texts(ring.for({ traceId: 't1', requestId: 'r1' }))).toEqual([
    'mine',
    'by request',
    'by serialized request',
  ])
})

test('gives the lines of the same logger where none has the id', () => {
  const ring = createRing()
  ring.add(info('of shop', { logger: 'shop' }))
  ring.add(info('of mail', { logger: 'mail' }))

  expect(texts(ring.for({ traceId: 'unknown', logger: 'shop' }))).toEqual(['of shop'])
  expect(texts(ring.for({}))).toEqual(['of shop', 'of mail'])
})

test('leaves out what was logged after the event', () => {
  const ring = createRing()
  ring.add(info('before', { time: 1 }))
  ring.add(info('after', { time: 3 }))

  expect(texts(ring.for({ time: 2 }))).toEqual(['before'])
})

test('redacts what it gives', () => {
  const ring = createRing()
  ring.add(info('login with password=hush', { fields: { token: 'hush', user: 'ann' } }))

  expect(ring.for({})).toMatchObject([
    { message: 'login with password=[redacted]', fields: { token: '[redacted]', user: 'ann' } },
  ])
})

test('parses a line of JSON only if it is shown, and only once', () => {
  const parsed: string[] = []
  const ring = createRing({
    parseLine: (line) => {
      parsed.push(line)
      return line.startsWith('{') ? info(line, { fields: { trace_id: 't1' } }) : undefined
    },
  })
  ring.add('{"a":"t1"}')
  ring.add('{"b":"t2"}')
  ring.add('no JSON, but t1')

  expect(texts(ring.for({ traceId: 't1' }))).toEqual(['{"a":"t1"}'])
  ring.for({ traceId: 't1' })

  expect(parsed.filter((line) => line === '{"a":"t1"}')).toHaveLength(1)
  expect(parsed).not.toContain('{"b":"t2"}')
})

test('keeps no more lines than it may', () => {
  const ring = createRing({ maxLines: 3 })
  for (let line = 1; line <= 10; line += 1) ring.add(info(`line ${line}`))

  expect(ring.size).toBe(3)
  expect(texts(ring.for({}))).toEqual(['line 8', 'line 9', 'line 10'])
})

test('keeps no more bytes than it may, of lines and of records', () => {
  const ring = createRing({ maxBytes: 10_000, parseLine: (line) => info(line) })
  ring.add(info('large', { fields: { blob: 'x'.repeat(9_000) } }))
  ring.add(`small ${'y'.repeat(3_000)}`)
  ring.add('z'.repeat(20_000))

  expect(ring.size).toBe(1)
  expect(texts(ring.for({}))[0]).toMatch(/^small/)
})

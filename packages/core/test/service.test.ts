import { startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createSlackSink, type LogRecord, type SlackOptions } from '../src/index.ts'

const record = (given: Partial<LogRecord>): LogRecord => ({
  level: 'error',
  time: Date.now(),
  message: 'no stock',
  fields: {},
  ...given,
})

async function headersOf(
  records: readonly LogRecord[],
  options: SlackOptions = {},
  variables: Record<string, string> = {},
): Promise<readonly string[]> {
  await using inbox = await startInbox()
  const target = { token: inbox.token, channel: '#alerts', slackApiUrl: inbox.apiUrl }
  const sink = createSlackSink({ ...target, spoolDir: false, ...options }, { variables })
  for (const each of records) sink.write(each)
  await sink.close()
  return inbox.messages().map(({ text }) => text)
}

test.each<[string, Partial<LogRecord>]>([
  ['a field', { fields: { service: 'checkout' } }],
  ["OpenTelemetry's field", { fields: { 'service.name': 'checkout' } }],
  ["Elastic's field", { fields: { service: { name: 'checkout' } } }],
  ['the adapter', { service: 'checkout' }],
  ['a field over the adapter', { fields: { service: 'checkout' }, service: 'main' }],
])('without the option, the service is what the record says: %s', async (_, given) => {
  const [text] = await headersOf([record(given)], {}, { npm_package_name: 'monorepo' })

  expect(text).toContain('no stock · checkout')
})

test.each([
  ['the option', { service: 'shop' }, {}],
  ['OTEL_SERVICE_NAME', {}, { OTEL_SERVICE_NAME: 'shop' }],
])('%s names the service, whatever records say', async (_, options, variables) => {
  const [text] = await headersOf([record({ fields: { service: 'stripe' } })], options, variables)

  expect(text).toContain('no stock · shop')
})

test('each message has the service of its record', async () => {
  const records = [
    record({ message: 'no stock', fields: { service: 'checkout' } }),
    record({ message: 'no funds', fields: { service: 'billing' } }),
    record({ message: 'no time' }),
  ]

  const texts = await headersOf(records, { repeat: { policy: 'window' } })

  expect(texts.toSorted()).toEqual([
    expect.stringContaining('no funds · billing'),
    expect.stringContaining('no stock · checkout'),
    expect.stringContaining('no time · node'),
  ])
})

test('a storm has the service of its problems', async () => {
  const records = Array.from({ length: 20 }, (_, n) =>
    record({ message: `problem ${'abcdefghijklmnopqrst'[n]}`, fields: { service: 'checkout' } }),
  )

  const texts = await headersOf(records)

  expect(texts.some((text) => /^🌩️ .* · checkout/u.test(text))).toBe(true)
})

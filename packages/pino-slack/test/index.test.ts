import { once } from 'node:events'
import type { Writable } from 'node:stream'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import pinoSlack, { createSlackStream } from '../src/index.ts'

const optionsFor = (inbox: Inbox) => ({
  token: inbox.token,
  channel: '#alerts',
  slackApiUrl: inbox.apiUrl,
  spoolDir: false as const,
  // Several new problems at once would be one storm.
  repeat: { policy: 'window' as const },
})

function textsOf(inbox: Inbox): string[] {
  return inbox
    .messages()
    .map(({ text }) => text)
    .toSorted()
}

/** As in `'22:00'`, UTC. */
function timeIn(hours: number): string {
  return new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 16)
}

async function end(stream: Writable): Promise<void> {
  stream.end()
  await once(stream, 'close')
}

test('lines are read one by one, however they are divided into chunks', async () => {
  await using inbox = await startInbox()
  const stream = await pinoSlack(optionsFor(inbox))

  const chunks = ['{"level":50,"msg":"no stock"}\n{"level"', ':50,"msg":"no', ' funds"}\n']
  for (const chunk of chunks) stream.write(chunk)
  await end(stream)

  expect(textsOf(inbox)).toEqual([
    expect.stringContaining('no funds'),
    expect.stringContaining('no stock'),
  ])
})

test('a character that is divided between two chunks is whole again', async () => {
  await using inbox = await startInbox()
  const stream = await pinoSlack(optionsFor(inbox))
  const bytes = Buffer.from('{"level":50,"msg":"Größe fehlt"}\n')
  const middle = bytes.indexOf('ö') + 1

  stream.write(bytes.subarray(0, middle))
  stream.write(bytes.subarray(middle))
  await end(stream)

  expect(textsOf(inbox)).toEqual([expect.stringContaining('Größe fehlt')])
})

test('a last line without a line feed is sent before the stream closes', async () => {
  await using inbox = await startInbox()
  const stream = await pinoSlack(optionsFor(inbox))

  stream.write('{"level":50,"msg":"no stock"}')
  await end(stream)

  expect(textsOf(inbox)).toEqual([expect.stringContaining('no stock')])
})

test('a flush calls back when Slack has everything', async () => {
  await using inbox = await startInbox()
  const stream = await pinoSlack(optionsFor(inbox))

  stream.write('{"level":50,"msg":"no stock"}\n')
  await new Promise<void>((resolve) => {
    ;(stream as Writable & { flush(callback: () => void): void }).flush(resolve)
  })

  expect(textsOf(inbox)).toEqual([expect.stringContaining('no stock')])
  await end(stream)
})

test('a write is done at once while Slack does not answer', async () => {
  await using inbox = await startInbox()
  inbox.fail({ hang: true })
  const stream = await pinoSlack({ ...optionsFor(inbox), closeTimeoutMs: 100 })
  await new Promise(setImmediate)
  const lines = Array.from({ length: 20_000 }, (_, n) => `{"level":50,"msg":"no stock ${n}"}\n`)

  const order: string[] = []
  setImmediate(() => order.push('next turn'))
  stream.write(lines.join(''), () => order.push('written'))
  await new Promise(setImmediate)

  expect(order).toEqual(['written', 'next turn'])
  await end(stream)
})

test('lines that are no records are skipped without an error', async () => {
  await using inbox = await startInbox()
  const stream = await pinoSlack(optionsFor(inbox))
  const errors: unknown[] = []
  stream.on('error', (error) => errors.push(error))

  stream.write(
    '\nno JSON\nnull\n50\n[]\n{"level":30,"msg":"fine"}\n{"level":50,"msg":"no stock"}\n',
  )
  await end(stream)

  expect(errors).toEqual([])
  expect(textsOf(inbox)).toContainEqual(expect.stringContaining('no stock'))
  expect(textsOf(inbox).join('\n')).not.toContain('fine')
})

test('wrong options reject', async () => {
  await expect(pinoSlack({ chanel: '#alerts' } as never)).rejects.toThrow(TypeError)
  await expect(pinoSlack({ hooks: './no-such-hooks.js' })).rejects.toThrow(TypeError)
})

test('a stream in process sends what was written before it ended', async () => {
  await using inbox = await startInbox()
  const stream = createSlackStream({ ...optionsFor(inbox), levels: { audit: 55 }, level: 'audit' })

  stream.write('{"level":50,"msg":"an error below audit"}\n')
  stream.write('{"level":55,"msg":"no funds"}\n')
  stream.write(Buffer.from('{"level":55,"msg":"no stock"}\n'))
  await new Promise<void>((resolve) => stream.end(resolve))

  expect(textsOf(inbox)).toEqual([
    expect.stringContaining('no funds'),
    expect.stringContaining('no stock'),
  ])
})

test('quiet hours are plain data, as a worker needs them', async () => {
  await using inbox = await startInbox()
  const quietHours = { from: timeIn(-1), to: timeIn(1), timeZone: 'UTC' }
  const options = { ...optionsFor(inbox), quietHours }
  const stream = await pinoSlack(structuredClone(options))

  stream.write('{"level":50,"msg":"no stock"}\n{"level":60,"msg":"no database"}\n')
  await end(stream)

  const [fatal, list] = inbox.messages()
  expect(fatal?.text).toContain('no database')
  expect(list?.text).toContain('1 problem in quiet hours')
})

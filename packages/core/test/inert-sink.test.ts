import { readdirSync } from 'node:fs'
import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { createSlackSink, type SlackOptions, type SlackSink } from '../src/index.ts'

const slack: SlackOptions = { token: 'xoxb-1', channel: '#alerts' }

/** Creates a sink and returns it with what it writes to stderr. */
function start(options: SlackOptions, variables: Readonly<Record<string, string>> = {}) {
  const lines: string[] = []
  const sink = createSlackSink(options, { variables, writeStderr: (line) => lines.push(line) })
  return { sink, lines }
}

function fail(sink: SlackSink): void {
  sink.write({ level: 'fatal', time: Date.now(), message: 'charge failed', fields: {} })
}

describe.each([
  ['without a destination', {}, {}, 'neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is set'],
  [
    'without a destination in development',
    {},
    { NODE_ENV: 'development' },
    'neither SLACK_BOT_TOKEN nor SLACK_WEBHOOK_URL is set',
  ],
  [
    'in a test',
    slack,
    { NODE_ENV: 'test' },
    'NODE_ENV is test; set `enabled: true` to send from here',
  ],
])('a sink %s', (_where, options, variables, because) => {
  test('says once why nothing is sent, whatever is logged', async () => {
    const { sink, lines } = start(options, variables)

    for (let count = 0; count < 100; count += 1) fail(sink)
    await sink.close()

    expect(lines).toEqual([`[slack-logger] nothing is sent: ${because}`])
  })

  test('opens nothing', async () => {
    const before = process.getActiveResourcesInfo().toSorted()
    const files = readdirSync(process.env['TMPDIR'] ?? '/tmp')

    const { sink } = start(options, variables)
    fail(sink)

    expect(process.getActiveResourcesInfo().toSorted()).toEqual(before)
    expect(readdirSync(process.env['TMPDIR'] ?? '/tmp')).toEqual(files)
  })

  test('has nothing to flush, and says in its statistics why', async () => {
    const { sink } = start(options, variables)

    fail(sink)

    expect(await sink.flush()).toBe(true)
    expect(sink.health().down).toBe(`nothing is sent: ${because}`)
  })
})

test('a sink that is turned off says nothing', () => {
  const { sink, lines } = start({ ...slack, enabled: false })

  expect(lines).toEqual([])
  expect(sink.health().down).toBe('nothing is sent: `enabled` is false')
})

test.each([
  [{ token: 'xoxb-1' }, /channel/],
  [{ ...slack, levle: 'error' }, /`level`/],
])('a sink in a test refuses the wrong options %j', (options, message) => {
  expect(() => start(options, { NODE_ENV: 'test' })).toThrow(message)
})

test('a sink in a test sends to the inbox', async () => {
  await using inbox = await startInbox()
  const address = { token: inbox.token, channel: '#alerts', slackApiUrl: inbox.apiUrl }
  const { sink } = start({ ...address, spoolDir: false }, { NODE_ENV: 'test' })

  fail(sink)
  await sink.close()

  expect(inbox.messages()).toHaveLength(1)
})

test('a sink in a test sends through a network of its own', async () => {
  const requests: string[] = []
  const fetch: typeof globalThis.fetch = async (url) => {
    requests.push(new Request(url).url)
    return Response.json({ ok: true, channel: 'C1', ts: '1.0', messages: [], channels: [] })
  }
  const sink = createSlackSink(slack, { variables: { NODE_ENV: 'test' }, fetch })

  fail(sink)
  await sink.close()

  expect(requests).toContain('https://slack.com/api/chat.postMessage')
})

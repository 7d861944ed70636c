import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createSlackSink, type SlackOptions, type SlackSink } from '../../src/index.ts'

/** A sink whose hooks and `fetch` log into the sink itself. */
async function startSelfLoggingSink(
  optionsFor: (log: (message: string) => void, fetch: typeof globalThis.fetch) => SlackOptions,
) {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const lines: string[] = []
  const log = (message: string): void =>
    sink.write({ level: 'error', time: clock.now(), message, fields: {} })
  const sink: SlackSink = createSlackSink(
    {
      token: inbox.token,
      channel: '#alerts',
      slackApiUrl: inbox.apiUrl,
      ...optionsFor(log, inbox.fetch),
    },
    {
      clock,
      fetch: inbox.fetch,
      variables: {},
      random: () => 0.5,
      writeStderr: (line) => void lines.push(line),
    },
  )
  return { clock, inbox, sink, lines, log }
}

const loggingHooks: readonly (readonly [
  string,
  (log: (message: string) => void) => SlackOptions,
])[] = [
  ['onError', (log) => ({ onError: ({ message }) => log(`onError: ${message}`) })],
  ['onHealth', (log) => ({ onHealth: ({ down }) => log(`onHealth: ${down ?? 'well'}`) })],
  ['beforeSend', (log) => ({ beforeSend: (event) => (log('beforeSend'), event) })],
  ['fingerprint', (log) => ({ fingerprint: () => (log('fingerprint'), undefined) })],
  ['formatter', (log) => ({ formatter: (message) => (log('formatter'), message) })],
]

test.each(loggingHooks)('what the hook %s logs does not alert', async (_name, optionsFor) => {
  const { clock, inbox, sink, log } = await startSelfLoggingSink(optionsFor)
  // One for the messages of earlier processes, and three for the message.
  inbox.fail({ status: 500, times: 4 })
  log('the card was refused')

  await clock.advance(60_000)

  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('the card was refused'),
  ])
  const { shown, counted, ignored } = sink.health().events
  expect({ shown, counted }).toEqual({ shown: 1, counted: 0 })
  expect(ignored).toBeGreaterThan(0)
})

test('what a custom fetch logs does not alert, before and after the response', async () => {
  const { clock, inbox, sink, log } = await startSelfLoggingSink((logInside, fetch) => ({
    fetch: async (input, init) => {
      logInside('a request begins')
      const response = await fetch(input, init)
      logInside(`a request ended: ${response.status}`)
      return response
    },
  }))
  log('the card was refused')
  log('the card was refused')

  await clock.advance(60_000)
  log('no stock is left')
  await clock.advance(60_000)

  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('the card was refused'),
    expect.stringContaining('no stock is left'),
  ])
  expect(sink.health().events).toMatchObject({ shown: 2, counted: 1, lost: {} })
})

/** Compiles in JavaScript only. */
const reject = (() => Promise.reject(new Error('a bug'))) as () => never

test('hooks that reject are reported and change nothing else', async () => {
  const { clock, inbox, lines, log } = await startSelfLoggingSink(() => ({
    beforeSend: reject,
    fingerprint: reject,
    formatter: reject,
    onError: reject,
    onHealth: reject,
  }))
  log('the card was refused')

  await clock.advance(120_000)

  expect(inbox.messages()).toHaveLength(1)
  expect(lines.join('\n')).toContain('the beforeSend hook')
  expect(lines.join('\n')).toContain('the onError hook threw: Error: a bug')
})

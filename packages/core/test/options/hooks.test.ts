import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { createSlackSink, type SlackOptions, type SlackSink } from '../../src/index.ts'

/** A sink whose hooks and `fetch` log into the sink itself, as a service's own code does. */
async function startNarcissus(
  optionsFor: (say: (message: string) => void, fetch: typeof globalThis.fetch) => SlackOptions,
) {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const lines: string[] = []
  const say = (message: string): void =>
    sink.write({ level: 'error', time: clock.now(), message, fields: {} })
  const sink: SlackSink = createSlackSink(
    {
      token: inbox.token,
      channel: '#alerts',
      slackApiUrl: inbox.apiUrl,
      ...optionsFor(say, inbox.fetch),
    },
    {
      clock,
      fetch: inbox.fetch,
      variables: {},
      random: () => 0.5,
      writeStderr: (line) => void lines.push(line),
    },
  )
  return { clock, inbox, sink, lines, say }
}

const loggingHooks: readonly (readonly [
  string,
  (say: (message: string) => void) => SlackOptions,
])[] = [
  ['onError', (say) => ({ onError: ({ message }) => say(`onError: ${message}`) })],
  ['onHealth', (say) => ({ onHealth: ({ down }) => say(`onHealth: ${down ?? 'well'}`) })],
  ['beforeSend', (say) => ({ beforeSend: (event) => (say('beforeSend'), event) })],
  ['fingerprint', (say) => ({ fingerprint: () => (say('fingerprint'), undefined) })],
  ['formatter', (say) => ({ formatter: (message) => (say('formatter'), message) })],
]

test.each(loggingHooks)('what the hook %s logs is no alert', async (_name, optionsFor) => {
  const { clock, inbox, sink, say } = await startNarcissus(optionsFor)
  inbox.fail({ status: 500, times: 3 })
  say('the card was refused')

  await clock.advance(60_000)

  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('the card was refused'),
  ])
  const { shown, counted, ignored } = sink.health().events
  expect({ shown, counted }).toEqual({ shown: 1, counted: 0 })
  expect(ignored).toBeGreaterThan(0)
})

test('what the service logs about our own requests is no alert, whenever it does', async () => {
  const { clock, inbox, sink, say } = await startNarcissus((log, fetch) => ({
    fetch: async (input, init) => {
      log('a request begins')
      const response = await fetch(input, init)
      log(`a request ended: ${response.status}`)
      return response
    },
  }))
  say('the card was refused')
  say('the card was refused')

  await clock.advance(60_000)
  say('no stock is left')
  await clock.advance(60_000)

  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('the card was refused'),
    expect.stringContaining('no stock is left'),
  ])
  expect(sink.health().events).toMatchObject({ shown: 2, counted: 1, lost: {} })
})

/** TypeScript warns of it; JavaScript does not. */
const reject = (() => Promise.reject(new Error('a bug'))) as () => never

test('hooks that reject hurt nobody, and that they did is told', async () => {
  const { clock, inbox, lines, say } = await startNarcissus(() => ({
    beforeSend: reject,
    fingerprint: reject,
    formatter: reject,
    onError: reject,
    onHealth: reject,
  }))
  say('the card was refused')

  await clock.advance(120_000)

  expect(inbox.messages()).toHaveLength(1)
  expect(lines.join('\n')).toContain('the beforeSend hook')
  expect(lines.join('\n')).toContain('the onError hook threw: Error: a bug')
})

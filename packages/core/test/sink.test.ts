import { createVirtualClock, startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { createSlackSink } from '../src/index.ts'
import { startVirtualSink } from './incident/virtual-sink.ts'

const whole = (value: unknown): string => JSON.stringify(value)

/** Logs around a failing request, and gives what stands in the thread. */
async function logRequest(contextLevel?: string): Promise<string> {
  await using slack = await startVirtualSink(contextLevel === undefined ? {} : { contextLevel })
  const log = (level: string, message: string, reqId: string): void =>
    slack.sink.write({ level, time: slack.clock.now(), message, fields: { reqId } })
  log('info', 'cart loaded', 'r1')
  log('info', 'somebody else', 'r2')
  log('debug', 'below the context level', 'r1')
  await slack.clock.advance(1240)
  log('error', 'charge failed', 'r1')
  await slack.clock.advance(10_000)
  const [root] = slack.inbox.messages()
  return whole(slack.inbox.thread(root?.ts ?? '').slice(1))
}

describe('context', () => {
  test('the lines before an alert of the same request are in its thread', async () => {
    const thread = await logRequest('info')

    expect(thread).toMatch(/-1\.24\s?s\s+info\s+cart loaded/)
    expect(thread).not.toContain('somebody else')
    expect(thread).not.toContain('below the context level')
  })

  test('is kept by nobody unless it is asked for', async () => {
    expect(await logRequest()).not.toContain('cart loaded')
  })
})

test('a record that lost its error is explained in its thread, once per place', async () => {
  await using slack = await startVirtualSink()
  const log = (): void =>
    slack.sink.write({
      level: 'error',
      time: slack.clock.now(),
      message: 'charge failed',
      source: 'pino',
      fields: { error: {} },
    })
  log()
  await slack.clock.advance(10_000)
  const [root] = slack.inbox.messages()

  expect(whole(slack.inbox.thread(root?.ts ?? ''))).toContain('err')
  expect(whole(slack.inbox.thread(root?.ts ?? ''))).toMatch(/lost|stack/)
})

const longStack = [
  'Error: too deep',
  ...Array.from(
    { length: 400 },
    (_, line) => `    at step${line} (/srv/app/src/step-${line}.js:1:1)`,
  ),
].join('\n')

test('a stack of many pieces is a file in the thread', async () => {
  await using slack = await startVirtualSink()

  slack.fail('too deep', { error: { type: 'Error', message: 'too deep', stack: longStack } })
  await slack.clock.advance(20_000)

  const thread = slack.inbox.thread(slack.inbox.messages()[0]?.ts ?? '')
  expect(whole(thread.flatMap((message) => message.files ?? []))).toContain('.txt')
})

test('where files are refused the thread is shortened, with one hint how to allow them', async () => {
  const clock = createVirtualClock()
  const token = 'xoxb-without-files'
  await using inbox = await startInbox({
    clock,
    listen: false,
    tokens: [{ token, scopes: ['chat:write', 'chat:write.public'] }],
  })
  const sink = createSlackSink(
    { token, channel: '#alerts', slackApiUrl: inbox.apiUrl },
    { clock, fetch: inbox.fetch, variables: {}, random: () => 0.5, writeStderr: () => {} },
  )

  for (const name of ['first', 'second']) {
    const stack = longStack.replaceAll('step', name)
    const error = { type: 'Error', message: `${name} is too deep`, stack }
    sink.write({ level: 'error', time: clock.now(), message: '', error, fields: {} })
    await clock.advance(70_000)
  }

  const threads = inbox.messages().map(({ ts }) => whole(inbox.thread(ts)))
  expect(threads).toHaveLength(2)
  expect(threads[0]).toContain('Give the app the scope files:write')
  expect(threads[1]).not.toContain('files:write')
  expect(threads[1]).toContain('second399')
  await sink.close()
})

describe('a formatter', () => {
  test('changes what is sent', async () => {
    await using slack = await startVirtualSink({
      formatter: (message, event) => ({ ...message, text: `mine: ${event.message}` }),
    })
    slack.fail('charge failed')
    await slack.clock.advance(5000)

    expect(slack.inbox.messages()[0]?.text).toBe('mine: charge failed')
  })

  test('skips a message with false', async () => {
    await using slack = await startVirtualSink({ formatter: () => false })
    slack.fail('charge failed')
    await slack.clock.advance(5000)

    expect(slack.inbox.messages()).toEqual([])
  })

  test.each([
    ['throws', () => JSON.parse('{') as never],
    ['returns junk', () => 17 as never],
  ])('that %s is reported, and the built-in message is sent', async (_, formatter) => {
    const errors: string[] = []
    await using slack = await startVirtualSink({
      formatter,
      onError: (error) => void errors.push(error.message),
    })
    slack.fail('charge failed')
    await slack.clock.advance(5000)

    expect(slack.inbox.messages()[0]?.text).toContain('charge failed')
    expect(whole(errors)).toContain('formatter')
  })
})

test('a beforeSend hook drops events before they count, and changes what is shown', async () => {
  await using slack = await startVirtualSink({
    beforeSend: (event) => (event.message === 'noise' ? null : { ...event, message: 'changed' }),
  })
  slack.fail('noise')
  slack.fail('charge failed')
  await slack.clock.advance(5000)

  expect(slack.inbox.messages()).toHaveLength(1)
  expect(slack.inbox.messages()[0]?.text).toContain('changed')
  expect(slack.sink.health().events).toMatchObject({ shown: 1, counted: 0 })
})

test('a chat that knows no blocks gets text and attachments alone', async () => {
  const clock = createVirtualClock()
  await using inbox = await startInbox({ clock, listen: false })
  const sink = createSlackSink(
    { webhookUrl: inbox.webhookUrl, webhookFormat: 'plain' },
    { clock, fetch: inbox.fetch, variables: {}, random: () => 0.5, writeStderr: () => {} },
  )
  sink.write({ level: 'error', time: clock.now(), message: 'charge failed', fields: {} })
  await clock.advance(5000)

  expect(inbox.messages()[0]?.text).toContain('charge failed')
  expect(whole(inbox.requests.at(-1)?.arguments)).not.toContain('blocks')
  await sink.close()
})

test('neither the token nor a planted secret is in any request', async () => {
  await using slack = await startVirtualSink()
  slack.fail(`cannot reach Slack with ${slack.inbox.token}`, {
    fields: { password: 'hunter2-hunter2', note: 'Bearer abcdefghijklmnopqrstuvwxyz012345' },
  })
  await slack.clock.advance(10_000)

  const requests = whole(slack.inbox.requests.map((request) => request.arguments))
  expect(requests).toContain('cannot reach Slack')
  expect(requests).not.toContain(slack.inbox.token)
  expect(requests).not.toContain('hunter2-hunter2')
  expect(requests).not.toContain('abcdefghijklmnopqrstuvwxyz012345')
})

test('a secret in the address of another host is in no request', async () => {
  await using slack = await startVirtualSink()

  slack.fail('no answer', { fields: { hostname: 'mysql://app:hunter2-hunter2@db:3306' } })
  await slack.clock.advance(10_000)

  const requests = whole(slack.inbox.requests.map((request) => request.arguments))
  expect(requests).toContain('@db:3306')
  expect(requests).not.toContain('hunter2-hunter2')
})

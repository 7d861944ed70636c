import { createVirtualClock, startInbox, type Inbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { resolveEnvironment, type SinkEnvironment } from '../../src/environment.ts'
import type { Destination, PostRequest } from '../../src/delivery/destination.ts'
import { classifyBroken } from '../../src/slack/errors.ts'
import type { HttpAnswer, HttpCall } from '../../src/slack/http-call.ts'
import { createWebApiDestination } from '../../src/slack/web-api.ts'
import { createWebhookDestination } from '../../src/slack/webhook.ts'

type Make = (inbox: Inbox, environment: SinkEnvironment) => Destination

const makeWebApi: Make = ({ token, apiUrl }, environment) =>
  createWebApiDestination({ token, slackApiUrl: apiUrl, identity: {} }, environment)
const makeWebhook: Make = ({ webhookUrl }, environment) =>
  createWebhookDestination(webhookUrl, environment)

const post: PostRequest = {
  kind: 'post',
  channel: '#alerts',
  id: 'id-1',
  message: { text: 'the card was refused' },
}
const options = () => ({ timeoutMs: 5000, signal: new AbortController().signal })

async function setUp(make: Make) {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false })
  const destination = make(inbox, resolveEnvironment({ clock, fetch: inbox.fetch }))
  return { clock, inbox, destination }
}

describe.each([
  ['the Web API', makeWebApi],
  ['a webhook', makeWebhook],
])('%s as a destination', (_name, make) => {
  test('posts', async () => {
    const { inbox, destination } = await setUp(make)

    const result = await destination.send(post, options())

    expect(result).toMatchObject({ status: 'sent' })
    expect(inbox.messages()).toMatchObject([{ text: 'the card was refused' }])
  })

  test('gives up a request that is not answered in time, and does not know whether it arrived', async () => {
    const { clock, inbox, destination } = await setUp(make)
    inbox.fail({ hang: true })

    const sending = destination.send(post, options())
    await clock.advance(5000)

    expect(await sending).toMatchObject({ status: 'retry', arrived: 'unknown' })
  })

  test('gives up a request whose signal fires', async () => {
    const { inbox, destination } = await setUp(make)
    inbox.fail({ hang: true })
    const controller = new AbortController()

    const sending = destination.send(post, { timeoutMs: 5000, signal: controller.signal })
    controller.abort(new Error('the process ends'))

    expect(await sending).toMatchObject({ status: 'retry', arrived: 'unknown' })
  })

  test('says when Slack wants it to come back', async () => {
    const { inbox, destination } = await setUp(make)
    inbox.fail({ retryAfter: 7 })

    expect(await destination.send(post, options())).toMatchObject({ status: 'wait', afterMs: 7000 })
  })

  test('a probe posts nothing, and tells an answer from none', async () => {
    const { inbox, destination } = await setUp(make)

    expect(await destination.probe(options())).toEqual({ status: 'answers' })
    inbox.fail({ status: 500 })
    expect(await destination.probe(options())).toMatchObject({ status: 'retry' })
    expect(inbox.messages()).toEqual([])
  })

  test('follows no redirect', async () => {
    const asked: string[] = []
    const clock = createVirtualClock()
    const inbox = await startInbox({ clock, listen: false })
    const environment = resolveEnvironment({
      clock,
      fetch: async (input) => {
        asked.push(new Request(input).url)
        return new Response(null, {
          status: 307,
          headers: { location: 'https://elsewhere.example/' },
        })
      },
    })

    const result = await make(inbox, environment).send(post, options())

    expect(result).toMatchObject({ status: 'stopDestination', reason: 'HTTP 307' })
    expect(asked).toHaveLength(1)
  })
})

test('a post is found by its id, also in a channel that is known by name only', async () => {
  const { inbox, destination } = await setUp(makeWebApi)
  inbox.fail({ loseAnswer: true, times: 1 })
  await destination.send(post, options())

  expect(await destination.find(post, options())).toMatchObject({
    status: 'found',
    ts: inbox.messages()[0]?.ts,
  })
  expect(await destination.find({ ...post, id: 'id-2' }, options())).toEqual({ status: 'absent' })
})

test('a name and an icon that the bot may not use are left out, and the message goes again', async () => {
  const clock = createVirtualClock()
  const token = 'xoxb-plain'
  const inbox = await startInbox({
    clock,
    listen: false,
    tokens: [{ token, scopes: ['chat:write', 'chat:write.public'] }],
  })
  const destination = createWebApiDestination(
    { token, slackApiUrl: inbox.apiUrl, identity: { username: 'checkout' } },
    resolveEnvironment({ clock, fetch: inbox.fetch }),
  )

  expect(await destination.send(post, options())).toMatchObject({ status: 'wait', afterMs: 0 })
  expect(await destination.send(post, options())).toMatchObject({ status: 'sent' })
})

function answerOf(body: unknown): HttpAnswer {
  return {
    status: 200,
    retryAfter: null,
    contentType: 'application/json',
    body: typeof body === 'string' ? body : JSON.stringify(body),
    isCut: false,
  }
}

async function lastWordsOf(make: Make) {
  const inbox = await startInbox({ listen: false })
  return { inbox, lastWords: make(inbox, resolveEnvironment()).lastWords }
}

test.each([
  [400, '{"id":"web.incoming_webhook.text.app_error","status_code":400}', 'answers'],
  [400, 'missing_text_or_fallback_or_attachments', 'answers'],
  [422, '', 'answers'],
  [400, '<html>a proxy</html>', 'degrade'],
  [403, '{"message":"Invalid webhook"}', 'stopDestination'],
  [502, 'Bad Gateway', 'retry'],
])('a chat that refuses a message without words with %i %s: %s', async (status, body, outcome) => {
  const environment = resolveEnvironment({
    clock: createVirtualClock(),
    fetch: () => Promise.resolve(new Response(body, { status })),
  })
  const destination = createWebhookDestination('https://chat.example/hooks/1', environment)

  expect(await destination.probe(options())).toMatchObject({ status: outcome })
})

describe('last words', () => {
  test('are one call of the Web API, with the token in a header', async () => {
    const { inbox, lastWords } = await lastWordsOf(makeWebApi)
    const calls: HttpCall[] = []

    const result = lastWords?.send(post, (call) => {
      calls.push(call)
      return answerOf({ ok: true, ts: '1.0', channel: 'C1' })
    })

    expect(result).toEqual({ status: 'sent', ts: '1.0', channel: 'C1' })
    expect(calls).toMatchObject([
      {
        url: `${inbox.apiUrl}chat.postMessage`,
        headers: { authorization: `Bearer ${inbox.token}` },
      },
    ])
  })

  test.each([
    [{ ok: false, error: 'invalid_blocks' }, 'degrade'],
    [{ ok: false, error: 'token_revoked' }, 'stopDestination'],
    ['{"ok":tr', 'retry'],
  ])('are read as any answer: %j is to %s', async (body, status) => {
    const { lastWords } = await lastWordsOf(makeWebApi)

    expect(lastWords?.send(post, () => answerOf(body))).toMatchObject({ status })
  })

  test('know that a post is there or not only if they are allowed to look', async () => {
    const { lastWords } = await lastWordsOf(makeWebApi)
    const inChannel = { ...post, channel: 'C01234567' }
    const foundWith = (body: object) => lastWords?.find(inChannel, () => answerOf(body))?.status

    expect(foundWith({ ok: true, messages: [] })).toBe('absent')
    expect(foundWith({ ok: false, error: 'missing_scope' })).toBe('unknown')
  })

  test('wait for an answer when they look: what is not known yet must not be posted twice', async () => {
    const { lastWords } = await lastWordsOf(makeWebApi)
    const broken = classifyBroken(new Error('no answer in time'))

    expect(lastWords?.find(post, () => broken)).toEqual(broken)
    expect(lastWords?.find({ ...post, channel: 'C01234567' }, () => broken)).toEqual(broken)
  })

  test('go to a webhook as they are', async () => {
    const { inbox, lastWords } = await lastWordsOf(makeWebhook)
    const calls: HttpCall[] = []

    const result = lastWords?.send(post, (call) => {
      calls.push(call)
      return answerOf('ok')
    })

    expect(result).toMatchObject({ status: 'sent' })
    expect(calls.map(({ url }) => url)).toEqual([inbox.webhookUrl])
  })

  test('are not said with a fetch that a worker cannot have', async () => {
    const { destination } = await setUp(makeWebApi)

    expect(destination.lastWords).toBeUndefined()
  })
})

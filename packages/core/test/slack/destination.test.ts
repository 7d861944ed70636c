import {
  createVirtualClock,
  startInbox,
  type Inbox,
  type InboxOptions,
} from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import type { Destination, Post } from '../../src/delivery/destination.ts'
import { resolveEnvironment, type SinkEnvironment } from '../../src/environment.ts'
import type { HttpAnswer, HttpRequest } from '../../src/http.ts'
import { createDestination } from '../../src/slack/create-destination.ts'
import { classifyBroken } from '../../src/slack/errors.ts'
import type { SlackMessage } from '../../src/slack/message.ts'

type Create = (inbox: Inbox, environment: SinkEnvironment) => Destination

const plain = { hooks: {}, fetch: undefined, proxy: undefined, actions: false } as const

const createWebApi: Create = ({ token, apiUrl }, environment) =>
  createDestination(
    {
      target: { kind: 'webApi', token, channel: '#alerts', slackApiUrl: apiUrl, identity: {} },
      ...plain,
    },
    environment,
    () => undefined,
  )
const createWebhook: Create = ({ webhookUrl }, environment) =>
  createDestination(
    { target: { kind: 'webhook', url: webhookUrl, format: 'blocks' }, ...plain },
    environment,
    () => undefined,
  )

const post: Post<SlackMessage> & { readonly id: string } = {
  kind: 'post',
  channel: '#alerts',
  id: 'id-1',
  message: { text: 'the card was refused' },
}
const options = () => ({ signal: new AbortController().signal })

async function setUp(create: Create, given: InboxOptions = {}) {
  const clock = createVirtualClock()
  const inbox = await startInbox({ clock, listen: false, ...given })
  const destination = create(inbox, resolveEnvironment({ clock, fetch: inbox.fetch }))
  return { clock, inbox, destination }
}

describe.each([
  ['the Web API', createWebApi],
  ['a webhook', createWebhook],
])('%s as a destination', (_name, create) => {
  test('posts', async () => {
    const { inbox, destination } = await setUp(create)

    const result = await destination.send(post, options())

    expect(result).toMatchObject({ status: 'sent' })
    expect(inbox.messages()).toMatchObject([{ text: 'the card was refused' }])
  })

  test('gives up a request whose signal fires', async () => {
    await using inbox = await startInbox()
    inbox.fail({ hang: true })
    const controller = new AbortController()

    const sending = create(inbox, resolveEnvironment()).send(post, { signal: controller.signal })
    controller.abort(new Error('the process ends'))

    expect(await sending).toMatchObject({ status: 'retry', accepted: 'unknown' })
  })

  test('returns how long Slack asks to wait', async () => {
    const { inbox, destination } = await setUp(create)
    inbox.fail({ retryAfter: 7 })

    expect(await destination.send(post, options())).toMatchObject({ status: 'wait', afterMs: 7000 })
  })

  test.each([
    ['as a date', 'Thu, 01 Jan 1970 00:01:40 GMT', 40_000],
    ['not at all', undefined, 30_000],
  ])('waits, whether Slack gives the time or not: %s', async (_how, header, afterMs) => {
    const clock = createVirtualClock(60_000)
    const inbox = await startInbox({ clock, listen: false })
    const headers = header === undefined ? {} : { 'retry-after': header }
    const fetch = async () => new Response('', { status: 429, headers })

    const result = await create(inbox, resolveEnvironment({ clock, fetch })).send(post, options())

    expect(result).toEqual({ status: 'wait', reason: 'ratelimited', afterMs })
  })

  test('each of several simultaneous requests ends with its own signal', async () => {
    const inbox = await startInbox({ listen: false })
    const controller = new AbortController()
    const signals: AbortSignal[] = []
    const answers: (() => void)[] = []
    const environment = resolveEnvironment({
      clock: createVirtualClock(),
      fetch: async (input, init) => {
        if (init?.signal) signals.push(init.signal)
        await new Promise<void>((resolve) => answers.push(resolve))
        return inbox.fetch(input, init)
      },
    })
    const destination = create(inbox, environment)

    const ended = destination.send(post, { signal: controller.signal })
    const other = destination.send({ ...post, id: 'id-2' }, options())
    while (answers.length < 2) await Promise.resolve()
    controller.abort(new Error('the process ends'))
    for (const answer of answers) answer()

    expect(await ended).toMatchObject({ status: 'retry', accepted: 'unknown' })
    expect(await other).toMatchObject({ status: 'sent' })
    expect(signals.map(({ aborted }) => aborted)).toEqual([true, false])
  })

  test('reports when a request is transmitted', async () => {
    await using inbox = await startInbox()
    const destination = create(inbox, resolveEnvironment())
    let transmissions = 0

    const result = await destination.send(post, {
      ...options(),
      onTransmit: () => void (transmissions += 1),
    })

    expect(result).toMatchObject({ status: 'sent' })
    expect(transmissions).toBe(1)
  })

  test('a probe posts nothing, and finds out whether Slack answers', async () => {
    const { inbox, destination } = await setUp(create)

    expect(await destination.probe?.(options())).toEqual({ status: 'answers' })
    inbox.fail({ status: 500 })
    expect(await destination.probe?.(options())).toMatchObject({ status: 'retry' })
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

    const result = await create(inbox, environment).send(post, options())

    expect(result).toMatchObject({ status: 'stopDestination', reason: 'HTTP 307' })
    expect(asked).toHaveLength(1)
  })
})

test('a post is found by its id, also in a channel given by name', async () => {
  const { inbox, destination } = await setUp(createWebApi)
  inbox.fail({ loseAnswer: true, times: 1 })
  await destination.send(post, options())

  expect(await destination.find?.(post, options())).toMatchObject({
    status: 'found',
    ref: expect.stringContaining(inbox.messages()[0]?.ts ?? 'no message'),
  })
  expect(await destination.find?.({ ...post, id: 'id-2' }, options())).toEqual({ status: 'absent' })
})

test('a post of any age is found behind a thousand others', async () => {
  const { inbox, destination } = await setUp(createWebApi, { rateLimit: false })
  await destination.send(post, options())
  for (let index = 2; index < 1100; index += 1)
    await destination.send({ ...post, id: `id-${index}` }, options())

  expect(await destination.find?.(post, options())).toEqual({ status: 'absent' })
  expect(await destination.find?.({ ...post, isOfAnyAge: true }, options())).toMatchObject({
    status: 'found',
    ref: expect.stringContaining(inbox.messages()[0]?.ts ?? 'no message'),
  })
})

test.each([
  ['files.getUploadURLExternal', 'no'],
  ['upload', 'no'],
  ['files.completeUploadExternal', 'unknown'],
])('a file whose upload fails at %s was accepted: %s', async (method, accepted) => {
  const { inbox, destination } = await setUp(createWebApi)
  const root = await destination.send(post, options())
  inbox.fail({ method, status: 503 })

  const result = await destination.send(
    {
      kind: 'upload',
      channel: '#alerts',
      thread: root.status === 'sent' ? root.ref : '',
      file: { filename: 'a.txt', title: 'a', content: 'a' },
    },
    options(),
  )

  expect(result).toEqual({ status: 'retry', reason: 'HTTP 503', accepted })
})

test('a name and an icon that the bot may not use are left out, and the message is sent again', async () => {
  const clock = createVirtualClock()
  const token = 'xoxb-plain'
  const inbox = await startInbox({
    clock,
    listen: false,
    tokens: [{ token, scopes: ['chat:write', 'chat:write.public'] }],
  })
  const destination = createDestination(
    {
      target: {
        kind: 'webApi',
        token,
        channel: '#alerts',
        slackApiUrl: inbox.apiUrl,
        identity: { username: 'checkout' },
      },
      ...plain,
    },
    resolveEnvironment({ clock, fetch: inbox.fetch }),
    () => undefined,
  )

  expect(await destination.send(post, options())).toMatchObject({ status: 'wait', afterMs: 0 })
  expect(await destination.send(post, options())).toMatchObject({ status: 'sent' })
})

function answerOf(body: unknown): HttpAnswer {
  return {
    status: 200,
    headers: { 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  }
}

async function exitSenderOf(create: Create) {
  const inbox = await startInbox({ listen: false })
  return { inbox, exit: create(inbox, resolveEnvironment()).exit }
}

test.each([
  [400, '{"id":"web.incoming_webhook.text.app_error","status_code":400}', 'answers'],
  [400, 'missing_text_or_fallback_or_attachments', 'answers'],
  [422, '', 'answers'],
  [400, '<html>a proxy</html>', 'degrade'],
  [403, '{"message":"Invalid webhook"}', 'stopDestination'],
  [502, 'Bad Gateway', 'retry'],
])(
  'a probe of a chat that refuses a message without text with %i %s: %s',
  async (status, body, outcome) => {
    const environment = resolveEnvironment({
      clock: createVirtualClock(),
      fetch: () => Promise.resolve(new Response(body, { status })),
    })
    const destination = createDestination(
      {
        target: { kind: 'webhook', url: 'https://chat.example/hooks/1', format: 'plain' },
        ...plain,
      },
      environment,
      () => undefined,
    )

    expect(await destination.probe?.(options())).toMatchObject({ status: outcome })
  },
)

describe('the exit sender', () => {
  test('makes one call of the Web API, with the token in a header', async () => {
    const { inbox, exit } = await exitSenderOf(createWebApi)
    const calls: HttpRequest[] = []

    const result = exit?.send(post, (call) => {
      calls.push(call)
      return answerOf({ ok: true, ts: '1.0', channel: 'C1' })
    })

    expect(result).toEqual({ status: 'sent', ref: 'C1/1.0' })
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
  ])('reads answers as `send` does: %j is to %s', async (body, status) => {
    const { exit } = await exitSenderOf(createWebApi)

    expect(exit?.send(post, () => answerOf(body))).toMatchObject({ status })
  })

  test('finds out whether a post was accepted only if it may read the channel', async () => {
    const { exit } = await exitSenderOf(createWebApi)
    const inChannel = { ...post, channel: 'C01234567' }
    const foundWith = (body: object) => exit?.find?.(inChannel, () => answerOf(body))?.status

    expect(foundWith({ ok: true, messages: [] })).toBe('absent')
    expect(foundWith({ ok: false, error: 'missing_scope' })).toBe('unknown')
  })

  test('cannot look up a post before posts are answered again, where it may not read the channel', async () => {
    const { inbox, exit } = await exitSenderOf(createWebApi)
    const answers = [
      answerOf({ ok: false, error: 'missing_scope' }),
      { ...answerOf(''), status: 503 },
    ]
    const calls: HttpRequest[] = []

    const found = exit?.find?.({ ...post, channel: 'C01234567' }, (call) => {
      calls.push(call)
      return answers.shift() ?? answerOf('')
    })

    expect(found).toEqual({ status: 'retry', reason: 'HTTP 503', accepted: 'unknown' })
    expect(calls.at(-1)).toMatchObject({
      url: `${inbox.apiUrl}chat.postMessage`,
      body: JSON.stringify({ channel: 'C01234567', text: '' }),
    })
  })

  test('returns the failure of a look-up, so that nothing is posted twice', async () => {
    const { exit } = await exitSenderOf(createWebApi)
    const error = { message: 'no answer in time' }
    const broken = classifyBroken(error)

    expect(exit?.find?.(post, () => ({ error }))).toEqual(broken)
    expect(exit?.find?.({ ...post, channel: 'C01234567' }, () => ({ error }))).toEqual(broken)
  })

  test('makes one request to a webhook', async () => {
    const { inbox, exit } = await exitSenderOf(createWebhook)
    const calls: HttpRequest[] = []

    const result = exit?.send(post, (call) => {
      calls.push(call)
      return answerOf('ok')
    })

    expect(result).toMatchObject({ status: 'sent' })
    expect(calls.map(({ url }) => url)).toEqual([inbox.webhookUrl])
  })

  test('is left out with a `fetch` that a worker cannot have', async () => {
    const { destination } = await setUp(createWebApi)

    expect(destination.exit).toBeUndefined()
  })
})

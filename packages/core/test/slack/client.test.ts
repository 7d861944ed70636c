import { createVirtualClock } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import type { HttpOptions, HttpPost, HttpResult } from '../../src/http.ts'
import { SdkClients } from '../../src/slack/web-api.ts'

const clientsWith = (post: HttpPost) =>
  new SdkClients({
    token: 'xoxb-1',
    slackApiUrl: 'https://slack.example/api/',
    clock: createVirtualClock(60_000),
    post,
    onMissing: () => undefined,
  })

const optionsOf = (signal = new AbortController().signal): HttpOptions => ({ signal })
const ok: HttpResult = { status: 200, headers: {}, body: '{"ok":true}' }

/** How a call fails whose request has this result. */
const failureOf = (result: HttpResult) =>
  clientsWith(async () => result).call(optionsOf(), (client) => client.auth.test())

test.each([
  ['as seconds', '7', 7000],
  ['as a date', 'Thu, 01 Jan 1970 00:01:40 GMT', 40_000],
  ['not at all', undefined, 30_000],
])(
  'a rate limit keeps its Retry-After through the SDK, given %s',
  async (_how, header, afterMs) => {
    const headers = header === undefined ? {} : { 'retry-after': header }

    expect(await failureOf({ status: 429, headers, body: '' })).toEqual({
      status: 'wait',
      reason: 'ratelimited',
      afterMs,
    })
  },
)

test.each([
  [{ error: { message: 'connect', code: 'ECONNREFUSED' } }, 'no'],
  [{ error: { message: 'no answer within 5000 ms' } }, 'unknown'],
  [{ ...ok, body: '{"ok":tr', cutBy: { message: 'aborted', code: 'ECONNRESET' } }, 'unknown'],
  [{ ...ok, status: 502, body: '<html>' }, 'unknown'],
])('a request that ends with %j was accepted: %s', async (result, accepted) => {
  expect(await failureOf(result)).toMatchObject({ status: 'retry', accepted })
})

test('calls that overlap have each a signal of its own, and so have those that follow', async () => {
  const signals: AbortSignal[] = []
  const answers: (() => void)[] = []
  const clients = clientsWith(async (_request, { signal }) => {
    signals.push(signal)
    await new Promise<void>((resolve) => answers.push(resolve))
    return ok
  })
  const given = [1, 2, 3].map(() => new AbortController().signal)
  const begin = async (signal: AbortSignal | undefined, requests: number) => {
    const call = clients.call(optionsOf(signal), (client) => client.auth.test())
    while (answers.length < requests) await Promise.resolve()
    return { call }
  }

  const first = await begin(given[0], 1)
  const second = await begin(given[1], 2)
  for (const answer of answers) answer()
  await Promise.all([first.call, second.call])
  const third = await begin(given[2], 3)
  answers[2]?.()
  await third.call

  expect(signals.map((signal) => given.indexOf(signal))).toEqual([0, 1, 2])
})

test('all requests of one call have its signal', async () => {
  const signals = new Set<AbortSignal>()
  const urls: string[] = []
  const clients = clientsWith(async ({ url }, { signal }) => {
    signals.add(signal)
    urls.push(url)
    return { ...ok, body: '{"ok":true,"upload_url":"https://files.example/1","file_id":"F1"}' }
  })
  const { signal } = new AbortController()

  await clients.call(optionsOf(signal), (client) =>
    client.filesUploadV2({ channel_id: 'C1', thread_ts: '1.0', filename: 'a.txt', content: 'a' }),
  )

  expect(urls).toEqual([
    'https://slack.example/api/files.getUploadURLExternal',
    'https://files.example/1',
    'https://slack.example/api/files.completeUploadExternal',
  ])
  expect([signals.size, signals.has(signal)]).toEqual([1, true])
})

import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DiscordInbox } from '@slack-logger/slack-inbox'
import { afterAll, beforeAll } from 'vitest'
import {
  describeDestination,
  type DestinationSetup,
} from '../../core/test/contracts/destination.ts'
import { SyncHttp } from '../../core/src/delivery/exit-flush/sync-http.ts'
import { discordDestination, type DiscordOptions } from '../src/index.ts'

/** An inbox in a thread of its own, which answers while this thread is blocked. */
let inbox: { readonly pageUrl: string; readonly discord: DiscordInbox }
let http: SyncHttp
const worker = new Worker(new URL('inbox-worker.mjs', import.meta.url))

beforeAll(async () => {
  ;[inbox] = (await once(worker, 'message')) as [typeof inbox]
  http = new SyncHttp(process.env)
})

afterAll(async () => {
  http.end()
  await worker.terminate()
})

async function setUp(
  optionsFor: (discord: DiscordInbox) => DiscordOptions,
): Promise<DestinationSetup> {
  const control = (path: string, init?: RequestInit) =>
    fetch(`${inbox.pageUrl}_inbox/${path}`, init)
  const addFault = (fault: object) =>
    control('faults', { method: 'POST', body: JSON.stringify(fault) })
  return {
    destination: discordDestination(optionsFor(inbox.discord)),
    channel: 'Discord',
    content: async () => (await control('messages')).json(),
    hang: () => addFault({ hang: true }),
    fail: () => addFault({ status: 500 }),
    call: (request) => http.call(request, 5000),
    [Symbol.asyncDispose]: async () => void (await control('clear', { method: 'POST' })),
  }
}

describeDestination("Discord's webhook", () => setUp(({ webhookUrl }) => ({ webhookUrl })))

describeDestination("Discord's webhook of a forum", () =>
  setUp(({ forumWebhookUrl: webhookUrl, tags }) => ({ webhookUrl, forum: { tags } })),
)

describeDestination("Discord's bot", () =>
  setUp(({ botToken, channel, apiUrl }) => ({ botToken, channel, apiUrl })),
)

describeDestination("Discord's bot in a forum", () =>
  setUp(({ botToken, forum: channel, apiUrl, tags }) => ({
    botToken,
    channel,
    apiUrl,
    forum: { tags },
  })),
)

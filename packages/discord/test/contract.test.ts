import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import type { DiscordInbox } from '@slack-logger/slack-inbox'
import type { RootNotification, SyncCall } from '@slack-logger/core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { notifications } from '../../core/test/contracts/notifications.ts'
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

test.each([
  ['with its root', 'webhook'],
  ['in the thread', 'forum'],
  ['in the thread of a bot', 'bot'],
] as const)('a file is sent while the process exits: %s', async (_, way) => {
  await using setup = await setUp(({ webhookUrl, forumWebhookUrl, botToken, channel, apiUrl }) =>
    way === 'bot'
      ? { botToken, channel, apiUrl }
      : way === 'forum'
        ? { webhookUrl: forumWebhookUrl, forum: true }
        : { webhookUrl },
  )
  const { destination, call = noCall } = setup
  const file = {
    filename: 'stack "1".txt',
    title: 'Stack',
    content: 'é\r\n--boundary\n    at charge',
  }
  const root = destination.exit?.send(
    { kind: 'post', channel: 'Discord', message: destination.render(withStack(400), 'full') },
    call,
  )
  const ref = root?.status === 'sent' ? root.ref : ''

  const upload =
    way === 'webhook'
      ? root
      : destination.exit?.send({ kind: 'upload', channel: 'Discord', thread: ref, file }, call)

  expect(upload).toMatchObject({ status: 'sent' })
  const files = JSON.stringify(await threadOf(await setup.content()))
  expect(files).toContain(way === 'webhook' ? 'step399' : JSON.stringify(file.content).slice(1, -1))
})

function withStack(lines: number): RootNotification {
  const stack = Array.from({ length: lines }, (_, line) => ({
    text: `    at step${line} (/srv/app/step.js:${line}:1)`,
    keep: 'ifRoom' as const,
  }))
  const section = { kind: 'stack', title: 'Stack', lines: stack, omitted: ['…', '…'] } as const
  return { ...notifications.root, mentions: [], sections: [section] }
}

/** The thread of the only root. */
async function threadOf(content: unknown): Promise<unknown> {
  const { messages } = content as { readonly messages: readonly { readonly ts: string }[] }
  const response = await fetch(`${inbox.pageUrl}_inbox/thread?ts=${messages[0]?.ts}`)
  return response.json()
}

const noCall: SyncCall = () => {
  throw new Error('there is no inbox')
}

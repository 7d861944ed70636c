import { once } from 'node:events'
import { Worker } from 'node:worker_threads'
import { afterAll, beforeAll } from 'vitest'
import { SyncHttp } from '../../src/delivery/exit-flush/sync-http.ts'
import { resolveEnvironment } from '../../src/environment.ts'
import type { ActiveTarget } from '../../src/options/target.ts'
import { createDestination } from '../../src/slack/create-destination.ts'
import { describeDestination, type DestinationSetup } from './destination.ts'
import { MemoryDestination } from './memory-destination.ts'

/** An inbox in a thread of its own, which answers while this thread is blocked. */
interface RemoteInbox {
  readonly pageUrl: string
  readonly apiUrl: string
  readonly webhookUrl: string
  readonly token: string
}

let inbox: RemoteInbox
let http: SyncHttp
const worker = new Worker(new URL('inbox-worker.mjs', import.meta.url))

beforeAll(async () => {
  ;[inbox] = (await once(worker, 'message')) as [RemoteInbox]
  http = new SyncHttp(process.env)
})

afterAll(async () => {
  http.end()
  await worker.terminate()
})

async function setUpSlack(
  targetOf: (inbox: RemoteInbox) => ActiveTarget,
): Promise<DestinationSetup> {
  const control = (path: string, init?: RequestInit) =>
    fetch(`${inbox.pageUrl}_inbox/${path}`, init)
  const addFault = (fault: object) =>
    control('faults', { method: 'POST', body: JSON.stringify(fault) })
  return {
    destination: create(targetOf(inbox)),
    channel: '#alerts',
    content: async () => (await control('messages')).json(),
    hang: () => addFault({ hang: true }),
    fail: () => addFault({ status: 500 }),
    call: (request) => http.call(request, 5000),
    [Symbol.asyncDispose]: async () => void (await control('clear', { method: 'POST' })),
  }
}

function create(target: ActiveTarget, writeStderr: (line: string) => void = () => undefined) {
  const options = { target, fetch: undefined, proxy: undefined, hooks: {}, actions: false } as const
  return createDestination(options, resolveEnvironment({ writeStderr }), () => undefined)
}

describeDestination("Slack's Web API", () =>
  setUpSlack(({ token, apiUrl: slackApiUrl }) => ({
    kind: 'webApi',
    token,
    channel: '#alerts',
    slackApiUrl,
    identity: {},
  })),
)

describeDestination('an incoming webhook', () =>
  setUpSlack(({ webhookUrl: url }) => ({ kind: 'webhook', url, format: 'blocks' })),
)

describeDestination('an incoming webhook without blocks', () =>
  setUpSlack(({ webhookUrl: url }) => ({ kind: 'webhook', url, format: 'plain' })),
)

describeDestination('the preview', async () => {
  const lines: string[] = []
  const destination = create({ kind: 'preview', because: 'of a test' }, (line) => lines.push(line))
  return {
    destination,
    channel: '#alerts',
    content: () => [...lines],
    [Symbol.asyncDispose]: async () => undefined,
  }
})

describeDestination('a destination in memory', async () => {
  const destination = new MemoryDestination()
  return {
    destination,
    channel: 'alerts',
    content: () => [...destination.messages, ...destination.files],
    hang: () => (destination.down = 'silence'),
    fail: () => (destination.down = { status: 'stopDestination', reason: 'closed' }),
    [Symbol.asyncDispose]: async () => undefined,
  }
})

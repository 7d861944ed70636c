import type { VirtualClock } from './virtual-clock.ts'

/** One request as the golden files have it. */
export interface RecordedRequest {
  /** Of the Web API; `webhook`; `upload` for the content of a file. */
  readonly method: string
  /** Since the start of the scenario, in milliseconds. */
  readonly atMs: number
  readonly body: Body
}

/** The arguments of a request. */
export type Body = Readonly<Record<string, unknown>>

/** How a request is refused. */
export interface Refusal {
  /** @default 1 */
  readonly times?: number
  /** What the answer holds beside the code. */
  readonly answer?: object
  /** @default any request of the method */
  readonly when?: (body: Body) => boolean
}

interface PostedMessage {
  readonly ts: string
  readonly channel: string
  readonly thread_ts?: unknown
  metadata?: unknown
}

const channelIds: Readonly<Record<string, string>> = {
  '#alerts': 'C0000ALERTS',
  '#billing': 'C000BILLING',
}
/** Bodies are forms, in which these are JSON. */
const jsonFields: ReadonlySet<string> = new Set(['attachments', 'blocks', 'files', 'metadata'])
const firstKeys = [
  'type',
  'method',
  'atMs',
  'channel',
  'ts',
  'thread_ts',
  'text',
  'blocks',
  'elements',
]

/** Answers as Slack does, and records the requests. */
export class FakeSlack {
  /** `down` refuses connections; `silent` carries out requests, and its answers are lost. */
  state: 'up' | 'down' | 'silent' = 'up'
  /** Whether requests that change nothing are recorded as well. */
  recordsReads = false
  #recorded: (RecordedRequest & { readonly channel: string })[] = []
  readonly #clock: VirtualClock
  readonly #startedAt: number
  readonly #messages: PostedMessage[] = []
  #refusals: { method: string; error: string; left: number; refusal: Refusal }[] = []
  #files = 0

  constructor(clock: VirtualClock) {
    this.#clock = clock
    this.#startedAt = clock.now
  }

  readonly fetch: typeof globalThis.fetch = async (input, init) => {
    if (this.state === 'down') throw refusedConnection()
    const response = await this.#clock.during(async () => {
      const method = methodOf(input instanceof Request ? input.url : input)
      const body = await readBody(init?.body)
      this.#record(method, body)
      return this.#answer(method, body)
    })
    return this.state === 'silent' ? new Promise(() => undefined) : response
  }

  /** All requests; among those of one moment the order of channels does not matter. */
  get recorded(): readonly RecordedRequest[] {
    const sorted = this.#recorded.toSorted(
      (a, b) => a.atMs - b.atMs || compare(a.channel, b.channel),
    )
    const requests = sorted.map(({ method, atMs, body }) => ({ method, atMs, body }))
    return withoutIds(requests).map((request) => inOrder(request) as RecordedRequest)
  }

  /** Drops the requests that the scenario is not about: those so far, or some of them. */
  forget(isKept: (request: RecordedRequest) => boolean = () => false): void {
    this.#recorded = this.#recorded.filter(isKept)
  }

  /** Deletes all messages. */
  deleteAll(): void {
    this.#messages.length = 0
  }

  /** Refuses nothing more. */
  acceptAll(): void {
    this.#refusals = []
  }

  refuse(method: string, error: string, refusal: Refusal = {}): void {
    this.#refusals.push({ method, error, left: refusal.times ?? 1, refusal })
  }

  #record(method: string, body: Body): void {
    if (!this.recordsReads && changesNothing(method, body)) return
    // The parts of an upload that name no channel belong to what was last.
    const channel =
      idOf(body['channel'] ?? body['channel_id']) || (this.#recorded.at(-1)?.channel ?? '')
    this.#recorded.push({ method, atMs: this.#clock.now - this.#startedAt, body, channel })
  }

  #answer(method: string, body: Body): Response {
    const found = this.#refusals.find(
      ({ refusal, ...each }) =>
        each.method === method && each.left > 0 && refusal.when?.(body) !== false,
    )
    if (found === undefined) return this.#accept(method, body)
    found.left -= 1
    const { error, refusal } = found
    if (method === 'webhook') return new Response(error, { status: 400 })
    return Response.json({ ok: false, error, ...refusal.answer })
  }

  #accept(method: string, body: Body): Response {
    const channel = idOf(body['channel'])
    switch (method) {
      case 'webhook':
        return body['text'] === '' ? new Response('no_text', { status: 400 }) : new Response('ok')
      case 'upload':
        return new Response(`OK - ${String(body['content']).length}`)
      case 'chat.postMessage':
        if (body['text'] === '') return Response.json({ ok: false, error: 'no_text' })
        return Response.json({ ok: true, channel, ts: this.#post(channel, body) })
      case 'chat.update':
        this.#update(channel, body)
        return Response.json({ ok: true, channel, ts: body['ts'] })
      case 'files.getUploadURLExternal': {
        this.#files += 1
        const address = `https://files.slack.com/upload/v1/${this.#files}`
        return Response.json({ ok: true, upload_url: address, file_id: `F00000000${this.#files}` })
      }
      case 'conversations.list': {
        const channels = Object.entries(channelIds).map(([name, id]) => ({
          id,
          name: name.slice(1),
        }))
        return Response.json({ ok: true, channels })
      }
      case 'conversations.history': {
        const messages = this.#messages.filter(
          (message) => message.channel === channel && message.thread_ts === undefined,
        )
        return Response.json({ ok: true, messages: messages.toReversed() })
      }
      case 'conversations.replies':
        return Response.json({
          ok: true,
          messages: this.#messages.filter((message) => message.thread_ts === body['ts']),
        })
      case 'usergroups.users.list':
        return Response.json({ ok: true, users: [] })
      case 'files.completeUploadExternal':
      case 'auth.test':
        return Response.json({ ok: true, files: [] })
      default:
        throw new Error(`The fake Slack does not know ${method}`)
    }
  }

  #post(channel: string, { metadata, thread_ts: thread }: Body): string {
    const { length } = this.#messages.filter((message) => message.channel === channel)
    const ts = `1777888000.${String(length + 1).padStart(6, '0')}`
    this.#messages.push({ ts, channel, metadata, thread_ts: thread })
    return ts
  }

  /** An edit without metadata leaves what was there. */
  #update(channel: string, { ts, metadata }: Body): void {
    const message = this.#messages.find((each) => each.ts === ts && each.channel === channel)
    if (message !== undefined && metadata !== undefined) message.metadata = metadata
  }
}

function methodOf(address: string | URL): string {
  const { hostname, pathname } = new URL(address)
  if (hostname === 'files.slack.com') return 'upload'
  return pathname.startsWith('/api/') ? pathname.slice('/api/'.length) : 'webhook'
}

function changesNothing(method: string, { text }: Body): boolean {
  return /^(conversations|auth)\./.test(method) || text === ''
}

async function readBody(body: RequestInit['body']): Promise<Body> {
  if (body instanceof FormData) {
    const [content] = [...body.values()]
    return { content: typeof content === 'object' ? await content.text() : content }
  }
  const text = await new Response(body).text()
  if (text.startsWith('{')) return JSON.parse(text) as Body
  const fields = [...new URLSearchParams(text)].filter(([name]) => name !== 'token')
  return Object.fromEntries(fields.map(([name, value]) => [name, readField(name, value)]))
}

function readField(name: string, value: string): unknown {
  if (jsonFields.has(name)) return JSON.parse(value)
  return value === 'true' || value === 'false' ? value === 'true' : value
}

function refusedConnection(): Error {
  const cause = Object.assign(new Error('connect ECONNREFUSED'), {
    code: 'ECONNREFUSED',
    syscall: 'connect',
  })
  return new TypeError('fetch failed', { cause })
}

function idOf(channel: unknown): string {
  const name = typeof channel === 'string' ? channel : ''
  return channelIds[name] ?? name
}

const compare = (a: string, b: string): number => (a < b ? -1 : Number(a > b))

/** Ids differ each time; which of them are the same must be seen all the same. */
function withoutIds(requests: readonly RecordedRequest[]): readonly RecordedRequest[] {
  const known = new Map<unknown, string>()
  return JSON.parse(JSON.stringify(requests), (key, value: unknown) => {
    const isId = key === 'id' && /^[\da-f]{8}-[\da-f]{4}-/.test(String(value))
    if (isId && !known.has(value)) known.set(value, `<id ${known.size + 1}>`)
    return isId ? known.get(value) : value
  }) as readonly RecordedRequest[]
}

/** In which order a request is written must not matter. */
function inOrder(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(inOrder)
  if (typeof value !== 'object' || value === null) return value
  const keys = Object.keys(value).toSorted((a, b) => compare(rankOf(a), rankOf(b)))
  return Object.fromEntries(keys.map((key) => [key, inOrder((value as Body)[key])]))
}

function rankOf(key: string): string {
  const index = firstKeys.indexOf(key)
  return index < 0 ? `~${key}` : String(index)
}

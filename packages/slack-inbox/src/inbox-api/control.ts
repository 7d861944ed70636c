import {
  type HttpAnswer,
  type HttpRequest,
  jsonBody,
  jsonResponse,
  textResponse,
} from '../http/answer.ts'
import { parseFault } from '../http/faults.ts'
import { click } from '../interactivity/interactions.ts'
import { react, reply, unreact } from '../interactivity/people.ts'
import type { Json, JsonObject } from '../json.ts'
import { clearSlack, type Slack } from '../slack.ts'
import type { InboxMessage } from '../workspace/message.ts'
import type { Channel } from '../workspace/workspace.ts'

type Handler = (slack: Slack, request: HttpRequest) => HttpAnswer | Promise<HttpAnswer>

/** `/_inbox/`: what `Inbox` offers in process, for other programs. */
const handlers: ReadonlyMap<string, Handler> = new Map<string, Handler>([
  [
    'GET /messages',
    ({ store }, { query }) => jsonResponse({ messages: store.shown(query.get('channel')) }),
  ],
  [
    'GET /thread',
    ({ store }, { query }) => jsonResponse({ messages: store.thread(query.get('ts') ?? '') }),
  ],
  ['GET /wait', waitForMessage],
  ['GET /interactions', ({ interactions }) => jsonResponse({ interactions: interactions.latest })],
  [
    'POST /click',
    byPerson(['ts', 'actionId', 'user'], async (slack, given, { blockId, value }) => {
      const more = { blockId: asText(blockId), value: asText(value) }
      return { interaction: await click(slack, { ...given, ...more }) }
    }),
  ],
  [
    'POST /react',
    byPerson(['ts', 'name', 'user'], (slack, given) => {
      react(slack, given)
      return { ok: true }
    }),
  ],
  [
    'POST /unreact',
    byPerson(['ts', 'name', 'user'], (slack, given) => {
      unreact(slack, given)
      return { ok: true }
    }),
  ],
  [
    'POST /reply',
    byPerson(['ts', 'text', 'user'], (slack, given) => ({ message: reply(slack, given) })),
  ],
  ['GET /requests', ({ log }) => jsonResponse({ requests: log.latest })],
  ['GET /events', followMessages],
  ['GET /faults', ({ faults }) => jsonResponse({ faults: faults.active })],
  ['POST /faults', addFault],
  ['DELETE /faults', stopFaults],
  ['GET /clock', ({ clock }) => jsonResponse({ nowMs: clock.now() })],
  ['POST /clock', advanceClock],
  [
    'GET /channels',
    ({ workspace }) => jsonResponse({ channels: workspace.channels.map(plainChannel) }),
  ],
  ['POST /channels', addChannel],
  [
    'POST /clear',
    (slack) => {
      clearSlack(slack)
      return jsonResponse({ ok: true })
    },
  ],
])

export function handleControl(
  slack: Slack,
  request: HttpRequest,
): HttpAnswer | Promise<HttpAnswer> {
  const handler = handlers.get(`${request.httpMethod} ${request.path.slice('/_inbox'.length)}`)
  return handler === undefined ? textResponse('not found', 404) : handler(slack, request)
}

/** What a person does, from texts in a JSON object. What Slack would not let the person do is a 400 with the reason. */
function byPerson<Name extends string>(
  names: readonly Name[],
  act: (
    slack: Slack,
    given: Readonly<Record<Name, string>>,
    body: JsonObject,
  ) => object | Promise<object>,
): Handler {
  return async (slack, request) => {
    const body = jsonBody(request) ?? {}
    const missing = names.find((name) => asText(body[name]) === undefined)
    if (missing !== undefined) return textResponse(`Expected \`${missing}\` to be a text`, 400)
    try {
      return jsonResponse(await act(slack, body as Record<Name, string>, body))
    } catch (error) {
      if (error instanceof TypeError) return textResponse(error.message, 400)
      throw error
    }
  }
}

function asText(value: Json | undefined): string | undefined {
  return typeof value === 'string' ? value : undefined
}

async function waitForMessage(slack: Slack, { query }: HttpRequest): Promise<HttpAnswer> {
  const text = query.get('text') ?? ''
  const channel = query.get('channel')?.replace(/^#/, '')
  const matches = (message: InboxMessage): boolean =>
    message.text.includes(text) &&
    (channel === undefined || message.channel === channel || message.channelName === channel)
  const timeoutMs = Math.min(Number(query.get('timeoutMs') ?? 5000) || 0, 60_000)
  try {
    return jsonResponse({ message: await slack.store.waitFor(matches, timeoutMs) })
  } catch (error) {
    return textResponse(error instanceof Error ? error.message : String(error), 408)
  }
}

/** The number of messages in the first event; older ones are in `/_inbox/messages`. */
const maxSnapshot = 2000

/** Server-sent events: a snapshot, then every change. */
function followMessages({ store, workspace }: Slack): HttpAnswer {
  return {
    kind: 'events',
    open(send) {
      const channels = workspace.channels.map(({ id, name }) => ({ id, name }))
      const messages = [...store.all()].slice(-maxSnapshot)
      send(JSON.stringify({ kind: 'snapshot', channels, messages, forgotten: store.dropped }))
      return store.subscribe((event) => {
        send(JSON.stringify(event))
      })
    },
  }
}

function addFault(slack: Slack, request: HttpRequest): HttpAnswer {
  const body = jsonBody(request)
  const fault = body === undefined ? 'Expected a fault as a JSON object' : parseFault(body)
  return typeof fault === 'string'
    ? textResponse(fault, 400)
    : jsonResponse({ id: slack.faults.add(fault).id })
}

function stopFaults(slack: Slack, { query }: HttpRequest): HttpAnswer {
  const id = query.get('id')
  if (id === null) slack.faults.clear()
  else if (!slack.faults.stop(Number(id))) return textResponse('no such fault', 404)
  return jsonResponse({ ok: true })
}

async function advanceClock({ clock }: Slack, request: HttpRequest): Promise<HttpAnswer> {
  const ms = jsonBody(request)?.['advanceMs']
  if (typeof ms !== 'number' || !(ms >= 0))
    return textResponse('Expected `advanceMs` to be a number from 0 up', 400)
  await clock.advance(ms)
  return jsonResponse({ nowMs: clock.now() })
}

function addChannel({ workspace }: Slack, request: HttpRequest): HttpAnswer {
  const { name, isPrivate, isArchived, isMember } = jsonBody(request) ?? {}
  if (typeof name !== 'string' || name === '')
    return textResponse('Expected `name` to be the name of a channel', 400)
  if (workspace.channelByName(name) !== undefined)
    return textResponse('Expected `name` to be new, got that of another channel', 409)
  const channel = workspace.addChannel({
    name,
    isPrivate: isPrivate === true,
    isArchived: isArchived === true,
    isMember: isMember !== false,
  })
  return jsonResponse({ channel: plainChannel(channel) })
}

function plainChannel({ id, name, isPrivate, isArchived, members }: Channel): JsonObject {
  return { id, name, isPrivate, isArchived, members: [...members] }
}

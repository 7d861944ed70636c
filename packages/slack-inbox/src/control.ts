import { jsonReply, textReply } from './answer.ts'
import type { Answer, Call } from './answer.ts'
import { faultFrom } from './fault-from.ts'
import { isObject, parseJson } from './json.ts'
import type { Json, JsonObject } from './json.ts'
import type { InboxMessage } from './message.ts'
import { clear, inChannel } from './slack.ts'
import type { Slack } from './slack.ts'
import { waitForMessage } from './wait-for.ts'
import { followMessages } from './events.ts'

type Action = (slack: Slack, call: Call) => Answer | Promise<Answer>

/** `/_inbox/`: what tests in process get from `Inbox`, for everybody else. */
const actions: ReadonlyMap<string, Action> = new Map<string, Action>([
  [
    'GET /messages',
    (slack, { query }) => reply({ messages: inChannel(slack, query.get('channel')) }),
  ],
  [
    'GET /thread',
    (slack, { query }) => reply({ messages: slack.store.thread(query.get('ts') ?? '') }),
  ],
  ['GET /wait', wait],
  ['GET /requests', (slack) => reply({ requests: slack.log.latest })],
  ['GET /events', (slack) => followMessages(slack)],
  ['GET /faults', (slack) => reply({ faults: slack.faults.active })],
  ['POST /faults', addFault],
  ['DELETE /faults', stopFaults],
  ['GET /clock', (slack) => reply({ nowMs: slack.clock.now() })],
  ['POST /clock', moveClock],
  ['GET /channels', (slack) => reply({ channels: slack.workspace.channels.map(plainChannel) })],
  ['POST /channels', addChannel],
  [
    'POST /clear',
    (slack) => {
      clear(slack)
      return reply({ ok: true })
    },
  ],
])

/** Answers a call to `/_inbox/`. */
export function answerControl(slack: Slack, call: Call): Answer | Promise<Answer> {
  const action = actions.get(`${call.httpMethod} ${call.path.slice('/_inbox'.length)}`)
  return action === undefined ? textReply('not found', 404) : action(slack, call)
}

async function wait(slack: Slack, { query }: Call): Promise<Answer> {
  const text = query.get('text') ?? ''
  const channel = query.get('channel')?.replace(/^#/, '')
  const fits = (message: InboxMessage): boolean =>
    message.text.includes(text) &&
    (channel === undefined || message.channel === channel || message.channelName === channel)
  const timeoutMs = Math.min(Number(query.get('timeoutMs') ?? 5000) || 0, 60_000)
  try {
    return reply({ message: await waitForMessage(slack.store, fits, timeoutMs) })
  } catch (error) {
    return textReply(error instanceof Error ? error.message : String(error), 408)
  }
}

function addFault(slack: Slack, call: Call): Answer {
  const body = parseJson(new TextDecoder().decode(call.body))
  const fault = isObject(body) ? faultFrom(body) : 'Expected a fault as a JSON object'
  return typeof fault === 'string'
    ? textReply(fault, 400)
    : reply({ id: slack.faults.add(fault).id })
}

function stopFaults(slack: Slack, { query }: Call): Answer {
  const id = query.get('id')
  if (id === null) slack.faults.clear()
  else if (!slack.faults.stop(Number(id))) return textReply('no such fault', 404)
  return reply({ ok: true })
}

async function moveClock(slack: Slack, call: Call): Promise<Answer> {
  const ms = bodyOf(call)['advanceMs']
  if (typeof ms !== 'number' || !(ms >= 0))
    return textReply('Expected `advanceMs` to be a number from 0 up', 400)
  await slack.clock.advance(ms)
  return reply({ nowMs: slack.clock.now() })
}

function addChannel(slack: Slack, call: Call): Answer {
  const { name, isPrivate, isArchived, isMember } = bodyOf(call)
  if (typeof name !== 'string' || name === '')
    return textReply('Expected `name` to be the name of a channel', 400)
  if (slack.workspace.channelByName(name) !== undefined)
    return textReply('Expected `name` to be new, got that of another channel', 409)
  const channel = slack.workspace.addChannel({
    name,
    isPrivate: isPrivate === true,
    isArchived: isArchived === true,
    isMember: isMember !== false,
  })
  return reply({ channel: plainChannel(channel) })
}

function plainChannel(channel: Slack['workspace']['channels'][number]): JsonObject {
  const { id, name, isPrivate, isArchived, members } = channel
  return { id, name, isPrivate, isArchived, members: [...members] }
}

function bodyOf(call: Call): JsonObject {
  const body = parseJson(new TextDecoder().decode(call.body))
  return isObject(body) ? body : {}
}

function reply(body: unknown): Answer {
  const json: Json = JSON.parse(JSON.stringify(body))
  return jsonReply(json)
}

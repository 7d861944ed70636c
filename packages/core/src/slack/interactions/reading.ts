import {
  type Failure,
  isFailure,
  type Mark,
  type MarkedMessage,
  type MarkKind,
  type Person,
  type PersonReply,
} from '../../delivery/destination.ts'
import type { ApiFailure } from '../errors.ts'
import { type ApiAnswer, type ApiCalls, listIn, parseRef, refOf } from '../calls.ts'

/** What one call returns at most. */
export const maxMessages = 200

/** What people say with an emoji. */
const kindOfEmoji: ReadonlyMap<unknown, MarkKind> = new Map([
  ['white_check_mark', 'resolve'],
  ['eyes', 'take'],
  ['mute', 'mute'],
  ['no_bell', 'mute'],
])

/** The reactions of people, by one call. A bot that posts in the channel is recognized by that. */
export function* readMarks(
  refs: readonly [string, ...string[]],
  limit: number,
): ApiCalls<readonly MarkedMessage[] | Failure> {
  const { channel } = parseRef(refs[0])
  const oldest = refs.map((ref) => parseRef(ref).ts).reduce((a, b) => (a < b ? a : b))
  const answer = yield {
    method: 'conversations.history',
    args: { channel, oldest, inclusive: true, limit },
  }
  if (isFailure(answer)) return withScope(answer)
  const messages = listIn(answer, 'messages')
  const bots = new Set(messages.filter(isOfBot).map(({ user }) => user))
  return messages.flatMap((message) => {
    const ref = refOf(channel, textOf(message['ts']))
    if (!refs.includes(ref)) return []
    return [{ ref, marks: marksOf(message, bots), lastReply: lastReplyOf(message) }]
  })
}

/** Slack lists some of those who replied: most threads have our own lines only. */
function lastReplyOf(message: ApiAnswer): string | undefined {
  const { user, latest_reply: latest, reply_users: users } = message
  const isOwn = Array.isArray(users) && users.every((each) => each === user)
  return isOwn ? undefined : textOf(latest) || undefined
}

function withScope(failure: ApiFailure): Failure {
  const { needed, reason } = failure
  return needed === undefined ? failure : { ...failure, reason: `${reason}: ${needed}` }
}

/** Slack lists some users of a reaction that many people gave; their number is always right. */
function marksOf(message: ApiAnswer, bots: ReadonlySet<unknown>): readonly Mark[] {
  return listIn(message, 'reactions').flatMap(({ name, users, count }): readonly Mark[] => {
    // A thumb of any color is a thumb.
    const kind = kindOfEmoji.get(textOf(name).split('::')[0])
    if (kind === undefined || !Array.isArray(users)) return []
    const people = users.filter((user) => typeof user === 'string' && !bots.has(user))
    return [{ kind, users: people as string[], isComplete: users.length === count }]
  })
}

/** The replies of people. */
export function* readReplies(
  thread: string,
  after: string | undefined,
): ApiCalls<readonly PersonReply[] | Failure> {
  const { channel, ts } = parseRef(thread)
  const answer = yield {
    method: 'conversations.replies',
    args: { channel, ts, oldest: after ?? ts, limit: maxMessages },
  }
  if (isFailure(answer)) return answer
  return listIn(answer, 'messages').flatMap((message) => {
    const position = textOf(message['ts'])
    const user = textOf(message['user'])
    const isReply = position !== ts && position !== after
    if (!isReply || user === '' || isOfBot(message)) return []
    const at = Math.floor(Number(position) * 1000)
    return [{ position, at, user, text: plainText(textOf(message['text'])) }]
  })
}

function isOfBot(message: ApiAnswer): boolean {
  return textOf(message['bot_id']) !== ''
}

/** What a person typed, of which Slack has made links and escaped characters. */
function plainText(text: string): string {
  return text
    .replaceAll(/<(https?:[^|>]*|mailto:[^|>]*)(?:\|[^>]*)?>/g, '$1')
    .replaceAll(/<[@#!]([^|>]*)(?:\|([^>]*))?>/g, (_all, id: string, label?: string) => label ?? id)
    .replaceAll('&lt;', '<')
    .replaceAll('&gt;', '>')
    .replaceAll('&amp;', '&')
}

/** What Slack says about a person; undefined without the scope that few bots have. */
export function* findPerson(id: string): ApiCalls<Person | undefined | Failure> {
  const answer = yield { method: 'users.info', args: { user: id } }
  if (isFailure(answer)) return answer.reason === 'missing_scope' ? undefined : answer
  const user = (answer['user'] ?? {}) as ApiAnswer
  return {
    name: textOf(user['name']) || undefined,
    isBot: user['is_bot'] === true,
    isGuest: ['is_restricted', 'is_ultra_restricted', 'is_stranger'].some(
      (name) => user[name] === true,
    ),
  }
}

export function* listMembers(group: string): ApiCalls<readonly string[] | Failure> {
  const answer = yield { method: 'usergroups.users.list', args: { usergroup: group } }
  if (isFailure(answer)) return answer
  const { users } = answer
  return Array.isArray(users) ? users.filter((user) => typeof user === 'string') : []
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

import { resolveSocketMode } from '#load-web-api'
import type { ChatUpdateArguments } from '@slack/web-api'
import {
  type ActionsPort,
  type Failure,
  isFailure,
  type SendOptions,
} from '../../delivery/destination.ts'
import type { Clock } from '../../environment.ts'
import { answerTooLong, heedsProxyVariables, type HttpPost } from '../../http.ts'
import { isLoopbackAddress } from '../../options/target.ts'
import { type ApiAnswer, type ApiCalls, listIn, parseRef } from '../calls.ts'
import { classifyHttp } from '../errors.ts'
import { kindOfAction } from './parse-interaction.ts'
import { findPerson, listMembers, maxMessages, readMarks, readReplies } from './reading.ts'
import { SocketMode } from './socket-mode.ts'
import type { SocketModeData } from './socket-mode-worker.ts'

export interface SlackActionsPortDeps {
  /** Makes calls of the Web API. */
  readonly run: <Result>(calls: ApiCalls<Result>, options: SendOptions) => Promise<Result>
  readonly post: HttpPost
  readonly clock: Clock
  /** The connection of Socket Mode; `undefined` without an app-level token. */
  readonly socketMode: SocketModeData | undefined
}

const minMessages = 25

/** How people act in Slack: by reactions and replies, which are read, and by buttons. */
export function createActionsPort({
  run,
  post,
  clock,
  socketMode,
}: SlackActionsPortDeps): ActionsPort {
  let limit = maxMessages
  return {
    async readMarks(refs, options) {
      const marks = await run(readMarks(refs, limit), options)
      // Large messages make a large answer. The next one has fewer.
      if (isFailure(marks) && marks.reason === answerTooLong)
        limit = Math.max(minMessages, Math.floor(limit / 2))
      return marks
    },
    readReplies: (thread, { after, signal }) => run(readReplies(thread, after), { signal }),
    person: (user, options) => run(findPerson(user), options),
    members: (group, options) => run(listMembers(group), options),
    removeButtons: (ref, options) => run(removeButtons(ref), options),
    answer: (responseUrl, text, { signal }) => respond({ post, responseUrl, text, signal }),
    ...(socketMode !== undefined && {
      connect: (receiver) => new SocketMode({ ...socketMode, clock, receiver }),
    }),
  }
}

/** Edits a message as Slack has it, since nobody knows any more what it is about. */
function* removeButtons(ref: string): ApiCalls<Failure | undefined> {
  const { channel, ts } = parseRef(ref)
  const found = yield {
    method: 'conversations.history',
    args: { channel, latest: ts, oldest: ts, inclusive: true, limit: 1 },
  }
  if (isFailure(found)) return found
  const message = listIn(found, 'messages').find((each) => each['ts'] === ts) ?? {}
  const blocks = listIn(message, 'blocks').filter(hasNoButtons)
  if (blocks.length === listIn(message, 'blocks').length) return undefined
  // Slack adds to an attachment what it does not take.
  const attachments = listIn(message, 'attachments').map(({ color, fallback, blocks: inner }) => ({
    color,
    fallback,
    blocks: inner,
  }))
  const args = { channel, ts, text: message['text'], blocks, attachments }
  const answer = yield { method: 'chat.update', args: args as unknown as ChatUpdateArguments }
  return isFailure(answer) ? answer : undefined
}

function hasNoButtons(block: ApiAnswer): boolean {
  return listIn(block, 'elements').every(
    ({ action_id: id }) => typeof id !== 'string' || kindOfAction(id) === undefined,
  )
}

/** Shows a text to the person who clicked. A click in a channel that the person has left is answered nowhere. */
export async function respond(given: {
  readonly post: HttpPost
  readonly responseUrl: string
  readonly text: string
  readonly signal: AbortSignal
}): Promise<Failure | undefined> {
  const { post, responseUrl, text, signal } = given
  const isSafe = responseUrl.startsWith('https:') || isLoopbackAddress(responseUrl)
  if (!isSafe) return undefined
  const answer = await post(
    {
      url: responseUrl,
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ response_type: 'ephemeral', replace_original: false, text }),
    },
    { signal },
  )
  const result = classifyHttp(answer, Date.now())
  return isFailure(result) ? result : undefined
}

/**
 * What the connection of Socket Mode needs.
 *
 * @throws TypeError without the package
 */
export function prepareSocketMode(
  appToken: string | undefined,
  { slackApiUrl, proxy }: { readonly slackApiUrl: string; readonly proxy: string | undefined },
): SocketModeData | undefined {
  if (appToken === undefined) return undefined
  const client = resolveSocketMode()
  if (client === undefined)
    throw new TypeError(
      'Expected the package `@slack/socket-mode` to be installed for `appToken`: npm install @slack/socket-mode',
    )
  return { client, appToken, slackApiUrl, proxy: proxy ?? heedsProxyVariables() }
}

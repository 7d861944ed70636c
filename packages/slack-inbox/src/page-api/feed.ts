import type { Answer } from '../answer.ts'
import type { InboxFile, InboxMessage } from '../message.ts'
import type { StoreEvent } from '../message-store.ts'
import type { Slack } from '../slack.ts'
import { team } from '../workspace.ts'
import { hints } from './hints.ts'

/** A message as the page lists it: what is large and rarely looked at comes when it is asked for. */
export interface PageMessage extends Omit<InboxMessage, 'history' | 'files'> {
  readonly files: readonly Omit<InboxFile, 'content'>[]
  /** What Slack accepts and a reader may not. */
  readonly hints: readonly string[]
}

/** Whom and what messages name. */
export interface PageWorkspace {
  readonly name: string
  readonly channels: readonly PageChannel[]
  readonly users: readonly { readonly id: string; readonly name: string }[]
  readonly userGroups: readonly { readonly id: string; readonly handle: string }[]
}

/** A channel, or the direct messages with one person. */
export interface PageChannel {
  readonly id: string
  readonly name: string
  readonly isPrivate: boolean
  readonly isDirect: boolean
}

/** What the page hears: everything once, then every change. */
export type FeedEvent =
  | {
      readonly kind: 'hello'
      readonly workspace: PageWorkspace
      /** How many messages are older than the ones that follow. */
      readonly earlier: number
    }
  | { readonly kind: 'messages'; readonly messages: readonly PageMessage[] }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'posted' | 'edited'
      readonly message: PageMessage
      /** Set where the page may not know it yet. */
      readonly channel: PageChannel | undefined
    }
  | { readonly kind: 'deleted'; readonly ts: string }
  | { readonly kind: 'cleared' }

/** As many messages as the page gets at first; older ones when it asks. */
export const maxFirstMessages = 10_000

/** So many at a time: requests that come meanwhile need not wait for all of them. */
const batchSize = 200

/** Server-sent events for the page. */
export function followPage(slack: Slack): Answer {
  return {
    kind: 'events',
    open(send) {
      const tell = (event: FeedEvent): void => {
        send(JSON.stringify(event))
      }
      const ids = [...slack.store.all()].slice(-maxFirstMessages).map(({ ts }) => ts)
      tell({
        kind: 'hello',
        workspace: pageWorkspace(slack),
        earlier: slack.store.size - ids.length,
      })
      const stopBatches = sendBatches(ids, slack, tell)
      const stopChanges = slack.store.subscribe((event) => {
        tell(change(event, slack))
      })
      return () => {
        stopBatches()
        stopChanges()
      }
    },
  }
}

/** Sends each message as it is when its turn comes, so that a change told before is not undone. */
function sendBatches(
  ids: readonly string[],
  slack: Slack,
  tell: (event: FeedEvent) => void,
): () => void {
  let isStopped = false
  const sendFrom = (start: number): void => {
    if (isStopped) return
    const messages = ids
      .slice(start, start + batchSize)
      .map((ts) => slack.store.find(ts))
      .filter((message) => message !== undefined)
    if (messages.length > 0) tell({ kind: 'messages', messages: messages.map(pageMessage) })
    if (start + batchSize >= ids.length) tell({ kind: 'ready' })
    else setImmediate(sendFrom, start + batchSize)
  }
  sendFrom(0)
  return () => {
    isStopped = true
  }
}

/** A message without what is large. */
export function pageMessage(message: InboxMessage): PageMessage {
  const { history: _history, files, ...rest } = message
  return {
    ...rest,
    files: files.map(({ id, name, title, bytes }) => ({ id, name, title, bytes })),
    hints: hints(message),
  }
}

function change({ kind, message }: StoreEvent, slack: Slack): FeedEvent {
  if (message === undefined || kind === 'cleared') return { kind: 'cleared' }
  if (kind === 'deleted') return { kind, ts: message.ts }
  const channel = slack.workspace.channelById(message.channel)
  return {
    kind,
    message: pageMessage(message),
    channel: channel === undefined ? undefined : pageChannel(channel),
  }
}

function pageWorkspace({ workspace }: Slack): PageWorkspace {
  return {
    name: team.name,
    channels: workspace.channels.map(pageChannel),
    users: [...workspace.users.values()].map(({ id, name }) => ({ id, name })),
    userGroups: [...workspace.userGroups.values()].map(({ id, handle }) => ({ id, handle })),
  }
}

function pageChannel(channel: Slack['workspace']['channels'][number]): PageChannel {
  const { id, name, isPrivate, directUser } = channel
  return { id, name, isPrivate, isDirect: directUser !== undefined }
}

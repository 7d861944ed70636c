import type { HttpAnswer } from '../http/answer.ts'
import type { Slack } from '../slack.ts'
import type { StoreEvent } from '../workspace/message-store.ts'
import type { InboxFile, InboxMessage } from '../workspace/message.ts'
import { app, type Channel, team } from '../workspace/workspace.ts'
import { hints } from './hints.ts'

/** A message as the page lists it. The page requests large, rarely needed parts separately. */
export interface PageMessage extends Omit<InboxMessage, 'history' | 'files'> {
  readonly files: readonly Omit<InboxFile, 'content'>[]
  /** Advice about the message: {@link hints}. */
  readonly hints: readonly string[]
}

/** What messages can refer to. */
export interface PageWorkspace {
  readonly name: string
  readonly channels: readonly PageChannel[]
  readonly users: readonly {
    readonly id: string
    readonly name: string
    readonly isBot: boolean
  }[]
  readonly userGroups: readonly { readonly id: string; readonly handle: string }[]
}

/** A channel, or the direct messages with one person. */
export interface PageChannel {
  readonly id: string
  readonly name: string
  readonly isPrivate: boolean
  readonly isDirect: boolean
}

/** An event for the page: at first the whole state, then every change. */
export type FeedEvent =
  | {
      readonly kind: 'hello'
      readonly workspace: PageWorkspace
      /** How many messages are older than the ones in the following events. */
      readonly earlier: number
    }
  | { readonly kind: 'messages'; readonly messages: readonly PageMessage[] }
  | { readonly kind: 'ready' }
  | {
      readonly kind: 'posted' | 'edited'
      readonly message: PageMessage
      /** The page may not know it yet. */
      readonly channel: PageChannel | undefined
    }
  | { readonly kind: 'deleted'; readonly ts: string }
  | { readonly kind: 'cleared' }

/** How many messages the page receives at first; it requests older ones. */
export const maxFirstMessages = 10_000

/** Messages per event. The event loop handles other requests between two events. */
const batchSize = 200

export function followPage(slack: Slack): HttpAnswer {
  return {
    kind: 'events',
    open(send) {
      const emit = (event: FeedEvent): void => {
        send(JSON.stringify(event))
      }
      const ids = [...slack.store.all()].slice(-maxFirstMessages).map(({ ts }) => ts)
      emit({
        kind: 'hello',
        workspace: pageWorkspace(slack),
        earlier: slack.store.size - ids.length,
      })
      const stopBatches = sendBatches(ids, slack, emit)
      const stopChanges = slack.store.subscribe((event) => {
        emit(change(event, slack))
      })
      return () => {
        stopBatches()
        stopChanges()
      }
    },
  }
}

/** Reads each message when its batch is sent, so that the batch does not undo a change sent before it. */
function sendBatches(
  ids: readonly string[],
  slack: Slack,
  emit: (event: FeedEvent) => void,
): () => void {
  let isStopped = false
  const sendFrom = (start: number): void => {
    if (isStopped) return
    const messages = ids
      .slice(start, start + batchSize)
      .map((ts) => slack.store.find(ts))
      .filter((message) => message !== undefined)
    if (messages.length > 0) emit({ kind: 'messages', messages: messages.map(pageMessage) })
    if (start + batchSize >= ids.length) emit({ kind: 'ready' })
    else setImmediate(sendFrom, start + batchSize)
  }
  sendFrom(0)
  return () => {
    isStopped = true
  }
}

/** A message without its large parts. */
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
    users: [...workspace.users.values()].map(({ id, name }) => ({
      id,
      name,
      isBot: id === app.botUserId,
    })),
    userGroups: [...workspace.userGroups.values()].map(({ id, handle }) => ({ id, handle })),
  }
}

function pageChannel({ id, name, isPrivate, directUser }: Channel): PageChannel {
  return { id, name, isPrivate, isDirect: directUser !== undefined }
}

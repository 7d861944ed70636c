import type {
  FeedEvent,
  PageChannel,
  PageMessage,
  PageWorkspace,
} from '../../../src/page-api/feed.ts'
import { insertInOrder, without } from './ordered-list.ts'

export type { PageChannel, PageMessage, PageWorkspace }

/** Everything the page knows. Lists hold `ts` in order, which is the order of time. */
export interface InboxState {
  readonly workspace: PageWorkspace
  readonly messages: ReadonlyMap<string, PageMessage>
  /** By channel: what is shown there, which is roots and broadcast replies. */
  readonly shown: ReadonlyMap<string, readonly string[]>
  /** By root: the replies in its thread. */
  readonly replies: ReadonlyMap<string, readonly string[]>
  /** By channel: how many messages came since it was last looked at. */
  readonly unread: ReadonlyMap<string, number>
  /** How many older messages the inbox has and the page has not asked for. */
  readonly earlier: number
  /** Whether everything there was at the start has come. */
  readonly isReady: boolean
  /** The message that came last, for those who do not see it come. */
  readonly latest: PageMessage | undefined
}

/** What the page knows before the inbox has said anything. */
export const emptyState: InboxState = {
  workspace: { name: 'Slack inbox', channels: [], users: [], userGroups: [] },
  messages: new Map(),
  shown: new Map(),
  replies: new Map(),
  unread: new Map(),
  earlier: 0,
  isReady: false,
  latest: undefined,
}

/** The state after `events`, which came while `channel` was looked at. Unchanged parts stay the same objects. */
export function applyEvents(
  state: InboxState,
  events: readonly FeedEvent[],
  channel: string | undefined,
): InboxState {
  const draft = new Draft(state, channel)
  for (const event of events) draft.apply(event)
  return draft.state
}

/** The state with older messages. */
export function addEarlier(
  state: InboxState,
  messages: readonly PageMessage[],
  earlier: number,
): InboxState {
  const draft = new Draft(state, undefined)
  for (const message of messages) draft.put(message)
  return { ...draft.state, earlier }
}

/** A state under change: each map and list is copied once, however many events there are. */
class Draft {
  state: InboxState
  readonly #channel: string | undefined
  readonly #fresh = new Set<object>()

  constructor(state: InboxState, channel: string | undefined) {
    this.state = state
    this.#channel = channel
  }

  apply(event: FeedEvent): void {
    switch (event.kind) {
      case 'hello':
        this.state = { ...emptyState, workspace: event.workspace, earlier: event.earlier }
        break
      case 'messages':
        for (const message of event.messages) this.put(message)
        break
      case 'ready':
        this.state = { ...this.state, isReady: true }
        break
      case 'posted':
        this.#know(event.channel)
        this.put(event.message)
        this.#arrived(event.message)
        break
      case 'edited':
        this.put(event.message)
        break
      case 'deleted':
        this.#delete(event.ts)
        break
      case 'cleared':
        this.state = { ...emptyState, workspace: this.state.workspace, isReady: true }
        break
      default:
        event satisfies never
    }
  }

  put(message: PageMessage): void {
    this.#map('messages').set(message.ts, message)
    const { channel, ts, threadTs } = message
    if (!message.isReply || message.isBroadcast) insertInOrder(this.#list('shown', channel), ts)
    if (message.isReply && threadTs !== undefined)
      insertInOrder(this.#list('replies', threadTs), ts)
  }

  #delete(ts: string): void {
    const message = this.state.messages.get(ts)
    if (message === undefined) return
    this.#map('messages').delete(ts)
    this.#drop('shown', message.channel, ts)
    if (message.threadTs !== undefined) this.#drop('replies', message.threadTs, ts)
  }

  #know(channel: PageChannel | undefined): void {
    const { workspace } = this.state
    if (channel === undefined || workspace.channels.some(({ id }) => id === channel.id)) return
    const channels = [...workspace.channels, channel]
    this.state = { ...this.state, workspace: { ...workspace, channels } }
  }

  #arrived(message: PageMessage): void {
    this.state = { ...this.state, latest: message }
    const { channel } = message
    if (channel === this.#channel || (message.isReply && !message.isBroadcast)) return
    const unread = this.#map('unread')
    unread.set(channel, (unread.get(channel) ?? 0) + 1)
  }

  #map<Name extends 'messages' | 'shown' | 'replies' | 'unread'>(name: Name): MapOf<Name> {
    const current = this.state[name]
    if (this.#fresh.has(current)) return current as MapOf<Name>
    const copy = new Map(current as ReadonlyMap<string, unknown>) as MapOf<Name>
    this.#fresh.add(copy)
    this.state = { ...this.state, [name]: copy }
    return copy
  }

  #list(name: 'shown' | 'replies', key: string): string[] {
    const map = this.#map(name)
    const current = map.get(key)
    if (current !== undefined && this.#fresh.has(current)) return current as string[]
    const copy = [...(current ?? [])]
    this.#fresh.add(copy)
    map.set(key, copy)
    return copy
  }

  #drop(name: 'shown' | 'replies', key: string, ts: string): void {
    const left = without(this.#list(name, key), ts)
    this.#fresh.add(left)
    if (left.length > 0) this.#map(name).set(key, left)
    else this.#map(name).delete(key)
  }
}

type MapOf<Name extends keyof InboxState> =
  InboxState[Name] extends ReadonlyMap<infer Key, infer Value> ? Map<Key, Value> : never

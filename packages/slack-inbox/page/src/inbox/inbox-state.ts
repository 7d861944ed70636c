import type {
  FeedEvent,
  PageChannel,
  PageMessage,
  PageWorkspace,
} from '../../../src/inbox-api/feed.ts'

export type { PageChannel, PageMessage, PageWorkspace }

/** The state of the inbox, as far as the page has loaded it. Lists contain `ts` in chronological order. */
export interface InboxState {
  readonly workspace: PageWorkspace
  readonly messages: ReadonlyMap<string, PageMessage>
  /** By channel: the messages it shows, which are roots and broadcast replies. */
  readonly shown: ReadonlyMap<string, readonly string[]>
  /** By root: the replies in its thread. */
  readonly replies: ReadonlyMap<string, readonly string[]>
  /** By channel: how many messages arrived since it was last shown. */
  readonly unread: ReadonlyMap<string, number>
  /** How many older messages the inbox has and the page has not loaded. */
  readonly earlier: number
  /** Whether the messages of the first load have all arrived. */
  readonly isReady: boolean
  /** The newest message, for screen readers. */
  readonly latest: PageMessage | undefined
}

/** The state before the first event. */
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

/** The state after `events`, while `channel` is shown. Unchanged parts stay the same objects. */
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

/** A state that is being changed: each map and list is copied once, however many events there are. */
class Draft {
  state: InboxState
  readonly #visibleChannel: string | undefined
  readonly #fresh = new Set<object>()

  constructor(state: InboxState, channel: string | undefined) {
    this.state = state
    this.#visibleChannel = channel
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
        this.#addChannel(event.channel)
        this.put(event.message)
        this.#countArrival(event.message)
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

  #addChannel(channel: PageChannel | undefined): void {
    const { workspace } = this.state
    if (channel === undefined || workspace.channels.some(({ id }) => id === channel.id)) return
    const channels = [...workspace.channels, channel]
    this.state = { ...this.state, workspace: { ...workspace, channels } }
  }

  #countArrival(message: PageMessage): void {
    this.state = { ...this.state, latest: message }
    const { channel } = message
    if (channel === this.#visibleChannel || (message.isReply && !message.isBroadcast)) return
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

/** Inserts `ts` in order, unless it is there. Nearly always that is at the end. */
function insertInOrder(list: string[], ts: string): void {
  const last = list.at(-1)
  if (last === undefined || last < ts) {
    list.push(ts)
    return
  }
  const at = insertionIndex(list, ts)
  if (list[at] !== ts) list.splice(at, 0, ts)
}

function without(list: readonly string[], ts: string): string[] {
  return list.filter((each) => each !== ts)
}

function insertionIndex(list: readonly string[], ts: string): number {
  let low = 0
  let high = list.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((list[middle] ?? '') < ts) low = middle + 1
    else high = middle
  }
  return low
}

import { createContext, use, useSyncExternalStore } from 'react'
import type { FeedEvent } from '../../../src/inbox-api/feed.ts'
import { addEarlier, applyEvents, emptyState } from './inbox-state.ts'
import type { InboxState, PageMessage } from './inbox-state.ts'

/** The state of the connection to the inbox. */
export type Connection = 'connecting' | 'live' | 'lost'

/** What components subscribe to. */
export interface Snapshot {
  readonly state: InboxState
  readonly connection: Connection
}

/** Holds the state and notifies listeners at most once a frame, however fast messages arrive. */
export class InboxStore {
  #snapshot: Snapshot = { state: emptyState, connection: 'connecting' }
  #events: FeedEvent[] = []
  #visibleChannel: string | undefined
  #isScheduled = false
  readonly #listeners = new Set<() => void>()

  readonly subscribe = (listener: () => void): (() => void) => {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  readonly snapshot = (): Snapshot => this.#snapshot

  push(event: FeedEvent): void {
    this.#events.push(event)
    if (this.#isScheduled) return
    this.#isScheduled = true
    // Hidden tabs get no frames, but events must not pile up there.
    if (document.hidden) setTimeout(() => this.#applyEvents(), 250)
    else requestAnimationFrame(() => this.#applyEvents())
  }

  setConnection(connection: Connection): void {
    this.#set({ ...this.#snapshot, connection })
  }

  /** Sets the channel that is shown: nothing in it is unread. */
  setVisibleChannel(channel: string | undefined): void {
    this.#visibleChannel = channel
    const { state } = this.#snapshot
    if (channel === undefined || !state.unread.has(channel)) return
    const unread = new Map(state.unread)
    unread.delete(channel)
    this.#set({ ...this.#snapshot, state: { ...state, unread } })
  }

  addEarlier(messages: readonly PageMessage[], earlier: number): void {
    this.#set({ ...this.#snapshot, state: addEarlier(this.#snapshot.state, messages, earlier) })
  }

  #applyEvents(): void {
    this.#isScheduled = false
    const events = this.#events
    this.#events = []
    const channel = document.hidden ? undefined : this.#visibleChannel
    this.#set({ ...this.#snapshot, state: applyEvents(this.#snapshot.state, events, channel) })
  }

  #set(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    for (const listener of this.#listeners) listener()
  }
}

/** The one store of the page. */
export const StoreContext = createContext(new InboxStore())

/** The current state; the component renders again when it changes. */
export function useInbox(): Snapshot {
  const store = use(StoreContext)
  return useSyncExternalStore(store.subscribe, store.snapshot)
}

const retryMs = 2000

/** Feeds the inbox's events into `store` until the returned function is called. The browser reconnects by itself. */
export function followFeed(store: InboxStore): () => void {
  const source = new EventSource('/_inbox/page/feed')
  source.addEventListener('open', () => {
    store.setConnection('live')
  })
  source.addEventListener('error', () => {
    store.setConnection('lost')
    // The browser gives up on a response that is no event stream, which the inbox may send while it starts.
    if (source.readyState === EventSource.CLOSED) retry()
  })
  source.addEventListener('message', (message: MessageEvent<string>) => {
    const event: FeedEvent = JSON.parse(message.data)
    store.push(event)
  })
  let stop = (): void => {
    source.close()
  }
  const retry = (): void => {
    const timer = setTimeout(() => {
      stop = followFeed(store)
    }, retryMs)
    stop = () => {
      clearTimeout(timer)
    }
  }
  return () => {
    stop()
  }
}

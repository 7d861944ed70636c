import type { FeedEvent } from '../../../src/page-api/feed.ts'
import { addEarlier, applyEvents, emptyState } from './inbox-state.ts'
import type { InboxState, PageMessage } from './inbox-state.ts'

/** Whether the inbox can be heard. */
export type Connection = 'connecting' | 'live' | 'lost'

/** What components subscribe to. */
export interface Snapshot {
  readonly state: InboxState
  readonly connection: Connection
}

/** Holds the state and tells listeners at most once a frame, however fast messages come. */
export class InboxStore {
  #snapshot: Snapshot = { state: emptyState, connection: 'connecting' }
  #events: FeedEvent[] = []
  #channel: string | undefined
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
    // Hidden tabs get no frames, and events must not pile up there.
    if (document.hidden) setTimeout(() => this.#take(), 250)
    else requestAnimationFrame(() => this.#take())
  }

  setConnection(connection: Connection): void {
    this.#set({ ...this.#snapshot, connection })
  }

  /** The channel that is looked at: nothing there is unread. */
  look(channel: string | undefined): void {
    this.#channel = channel
    const { state } = this.#snapshot
    if (channel === undefined || !state.unread.has(channel)) return
    const unread = new Map(state.unread)
    unread.delete(channel)
    this.#set({ ...this.#snapshot, state: { ...state, unread } })
  }

  addEarlier(messages: readonly PageMessage[], earlier: number): void {
    this.#set({ ...this.#snapshot, state: addEarlier(this.#snapshot.state, messages, earlier) })
  }

  #take(): void {
    this.#isScheduled = false
    const events = this.#events
    this.#events = []
    const channel = document.hidden ? undefined : this.#channel
    this.#set({ ...this.#snapshot, state: applyEvents(this.#snapshot.state, events, channel) })
  }

  #set(snapshot: Snapshot): void {
    this.#snapshot = snapshot
    for (const listener of this.#listeners) listener()
  }
}

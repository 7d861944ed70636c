import { TokenBucket } from '../clock.ts'
import type { Incident } from '../incident/incident.ts'
import type { Storm } from '../incident/storm.ts'
import type { Notification } from '../notification/notification.ts'
import type { Attempted } from './attempt.ts'
import type { Line } from './thread.ts'
import type {
  Destination,
  Detail,
  Edit,
  FileRemedy,
  Post,
  PostedAs,
  Upload,
} from './destination.ts'

/** How long a channel that refuses messages is paused at first and at most, in milliseconds. */
const pause = { firstMs: 60_000, maxMs: 1_800_000 }

/** The deliveries that wait for one channel, most urgent first, and when the channel takes the next one. */
export class ChannelQueue {
  readonly channel: string
  readonly bucket: TokenBucket
  /** Nothing may be sent earlier, in milliseconds since 1970. */
  blockedUntil = 0
  running: Promise<void> | undefined
  inFlight: Queued | undefined
  /** Sorted by {@link compareQueued}. */
  #queued: Queued[] = []
  #wake = new AbortController()
  /** In milliseconds; 0 while the channel takes messages. */
  #pausedForMs = 0

  constructor(channel: string, pace: Destination['pace'], now: number) {
    this.channel = channel
    this.bucket = new TokenBucket(pace, now)
  }

  get size(): number {
    return this.#queued.length
  }

  get queued(): readonly Queued[] {
    return this.#queued
  }

  /** Whether it takes messages, and all that waits are edits and what is retried later. */
  isCalm(now: number): boolean {
    if (this.inFlight !== undefined || this.blockedUntil > now) return false
    return this.#queued.every((queued) => isEdit(queued) || queued.notBefore > now)
  }

  /** Inserts a delivery in its order, which for one that returns is its earlier place. */
  add(queued: Queued): void {
    const before = this.#queued.findLastIndex((other) => compareQueued(other, queued) <= 0)
    this.#queued.splice(before + 1, 0, queued)
    this.wake()
  }

  /**
   * Puts the delivery in flight back, where its answer can no longer be received. It may have been accepted, or still be.
   *
   * @returns whether it has to be looked up
   */
  reclaim(notBefore: number): boolean {
    const queued = this.inFlight
    this.inFlight = undefined
    if (queued === undefined) return false
    if (queued.isTransmitted) {
      queued.unanswered += 1
      queued.notBefore = Math.max(queued.notBefore, notBefore)
    }
    this.add(queued)
    return queued.unanswered > 0
  }

  /** Takes out the most urgent delivery that may be sent now. */
  take(now: number, editsFrom: number): Queued | undefined {
    const index = this.#queued.findIndex((each) => this.#readyAt(each, now, editsFrom) <= now)
    return index === -1 ? undefined : this.#queued.splice(index, 1)[0]
  }

  /** Takes out all deliveries that match, most urgent first. */
  takeWhere(matches: (queued: Queued) => boolean): readonly Queued[] {
    const taken: Queued[] = []
    const left: Queued[] = []
    for (const queued of this.#queued) (matches(queued) ? taken : left).push(queued)
    this.#queued = left
    return taken
  }

  /** When the first delivery may be sent, in milliseconds since 1970. */
  readyAt(now: number, editsFrom: number): number {
    return Math.min(...this.#queued.map((each) => this.#readyAt(each, now, editsFrom)))
  }

  /** The channel refused a message: nothing is sent for a while, longer each time. */
  pause(now: number): void {
    this.#pausedForMs = Math.min(Math.max(this.#pausedForMs * 2, pause.firstMs), pause.maxMs)
    this.blockedUntil = now + this.#pausedForMs
  }

  get isPaused(): boolean {
    return this.#pausedForMs > 0
  }

  /** The channel took a message. */
  resume(): void {
    this.#pausedForMs = 0
  }

  /** Ends a wait on {@link ChannelQueue.sleep}. */
  wake(): void {
    // Without a reason, each call would create an exception with a stack.
    this.#wake.abort('something changed')
  }

  /** Fires when something changed that may let the queue continue earlier. */
  sleep(): AbortSignal {
    this.#wake = new AbortController()
    return this.#wake.signal
  }

  #readyAt(queued: Queued, now: number, editsFrom: number): number {
    const paceAt = isEdit(queued) ? editsFrom : now + this.bucket.waitMs(now)
    return Math.max(queued.notBefore, this.blockedUntil, paceAt)
  }
}

/** What is sent first when several deliveries wait for one channel, most urgent first; `action` is an edit after a person acted. */
const priorities = { fatal: 0, new: 1, milestone: 2, action: 3, thread: 4, edit: 5 } as const

/** A name of {@link priorities}. */
export type Priority = keyof typeof priorities

/** A request before its notification is rendered for the destination. */
export type Draft = Unrendered<Post> | Unrendered<Edit> | Upload | Check

/** A post of an earlier process, to be looked up and not to be sent. */
export interface Check extends PostedAs {
  readonly kind: 'check'
}

type Unrendered<Request> = Omit<Request, 'message'> & {
  readonly notification: Notification
  /** The unsent alerts that it shows. */
  readonly names: readonly NamedAlert[]
  /** The storm of which it is the root. */
  readonly storm?: Storm | undefined
}

/** An alert that a message shows. */
export interface NamedAlert {
  readonly incident: Incident
  /** The alert, counted from 1. */
  readonly alert: number
}

/** The latest alerts of incidents. */
export function nameAlerts(incidents: readonly Incident[]): readonly NamedAlert[] {
  return incidents.map((incident) => ({ incident, alert: incident.alerts.decided }))
}

/** Whether people miss something without it, other than a detail of what they see. */
export function isAlert({ priority }: Delivery): boolean {
  return priority === 'fatal' || priority === 'new' || priority === 'milestone'
}

/** One request to a destination, drafted right before it is sent. */
export interface Delivery {
  readonly channel: string
  readonly priority: Priority
  /**
   * The request as things are now; `undefined` if there is nothing left to send.
   *
   * @param notices returns what the reader must know about earlier messages; it counts as shown once this is sent
   */
  draft(notices: () => readonly string[]): Draft | undefined
  /** The id under which an earlier process posted it. @default an id of its own */
  readonly id?: string
  /** How many posts of earlier processes may have shown what it shows. @default 0 */
  readonly unanswered?: number
  /** When the last one was sent, in milliseconds since 1970: it may still be accepted. */
  readonly triedAt?: number | undefined
  /** A line for each alert, where there is no time to send it. Left out by replies and edits. */
  summarize?(): readonly Line[]
  /** Called when the destination rate-limited this; it is sent again without further action. */
  limited?(afterMs: number): void
  /** Called once, when there will be no further attempt. */
  settle(outcome: Outcome): void
}

/** The final result of a delivery. */
export type Outcome =
  | Sent
  | Skipped
  /** A line of a summary replaced it. */
  | { readonly status: 'summarized' }
  /** The edit or the thread is refused for good. */
  | { readonly status: 'repost'; readonly reason: string; readonly isContinued?: boolean }
  | GaveUp

export interface Sent {
  readonly status: 'sent'
  readonly ref: string
  /** Whether it was found, as an earlier process sent it: it shows what was known then. */
  readonly isEarlier?: boolean
}

/** There was nothing left to send. */
export interface Skipped {
  readonly status: 'skipped'
  /** For a look-up: whether the post is certain not to be there. */
  readonly isAbsent?: boolean
}

export interface GaveUp {
  readonly status: 'gaveUp'
  readonly reason: string
  /** Whether only this process makes no further attempt. */
  readonly isLeft?: boolean
  readonly remedy?: FileRemedy
}

/** A delivery in a queue, with its attempts so far. */
export interface Queued {
  readonly delivery: Delivery
  /** Identifies a post, so that it is found when its answer was lost. */
  readonly id: string
  /** Its place among those of the same priority. */
  readonly order: number
  detail: Detail
  /** Attempts that failed, without those that were refused or rate-limited. */
  failures: number
  /** In milliseconds since 1970. */
  firstTriedAt: number | undefined
  /** It may not be sent earlier, in milliseconds since 1970. */
  notBefore: number
  /** What the latest attempt sent. */
  latest: Attempted | undefined
  /** The alerts that it shows, and the storm of which it is the root. */
  named: readonly NamedAlert[]
  storm: Storm | undefined
  /** Whether the latest request was a look-up, whose rate limit is not that of messages. */
  isLookUp: boolean
  /** Whether the latest attempt may have reached the network. */
  isTransmitted: boolean
  /** How often it may have been accepted, as far as it could not be looked up. */
  unanswered: number
}

/** What a process sent that died meanwhile is accepted within this time or not at all, in milliseconds. */
const acceptedWithinMs = 1000

/** A delivery before its first attempt. */
export function enqueue(
  delivery: Delivery,
  { now, ...place }: { readonly id: string; readonly order: number; readonly now: number },
): Queued {
  const { triedAt = Number.NEGATIVE_INFINITY } = delivery
  return {
    delivery,
    ...place,
    ...(delivery.id !== undefined && { id: delivery.id }),
    detail: 'full',
    failures: 0,
    firstTriedAt: undefined,
    // Clocks of hosts differ.
    notBefore: Math.min(triedAt, now) + acceptedWithinMs,
    latest: undefined,
    named: [],
    storm: undefined,
    isLookUp: false,
    isTransmitted: false,
    unanswered: delivery.unanswered ?? 0,
  }
}

/** After so many failures others of the same priority go first: the delivery itself may be the reason. */
const maxFirst = 3

/** Whether others are not delayed by this one. */
export function isOvertaken({ failures }: Queued): boolean {
  return failures > maxFirst
}

/** Less than 0 if `a` is sent before `b`. */
export function compareQueued(a: Queued, b: Queued): number {
  return (
    priorities[a.delivery.priority] - priorities[b.delivery.priority] ||
    Number(isOvertaken(a)) - Number(isOvertaken(b)) ||
    a.order - b.order
  )
}

/** Edits have a rate limit of their own, across channels, and none of the channel's. */
export function isEdit({ delivery }: Queued): boolean {
  return delivery.priority === 'edit' || delivery.priority === 'action'
}

/** Whether it is the first message about something, before which an earlier process's message is looked for. */
export function isNewRoot({ delivery }: Queued): boolean {
  const { priority } = delivery
  return delivery.summarize !== undefined && (priority === 'fatal' || priority === 'new')
}

import type { StormMember } from '../slack/blocks/storm.ts'
import type { Detail } from '../slack/message.ts'
import type { Arrived, SendRequest } from './destination.ts'

/** What goes first when several things wait for one channel, most urgent first. */
export const priorities = { fatal: 0, new: 1, milestone: 2, thread: 3, edit: 4 } as const

/** A name of {@link priorities}. */
export type Priority = keyof typeof priorities

/** One thing to do in Slack, rendered when its turn comes. */
export interface Delivery {
  readonly channel: string
  readonly priority: Priority
  /**
   * The request as things stand now; `undefined` if there is nothing left to say.
   *
   * @param notices gives what the reader must know of the delivery itself; what was taken counts as told once this is sent
   */
  render(detail: Detail, notices: () => readonly string[]): SendRequest | undefined
  /** Whether Slack may have it from an earlier process. */
  readonly arrived?: Arrived
  /** Whether it is told at the next start if it is not sent; by default, if what it tells is spooled. */
  isKept?(): boolean
  /** The fingerprints whose spooled events are told once this is sent. Asked for at each rendering. */
  tells?(): readonly string[]
  /** On one line, for a summary of what there is no time to tell one by one. Left out by what only adds to a root. */
  summarize?(): StormMember
  /** Told when Slack asked for patience with this; it goes again by itself. */
  limited?(afterMs: number): void
  /** Called once, when nothing more will be tried. */
  settle(outcome: Outcome): void
}

/** How a delivery ended. */
export type Outcome =
  | { readonly status: 'sent'; readonly ts: string; readonly channel: string }
  /** There was nothing left to say. */
  | { readonly status: 'skipped' }
  /** Told on a line of a summary: there is no message of its own. */
  | { readonly status: 'summarized' }
  /** The edit or the thread is refused for good. */
  | { readonly status: 'repost'; readonly reason: string }
  | { readonly status: 'gaveUp'; readonly reason: string }

/** A delivery and what became of it so far. */
export interface Waiting {
  readonly delivery: Delivery
  /** By which a post is found again when its answer was lost. */
  readonly id: string
  /** Its place among those of the same priority. */
  readonly order: number
  detail: Detail
  attempts: number
  /** In milliseconds since 1970. */
  firstTriedAt: number | undefined
  /** Before this it may not go, in milliseconds since 1970. */
  notBefore: number
  /** Whether Slack may have it already. */
  arrived: Arrived
  /** Attempts without an answer since it was last looked for. */
  unanswered: number
}

/** A delivery of which nothing was tried yet. */
export function createWaiting(
  delivery: Delivery,
  place: { readonly id: string; readonly order: number },
): Waiting {
  return {
    delivery,
    ...place,
    detail: 'full',
    attempts: 0,
    firstTriedAt: undefined,
    notBefore: 0,
    arrived: delivery.arrived ?? 'no',
    unanswered: delivery.arrived === 'unknown' ? 1 : 0,
  }
}

/** Less than 0 if `a` goes before `b`. */
export function compareWaiting(a: Waiting, b: Waiting): number {
  return priorities[a.delivery.priority] - priorities[b.delivery.priority] || a.order - b.order
}

/** Edits have a limit of their own at Slack, and none of the channel's. */
export function isEdit({ delivery }: Waiting): boolean {
  return delivery.priority === 'edit'
}

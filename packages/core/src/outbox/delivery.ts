import type { Detail } from '../message/slack-message.ts'
import type { SendRequest } from '../slack/destination.ts'

/** What goes first when several things wait for one channel, most urgent first. */
export const priorities = { fatal: 0, new: 1, milestone: 2, thread: 3, edit: 4 } as const

/** A name of {@link priorities}. */
export type Priority = keyof typeof priorities

/** One thing to do in Slack, rendered when its turn comes. */
export interface Delivery {
  readonly channel: string
  readonly priority: Priority
  /** The request as things stand now; `undefined` if there is nothing left to say. */
  render(detail: Detail): SendRequest | undefined
  /** Called once, when nothing more will be tried. */
  settle(outcome: Outcome): void
}

/** How a delivery ended. */
export type Outcome =
  | { readonly status: 'sent'; readonly ts: string; readonly channel: string }
  | { readonly status: 'skipped' }
  /** The edit or the thread is refused for good. */
  | { readonly status: 'repost'; readonly reason: string }
  | { readonly status: 'gaveUp'; readonly reason: string }

import type { Detail } from '../message/slack-message.ts'
import type { Arrived } from '../slack/send-result.ts'
import { priorities, type Delivery } from './delivery.ts'

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

import type { StormMember } from '../message/storm-message.ts'
import type { Delivery } from './delivery.ts'
import type { Lane } from './lane.ts'
import { isEdit, type Waiting } from './waiting.ts'

/** How what does not fit is told. */
export interface CollapseParts {
  /** How many alerts one message may list. */
  readonly maxListed: number
  /** The message that lists them. */
  readonly summary: (members: readonly StormMember[], channel: string) => Pick<Delivery, 'render'>
  /** Told how the summary ended, for each alert on it. */
  readonly onEnd: (waiting: Waiting, outcome: Parameters<Delivery['settle']>[0]) => void
}

/** What an answer takes, at the end of the time; in milliseconds. */
const reserveMs = 500

/**
 * Where the channel's pace lets fewer messages through than wait, all but the most urgent alerts become lines of one message.
 *
 * @returns that message, if one is needed
 */
export function collapse(
  lane: Lane,
  time: { readonly now: number; readonly untilMs: number },
  parts: CollapseParts,
): Delivery | undefined {
  const untilMs = Math.max(0, time.untilMs - reserveMs)
  const capacity = Math.max(1, lane.bucket.grants(time.now, untilMs))
  const posts = lane.waiting.filter((waiting) => !isEdit(waiting))
  if (posts.length <= capacity) return undefined
  const alerts = posts.filter(({ delivery }) => delivery.summarize !== undefined)
  const listed = alerts.slice(capacity - 1, capacity - 1 + parts.maxListed)
  if (listed.length < 2) return undefined
  lane.takeWhere((waiting) => listed.includes(waiting))
  return summaryOf(listed, lane.channel, parts)
}

function summaryOf(
  listed: readonly Waiting[],
  channel: string,
  { summary, onEnd }: CollapseParts,
): Delivery {
  const members = listed.flatMap(({ delivery }) => delivery.summarize?.() ?? [])
  return {
    ...summary(members, channel),
    channel,
    priority: 'new',
    isKept: () => true,
    tells: () => listed.flatMap(({ delivery }) => delivery.tells?.() ?? []),
    settle(outcome) {
      for (const waiting of listed) onEnd(waiting, outcome)
    },
  }
}

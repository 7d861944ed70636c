import type { MovableClock } from './clock.ts'
import type { Faults } from './faults.ts'
import type { FileStore } from './file-store.ts'
import type { InboxMessage } from './message.ts'
import type { MessageStore } from './message-store.ts'
import type { RateLimits } from './rate-limits.ts'
import type { RequestLog } from './request-log.ts'
import type { Schedule } from './schedule.ts'
import type { Tokens } from './tokens.ts'
import type { TsCounter } from './ts-counter.ts'
import type { Webhooks } from './webhooks.ts'
import type { Workspace } from './workspace.ts'

/** Everything a request may read or change. */
export interface Slack {
  readonly clock: MovableClock
  readonly workspace: Workspace
  readonly store: MessageStore
  readonly files: FileStore
  readonly schedule: Schedule
  readonly tokens: Tokens
  readonly webhooks: Webhooks
  readonly rateLimits: RateLimits
  readonly faults: Faults
  readonly log: RequestLog
  readonly tsCounter: TsCounter
  /** Where the inbox is reached, without a slash at the end. */
  readonly origin: () => string
}

/** What is shown in channels: roots and broadcast replies, oldest first; with `reference`, a name or an id, in one. */
export function inChannel(
  slack: Slack,
  reference: string | null | undefined,
): readonly InboxMessage[] {
  const bare = reference?.replace(/^#/, '')
  return [...slack.store.all()].filter(
    (message) =>
      (!message.isReply || message.isBroadcast) &&
      (bare === undefined || message.channel === bare || message.channelName === bare),
  )
}

/** Makes everything as it was at the start, channels aside. */
export function clear(slack: Slack): void {
  slack.store.clear()
  slack.log.clear()
  slack.faults.clear()
  slack.rateLimits.clear()
  slack.files.clear()
  slack.schedule.clear()
}

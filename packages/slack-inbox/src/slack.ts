import type { MovableClock } from './clock.ts'
import type { MessageStore } from './message-store.ts'
import type { RequestLog } from './request-log.ts'
import type { Tokens } from './tokens.ts'
import type { TsCounter } from './ts-counter.ts'
import type { Workspace } from './workspace.ts'

/** Everything a request may read or change. */
export interface Slack {
  readonly clock: MovableClock
  readonly workspace: Workspace
  readonly store: MessageStore
  readonly tokens: Tokens
  readonly log: RequestLog
  readonly tsCounter: TsCounter
  /** Where the inbox is reached, without a slash at the end. */
  readonly origin: () => string
}

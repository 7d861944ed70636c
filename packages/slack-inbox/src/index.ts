export { startInbox } from './inbox.ts'
export type { Inbox } from './inbox.ts'
export type { InboxOptions } from './options.ts'
export type { DiscordInbox } from './discord/server.ts'
export type {
  DiscordContent,
  InboxFile,
  InboxMessage,
  MessageVersion,
  Notified,
} from './workspace/message.ts'
export type { InteractivityOptions, Delivery } from './interactivity/delivery.ts'
export type { Interaction } from './interactivity/interactions.ts'
export type { DisconnectReason, SocketConnections } from './interactivity/socket-mode.ts'
export type { InboxRequest } from './http/exchange.ts'
export type { Fault, FaultChoice, FaultOptions } from './http/faults.ts'
export type { RateLimitOptions } from './http/rate-limits.ts'
export { allScopes, exampleToken } from './workspace/credentials.ts'
export type { TokenOptions } from './workspace/credentials.ts'
export type { ChannelOptions, User, UserGroup } from './workspace/workspace.ts'
export { createVirtualClock } from './clock.ts'
export type { Clock, MovableClock, Timer, VirtualClock } from './clock.ts'
export type { Json, JsonObject } from './json.ts'

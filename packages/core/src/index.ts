export type { Clock, SinkEnvironment, Timer } from './environment.ts'
export type {
  ErrorDescription,
  LogEvent,
  MislogHint,
  RequestDescription,
  RequestUser,
  StackFrame,
} from './event/log-event.ts'
export type { LogRecord } from './event/log-record.ts'
export { createRedactor, type Redactor, type RedactorOptions } from './event/redact.ts'
export type { ChannelHealth, SinkHealth } from './health.ts'
export {
  explainFingerprint,
  type FingerprintExplanation,
  type FingerprintHook,
} from './incident/fingerprint.ts'
export { type FingerprintInput } from './incident/fingerprint-input.ts'
export type { Alert, AlertReason, IncidentState, IncidentView } from './incident/incident.ts'
export {
  createMessageTemplates,
  type MessageTemplates,
  type MessageTemplatesOptions,
} from './incident/message-template.ts'
export { requestKey } from './incident/request-key.ts'
export {
  createWindowLimiter,
  type WindowLimiter,
  type WindowLimiterOptions,
} from './incident/window-limiter.ts'
export { limitLength } from './message/limit-length.ts'
export { sanitizeText } from './message/sanitize-text.ts'
export type { SlackAttachment, SlackBlock, SlackMessage } from './message/slack-message.ts'
export type {
  MatchOptions,
  MilestoneRepeatOptions,
  Pattern,
  RedactOptions,
  RepeatOptions,
  RouteOptions,
  SanitizeOptions,
  SlackOptions,
  WindowRepeatOptions,
} from './options.ts'
export { defaultIgnore } from './resolve-match.ts'
export { createSlackSink, type FlushOptions, type SlackSink } from './slack-sink.ts'

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
export { createRedactor, type Redactor, type RedactorOptions } from './redaction/redactor.ts'
export type { ChannelHealth, SinkHealth } from './health/health.ts'
export {
  explainFingerprint,
  type FingerprintExplanation,
  type FingerprintHook,
} from './grouping/fingerprint.ts'
export { type FingerprintInput } from './grouping/problem.ts'
export type { Alert, AlertReason, IncidentState, IncidentView } from './incident/incident.ts'
export {
  createMessageTemplates,
  type MessageTemplates,
  type MessageTemplatesOptions,
} from './grouping/template/message-template.ts'
export { requestKey } from './grouping/request-key.ts'
export {
  createWindowLimiter,
  type WindowLimiter,
  type WindowLimiterOptions,
} from './incident/policies/window.ts'
export { limitLength } from './notification/limit-length.ts'
export type { SlackAttachment, SlackBlock, SlackMessage } from './slack/message.ts'
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
} from './options/options.ts'
export { defaultIgnore } from './options/matchers.ts'
export { createSlackSink, type FlushOptions, type SlackSink } from './sink.ts'
export { sanitizeText } from './notification/text.ts'

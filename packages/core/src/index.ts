// The sink and its options.
export { createSlackSink, type FlushOptions, type SlackSink } from './sink.ts'
export { defaultIgnore } from './options/matchers.ts'
export type {
  ActionsOptions,
  AllowedPeople,
  FleetOptions,
  HeartbeatOptions,
  MatchOptions,
  MilestoneRepeatOptions,
  QuietHoursOptions,
  Pattern,
  RedactOptions,
  RepeatOptions,
  ReportScheduleOptions,
  RouteOptions,
  SanitizeOptions,
  SlackOptions,
  WindowRepeatOptions,
} from './options/options.ts'
export type { FleetHealth } from './fleet/fleet-deps.ts'
export type { ChannelHealth, SinkHealth } from './health/health.ts'
export type { SlackAttachment, SlackBlock, SlackMessage } from './slack/message.ts'

// What is logged.
export type {
  ErrorDescription,
  LogEvent,
  MislogHint,
  RequestDescription,
  RequestUser,
  StackFrame,
} from './event/log-event.ts'
export type { LogRecord } from './event/log-record.ts'

// The port of destinations.
export type {
  Accepted,
  ActionConnection,
  ActionReceiver,
  ActionsPort,
  Capabilities,
  Destination,
  Detail,
  Edit,
  Failure,
  FileRemedy,
  FindResult,
  Mark,
  MarkedMessage,
  MarkKind,
  Person,
  PersonReply,
  Post,
  PostedAs,
  ProbeResult,
  Recalled,
  RecallOptions,
  SendOptions,
  SendRequest,
  SendResult,
  SyncCall,
  SyncSender,
  Upload,
} from './delivery/destination.ts'
export type {
  ActionAnswer,
  ActionKind,
  ActionRefusal,
  ActionTarget,
  IncidentAction,
  MuteEnd,
} from './incident/actions/action.ts'
export type {
  HttpAnswer,
  HttpError,
  HttpOptions,
  HttpPost,
  HttpRequest,
  HttpResult,
} from './http.ts'
export { createHttpPost } from './http.ts'
export { classifyBroken, readRetryAfter } from './slack/errors.ts'
export type { Metadata } from './incident/metadata.ts'
export type {
  ActionRow,
  DetailsNotification,
  DetailsPart,
  Fact,
  Link,
  ListedProblem,
  ListNotification,
  Look,
  Mention,
  NoticeNotification,
  MuteChoice,
  Notification,
  OfferedAction,
  ReportCell,
  ReportChart,
  ReportList,
  ReportNotification,
  ReportTable,
  RootNotification,
  Section,
  Span,
  StackLine,
  StateNotification,
  StormNotification,
  TextFile,
  TextLimits,
} from './notification/notification.ts'
export type { Report, ReportProblem, ReportTotals } from './notification/report.ts'
export { plainText } from './notification/notification.ts'
export { trimSection } from './notification/stack.ts'
export { ellipsize } from './notification/text.ts'
export type { LocaleTexts, Words } from './notification/locale/locale.ts'
export type { Locale } from './notification/notification.ts'

// The port of alert policies.
export type {
  Alert,
  AlertLog,
  AlertReason,
  IncidentState,
  IncidentView,
  Occurrence,
} from './incident/incident.ts'
export type {
  AlertDecision,
  AlertPolicy,
  Decision,
  Note,
  ObservedIncident,
  PendingAlert,
} from './incident/policies/policy.ts'
export type { Spike } from './incident/policies/milestone.ts'

// The port of fleet links.
export type {
  ExitCalls,
  FleetLink,
  FleetLinkDeps,
  FleetMember,
  FleetRole,
  FleetView,
  LeftByLeader,
  ReportBatch,
  ReportOptions,
} from './fleet/link.ts'
export type { ReportedIncident } from './incident/reported.ts'
export type { RouteFacts } from './incident/routes.ts'
export type { PacedRequest, SharedPace } from './delivery/shared-pace.ts'

// The environment of a sink.
export type { Clock, FileSystem, ProcessIdentity, SinkEnvironment, Timer } from './environment.ts'

// Parts of a sink for use without one.
export { type FilledText, fillText, holdsError, refillText } from './event/logged-values.ts'
export {
  explainFingerprint,
  type FingerprintExplanation,
  type FingerprintHook,
} from './grouping/fingerprint.ts'
export { type FingerprintInput, requestKey } from './grouping/fingerprint.ts'
export {
  createMessageTemplates,
  type MessageTemplates,
} from './grouping/template/message-template.ts'
export {
  createWindowLimiter,
  type WindowLimiter,
  type WindowLimiterOptions,
} from './incident/policies/window.ts'
export { pinoLabels, severityOfLabel } from './options/levels.ts'
export { checkOptionNames } from './options/schema.ts'
export { limitLength } from './notification/text.ts'
export { sanitizeText } from './notification/text.ts'
export { createRedactor, type Redactor, type RedactorOptions } from './redaction/redactor.ts'

import type { Destination } from '../delivery/destination.ts'
import type { LogEvent } from '../event/log-event.ts'
import type { LogRecord } from '../event/log-record.ts'
import type { FleetLink, FleetRole } from '../fleet/link.ts'
import type { FingerprintHook } from '../grouping/fingerprint.ts'
import type { SinkHealth } from '../health/health.ts'
import type { AlertPolicy } from '../incident/policies/policy.ts'
import type { LocaleTexts } from '../notification/locale/locale.ts'
import type { Report } from '../notification/report.ts'
import type { SlackMessage } from '../slack/message.ts'

/**
 * The options of a sink and of every adapter. Plain data except for the functions, because a pino worker gets a clone.
 *
 * `undefined` and `''` mean "not given", here and in nested options: then the environment variable counts, then the default.
 */
export interface SlackOptions {
  /**
   * The bot token, `xoxb-…`, used with `channel`. With both a token and a webhook, the token is used.
   *
   * @default process.env.SLACK_BOT_TOKEN
   */
  readonly token?: string | undefined
  /**
   * The channel for messages sent with the token: an id, `C…` or `G…`, or the name of a public channel, as in `'#alerts'`.
   *
   * @default process.env.SLACK_CHANNEL
   */
  readonly channel?: string | undefined
  /**
   * The address of an incoming webhook. Webhooks have no threads and no edits: the stack is part of the message, and each alert
   * is a new message.
   *
   * @default process.env.SLACK_WEBHOOK_URL
   */
  readonly webhookUrl?: string | undefined
  /**
   * What the webhook accepts: `'blocks'` for Block Kit, `'plain'` for text and attachments only, as Mattermost, Rocket.Chat and
   * Discord's `/slack` addresses do.
   *
   * @default 'blocks' for Slack's own addresses and loopback, else 'plain'
   */
  readonly webhookFormat?: 'blocks' | 'plain' | undefined
  /**
   * Where messages are sent instead of Slack: an implementation of the {@link Destination} port, in this process only. Without
   * `channel`, the name of the destination is its channel. The `formatter` hook is not called, since it is for Slack's messages.
   *
   * @default Slack
   */
  readonly destination?: Destination | undefined
  /**
   * The base address of the Web API, ending in `/api/`. Only `https:`, except for loopback.
   *
   * @default process.env.SLACK_API_URL ?? 'https://slack.com/api/'
   */
  readonly slackApiUrl?: string | undefined
  /**
   * Whether messages are sent: `true` always, `false` never. By default they are sent, except when the address is not loopback and
   * `NODE_ENV` is `test`, where nothing is opened, or `development`, where messages are printed to stderr as a preview. Without a
   * token, a webhook and a `destination` nothing is opened either.
   *
   * @default by NODE_ENV
   */
  readonly enabled?: boolean | undefined
  /**
   * The name of the service, in the header of each message.
   *
   * @default process.env.OTEL_SERVICE_NAME, else what the record says as `service`, else process.env.npm_package_name, else 'node'
   */
  readonly service?: string | undefined
  /**
   * The environment that the service runs in, as in `'production'`.
   *
   * @default process.env.NODE_ENV
   */
  readonly environment?: string | undefined
  /**
   * The version of the service, as in `'1.4.2'`.
   *
   * @default process.env.npm_package_version
   */
  readonly release?: string | undefined
  /**
   * The alert threshold: records of this level and above are alerts. A label, or a number from 0 up on pino's scale.
   *
   * @default 'error'
   */
  readonly level?: string | number | undefined
  /**
   * The breadcrumb threshold: records from this level up to `level` are kept and shown in the thread of the next alert. A label,
   * or a number from 0 up on pino's scale, below `level`.
   *
   * @default off, because info logs often hold personal data
   */
  readonly contextLevel?: string | number | undefined
  /**
   * The severities of the logger's own levels, on pino's scale, as in `{ audit: 55 }`.
   *
   * @default the levels of pino, winston and syslog
   */
  readonly levels?: Readonly<Record<string, number>> | undefined
  /**
   * When further occurrences of a problem notify: by milestones, by a window, or by an alert policy of your own (in process
   * only).
   *
   * @default { policy: 'milestones' }
   */
  readonly repeat?: RepeatOptions | undefined
  /**
   * When alerts wait, every day, until the end of these hours; then one message lists what waited.
   *
   * @default alerts notify at any time
   * @example
   * { from: '22:00', to: '08:00', timeZone: 'Europe/Berlin' }
   */
  readonly quietHours?: QuietHoursOptions | undefined
  /**
   * When a report comes, also if nothing fails: a time of the day, `'daily 09:00'` or `'mon,thu 09:00'`, an interval of hours that divides a
   * day, `'every 6 h'`, or a cron expression. With further options as an object; several as a list. One process of the fleet sends it.
   *
   * @default no report
   * @example
   * { at: 'daily 09:00', timeZone: 'Europe/Berlin', channel: '#status' }
   */
  readonly report?:
    | string
    | ReportScheduleOptions
    | readonly (string | ReportScheduleOptions)[]
    | undefined
  /**
   * Whether each channel has a message that lists what is open, and whose it is: posted once, then edited. It mentions nobody; people pin it.
   * Only where messages can be edited, so not with a webhook.
   *
   * @default false
   */
  readonly openNow?: boolean | undefined
  /**
   * An address that is asked with a GET as long as alerts would get through: a service that raises the alarm when the requests stop.
   *
   * @default no requests
   * @example
   * { url: 'https://hc-ping.com/4bf92f35-77b3-4da6-a3ce-929d0e0e4736' }
   */
  readonly heartbeat?: HeartbeatOptions | undefined
  /**
   * Where alerts go, in order: the first matching route decides. Alerts without a matching route go to `channel`.
   *
   * @default []
   * @example
   * [
   *   { when: { level: 'fatal' }, mention: '@here', continue: true },
   *   { when: { path: '/billing/*' }, channel: '#billing' },
   *   { when: { errorType: 'RateLimitError' }, minCount: 50, withinMs: 600_000 },
   * ]
   */
  readonly routes?: readonly RouteOptions[] | undefined
  /**
   * Records that never alert: those that match any of these conditions. Your own list replaces the default.
   *
   * @default defaultIgnore: this service's own answers below 500 and requests that their client aborted, unless fatal
   */
  readonly ignore?: readonly MatchOptions[] | undefined
  /**
   * Whether a record may choose its own channel, fingerprint and silence with a field `slack: { channel, fingerprint, silent }`.
   * Only configured channels can be chosen, and fatal records cannot be silenced. Off by default, because records hold
   * untrusted input.
   *
   * @default false
   */
  readonly recordControls?: boolean | undefined
  /**
   * What counts as the same problem: `'error'` groups by the error and where it was thrown, or by the logged message;
   * `'request'` by the request's method, its path without numbers, and the error's type.
   *
   * @default 'error'
   */
  readonly groupBy?: 'error' | 'request' | undefined
  /**
   * How many edits a minute update the counters of messages, in total. From 1 up. All processes that use the same Slack app
   * share Slack's limit.
   *
   * @default 20
   */
  readonly editsPerMinute?: number | undefined
  /**
   * How one-line texts are cleaned; code blocks always keep quotes and newlines.
   *
   * @default { quotes: 'keep', newlines: 'space' }
   */
  readonly sanitize?: SanitizeOptions | undefined
  /**
   * What is redacted in addition to the built-in keys and patterns.
   *
   * @default {}
   */
  readonly redact?: RedactOptions | undefined
  /**
   * Whether the client's address is read from `X-Forwarded-For`.
   *
   * @default false
   */
  readonly trustProxy?: boolean | undefined
  /**
   * Links in each message, by label, as in `{ trace: 'https://traces.example/{trace_id}' }`. Placeholders are `{trace_id}`,
   * `{request_id}`, `{service}`, `{release}`, `{fingerprint}` and any logged field; a link whose placeholder has no value is
   * left out. With `issue`, the address of the form for a new issue in GitHub, GitLab or Jira, as in
   * `'https://github.com/acme/shop/issues/new'`, the link opens it filled in with title, stack and a link to the message.
   *
   * @default {}
   */
  readonly links?: Readonly<Record<string, string>> | undefined
  /**
   * The language of the fixed texts in messages, or texts of your own, which only work in process or from a hooks module.
   *
   * @default 'en'
   */
  readonly locale?: 'en' | 'ko' | LocaleTexts | undefined
  /**
   * The name that messages are posted under. Needs the scope `chat:write.customize`.
   *
   * @default the app's own name
   */
  readonly username?: string | undefined
  /**
   * An emoji as the icon of messages, as in `':fire:'`. Needs the scope `chat:write.customize`.
   *
   * @default the app's own icon
   */
  readonly iconEmoji?: string | undefined
  /**
   * The http(s) address of an image as the icon of messages. Needs the scope `chat:write.customize`.
   *
   * @default the app's own icon
   */
  readonly iconUrl?: string | undefined
  /**
   * The function that makes all requests. Not together with `proxy`.
   *
   * @default requests by node:http and node:https
   */
  readonly fetch?: typeof globalThis.fetch | undefined
  /**
   * The http(s) address of a proxy for all requests, as in `'http://proxy.example:3128'`. Needs the package `undici`.
   *
   * @default what Node does: with NODE_USE_ENV_PROXY=1, newer versions read HTTPS_PROXY and NO_PROXY
   */
  readonly proxy?: string | undefined
  /**
   * How long `close()` waits for unsent messages, in milliseconds, from 0 to 8,000: pino ends its worker after 10 seconds.
   *
   * @default 5_000
   */
  readonly closeTimeoutMs?: number | undefined
  /**
   * The folder of the journal, which has unsent alerts and active incidents for the next start: an absolute path to a folder that
   * only this user can access, or `false` to keep nothing on disk. In a container, use a mounted volume.
   *
   * @default process.env.SLACK_LOGGER_SPOOL_DIR, a folder in `STATE_DIRECTORY` or `XDG_STATE_HOME`, or one in `os.tmpdir()`
   */
  readonly spoolDir?: string | false | undefined
  /**
   * Whether the processes of this service share their incidents, so that one problem is one message: by default those on one host that
   * have the same service, environment and destination, through a socket in the journal's folder; with `redis`, those on all hosts that
   * have the same service and environment. `false` for a process that decides by itself.
   *
   * @default true
   */
  readonly fleet?: boolean | FleetOptions | undefined
  /**
   * The app-level token, `xapp-…`, with the scope `connections:write`: messages get buttons, whose clicks arrive over a connection that the
   * process opens (Socket Mode). One process of the service has it. Needs the package `@slack/socket-mode`, `token`, and an app of its own:
   * Slack sends each event to one of an app's connections only, so it is not read from the environment.
   *
   * @default none
   */
  readonly appToken?: string | undefined
  /**
   * The app's signing secret: messages get buttons, whose clicks arrive at an HTTP endpoint with `slackActions`. Needs `token`.
   *
   * @default none
   */
  readonly signingSecret?: string | undefined
  /**
   * Who may resolve, mute and take problems in Slack, by buttons and reactions; `false` for nobody, without buttons and without reading
   * reactions.
   *
   * @default { allow: 'channel' }
   */
  readonly actions?: false | ActionsOptions | undefined
  /**
   * Groups records where `groupBy` does not fit: returns the parts of a key, in which `'{{default}}'` stands for the default
   * key, or `undefined` to use the default key alone. Not called for a record that repeats a failure which was counted already.
   */
  readonly fingerprint?: FingerprintHook<LogRecord | LogEvent> | undefined
  /** Changes an event before it is counted, or drops it by returning `null`. */
  readonly beforeSend?: ((event: LogEvent) => LogEvent | null) | undefined
  /** Changes or replaces a message before it is sent, or skips it by returning `false`. */
  readonly formatter?:
    | ((message: SlackMessage, event: LogEvent) => SlackMessage | false)
    | undefined
  /** Changes a report before it is sent, or drops it by returning `null`. */
  readonly beforeReport?: ((report: Report) => Report | null) | undefined
  /** Receives the sink's own failures; their texts hold no secret. */
  readonly onError?: ((error: Error) => void) | undefined
  /** Receives delivery statistics when sending starts to fail, when it works again, and at the end. */
  readonly onHealth?: ((health: SinkHealth) => void) | undefined
}

/** Who may act on problems. */
export interface ActionsOptions {
  /**
   * `'channel'` for everybody who sees the message, but guests and people of other workspaces, or only the users (`U…`) and the members of
   * the user groups (`S…`) that are named, who may be guests. Groups need the scope `usergroups:read`, and are read every ten minutes;
   * nobody is allowed by a group that could not be read. With the scope `users:read`, guests and bots are recognized.
   *
   * @default 'channel'
   */
  readonly allow?: 'channel' | AllowedPeople | undefined
}

/** Users and user groups, by their ids. Not both empty. */
export interface AllowedPeople {
  /** @default [] */
  readonly users?: readonly string[] | undefined
  /** @default [] */
  readonly groups?: readonly string[] | undefined
}

/** How a process takes part in its fleet. */
export interface FleetOptions {
  /**
   * `'auto'` leads if no other process does, `'leader'` does so from the start, before anything is logged, and `'follower'` never
   * leads: it reports, and waits for a leader. With `redis`, it needs neither a token nor a webhook, since the leader sends.
   *
   * @default 'auto'
   */
  readonly role?: FleetRole | undefined
  /**
   * The server of Redis or Valkey through which processes on many hosts find each other: its address, as in
   * `'rediss://user:password@redis.example:6379/0'`, or, in this process only, a client of ioredis, iovalkey or node-redis. Needs the
   * package `@slack-logger/redis`.
   */
  readonly redis?: string | object | undefined
  /**
   * What the names of all keys on that server begin with.
   *
   * @default 'slack-logger:'
   */
  readonly keyPrefix?: string | undefined
  /**
   * How the processes find each other: an implementation of the {@link FleetLink} port, in this process only.
   *
   * @default a socket in the journal's folder, or `redis`
   */
  readonly link?: FleetLink | undefined
}

/** A text in which `*` stands for any run of characters, or a number. */
export type Pattern = string | number

/** Conditions on a record, all of which must hold. A list holds if any of its patterns matches. */
export interface MatchOptions {
  /** The level: a label, a number on pino's scale, or a comparison, as in `'fatal'`, `'>=error'`, `'<fatal'` or `50`. */
  readonly level?: Pattern | readonly Pattern[] | undefined
  /** The name of the logger. */
  readonly logger?: Pattern | readonly Pattern[] | undefined
  /** The name of the service, from the options. */
  readonly service?: Pattern | readonly Pattern[] | undefined
  /** The environment of the service, from the options. */
  readonly environment?: Pattern | readonly Pattern[] | undefined
  /** The version of the service, from the options. */
  readonly release?: Pattern | readonly Pattern[] | undefined
  /** The error's class, as in `'*TimeoutError'`. */
  readonly errorType?: Pattern | readonly Pattern[] | undefined
  /** The error's code, as in `'ECONN*'`. */
  readonly code?: Pattern | readonly Pattern[] | undefined
  /** The HTTP status that the error itself asks for, as in `404`, `'<500'` or `['401', '403']`. */
  readonly status?: Pattern | readonly Pattern[] | undefined
  /** Whether the client closed the connection before the response was sent. */
  readonly aborted?: boolean | undefined
  /** The request's method, as in `'POST'`. */
  readonly method?: Pattern | readonly Pattern[] | undefined
  /** The request's path or its route pattern, as in `'/billing/*'`. */
  readonly path?: Pattern | readonly Pattern[] | undefined
  /** The logged message. */
  readonly message?: Pattern | readonly Pattern[] | undefined
  /** The logged field `tag`, or one of the logged `tags`. */
  readonly tag?: Pattern | readonly Pattern[] | undefined
  /** Other logged fields, by name, as in `{ tenant: 'acme' }`. */
  readonly fields?: Readonly<Record<string, Pattern | readonly Pattern[]>> | undefined
}

/** Where matching alerts go, when they notify, and whom they mention. */
export interface RouteOptions {
  /**
   * Which records take this route.
   *
   * @default every record
   */
  readonly when?: MatchOptions | undefined
  /**
   * The channel of this route. Not with a webhook, which posts to one channel.
   *
   * @default the sink's `channel`
   */
  readonly channel?: string | undefined
  /**
   * Whom notifications mention: `'@here'`, `'@channel'`, `'@everyone'`, the id of a user (`U…`) or of a user group (`S…`), or a
   * list of them. On Discord, ids are numbers, with `&` before that of a role.
   *
   * @default nobody
   */
  readonly mention?: string | readonly string[] | undefined
  /**
   * Which replies of a thread also notify the channel: `'state'` changes that need attention, `'always'` every line, `'never'`
   * none.
   *
   * @default 'state'
   */
  readonly loud?: 'state' | 'always' | 'never' | undefined
  /**
   * How many occurrences come before the first alert, from 1 to 1,000. Fatal records alert at once.
   *
   * @default 1
   */
  readonly minCount?: number | undefined
  /**
   * The period in which `minCount` must be reached, in milliseconds, from 1 up.
   *
   * @default unlimited
   */
  readonly withinMs?: number | undefined
  /**
   * When further occurrences notify on this route.
   *
   * @default the sink's `repeat`
   */
  readonly repeat?: RepeatOptions | undefined
  /**
   * Whether the sink's `quietHours` hold for this route.
   *
   * @default true
   */
  readonly quietHours?: boolean | undefined
  /**
   * Whether the routes after this one are tried as well. A channel gets each record once.
   *
   * @default false
   */
  readonly continue?: boolean | undefined
}

/** When further occurrences of a problem notify. An alert policy of your own only works in process, not in a pino worker. */
export type RepeatOptions = MilestoneRepeatOptions | WindowRepeatOptions | AlertPolicy

/**
 * One message per problem, whose counter is kept up to date. Notifies when a problem is new, at 10, 100, 1,000 … occurrences, at a
 * spike, when the problem returns after a day, and as a reminder while it goes on for hours.
 */
export interface MilestoneRepeatOptions {
  readonly policy: 'milestones'
  /**
   * How long the alert of a new problem is deferred when another problem was new in the two minutes before, to detect a storm, in
   * milliseconds, from 0 to 60,000. From the third one on it is three times their usual gap if that is longer. With 0, and if they
   * are fatal, none is deferred.
   *
   * @default 2_000
   */
  readonly holdMs?: number | undefined
}

/** A message for each of the first `limit` occurrences, then none until no occurrence was admitted for `windowMs`. */
export interface WindowRepeatOptions {
  readonly policy: 'window'
  /**
   * How many occurrences are posted in a window, a whole number from 1 up.
   *
   * @default 3
   */
  readonly limit?: number | undefined
  /**
   * The length of the window, in milliseconds, from 1 up.
   *
   * @default 600_000
   */
  readonly windowMs?: number | undefined
}

/** The hours of each day in which alerts wait. */
export interface QuietHoursOptions {
  /** When they begin, as in `'22:00'`. */
  readonly from: string
  /** When they end, as in `'08:00'`: on the next day if that is not after `from`. */
  readonly to: string
  /**
   * The time zone of both, as in `'Europe/Berlin'`.
   *
   * @default the time zone of the process, which in containers is usually UTC
   */
  readonly timeZone?: string | undefined
  /**
   * What notifies nevertheless: alerts of `'fatal'` problems, or `'none'`.
   *
   * @default 'fatal'
   */
  readonly except?: 'fatal' | 'none' | undefined
}

/** A report on what happened since the one before. It mentions nobody. */
export interface ReportScheduleOptions {
  /**
   * When it comes: `'daily 09:00'`, `'mon 09:00'`, `'mon,thu 09:00'`, `'mon-fri 09:00'`, `'every 6 h'` from midnight on, or a cron expression.
   * A time that a change of the clocks skips is the first one after it, one that occurs twice counts once.
   */
  readonly at: string
  /**
   * The time zone of `at` and of the chart, as in `'Europe/Berlin'`.
   *
   * @default the time zone of the process, which in containers is usually UTC
   */
  readonly timeZone?: string | undefined
  /**
   * Where it is sent. Not with a webhook, which posts to one channel.
   *
   * @default the sink's `channel`
   */
  readonly channel?: string | undefined
  /**
   * Whether it is sent when there was no error: `'always'`, as one line, or only `'ifAny'`.
   *
   * @default 'always'
   */
  readonly when?: 'always' | 'ifAny' | undefined
  /**
   * How many problems its table has, the most frequent first, from 1 to 50.
   *
   * @default 10
   */
  readonly top?: number | undefined
}

/** A sign of life for a service that watches this one. */
export interface HeartbeatOptions {
  /** The http(s) address, which may contain a secret. Only its status is read. */
  readonly url: string
  /**
   * The time between two requests, in milliseconds, from 1,000 up.
   *
   * @default 60_000
   */
  readonly everyMs?: number | undefined
}

/** How titles, notifications and one-line fields are cleaned. */
export interface SanitizeOptions {
  /**
   * Whether quotes are removed.
   *
   * @default 'keep'
   */
  readonly quotes?: 'remove' | 'keep' | undefined
  /**
   * How newlines are shown: as a space, as the two characters `\n`, or as they are.
   *
   * @default 'space'
   */
  readonly newlines?: 'space' | 'escape' | 'keep' | undefined
}

/** What is redacted in addition to the defaults. */
export interface RedactOptions {
  /**
   * Further keys, matched as words: `'ssn'` matches `userSsn` and `ssn_hash`.
   *
   * @default []
   */
  readonly keys?: readonly string[] | undefined
  /**
   * Further texts, as sources of regular expressions (flag `u`), matched everywhere.
   *
   * @default []
   */
  readonly patterns?: readonly string[] | undefined
  /**
   * Keys that are shown although a rule matches them.
   *
   * @default []
   */
  readonly exceptions?: readonly string[] | undefined
  /**
   * Whether e-mail addresses, phone numbers, IBANs, US social security and Korean resident registration numbers and IP addresses
   * are redacted, too. Names and postal addresses have no form and are not recognized.
   *
   * @default false
   */
  readonly personal?: boolean | undefined
}

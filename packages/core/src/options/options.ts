import type { LogEvent } from '../event/log-event.ts'
import type { LogRecord } from '../event/log-record.ts'
import type { FingerprintHook } from '../grouping/fingerprint.ts'
import type { SinkHealth } from '../health/health.ts'
import type { SlackMessage } from '../slack/message.ts'

/**
 * What a sink accepts, and with it every adapter. Plain data but for the hooks, since a pino worker gets a clone of it.
 *
 * Where an option is left out, its environment variable counts, then its default.
 */
export interface SlackOptions {
  /**
   * The bot token, `xoxb-…`. With both a token and a webhook the token wins.
   *
   * @default process.env.SLACK_BOT_TOKEN
   */
  readonly token?: string
  /**
   * Where messages go with a token: a channel id, `C…` or `G…`, or a public channel's name.
   *
   * @default process.env.SLACK_CHANNEL
   */
  readonly channel?: string
  /**
   * The address of an incoming webhook. Without a token Slack knows no threads and no edits: the stack goes inline and each
   * alert is a new message.
   *
   * @default process.env.SLACK_WEBHOOK_URL
   */
  readonly webhookUrl?: string
  /**
   * What the webhook understands: Block Kit, or text and attachments alone, as Mattermost, Rocket.Chat and Discord's `/slack`
   * addresses do.
   *
   * @default 'blocks' for Slack's own addresses and loopback, else 'plain'
   */
  readonly webhookFormat?: 'blocks' | 'plain'
  /**
   * The address of the Web API, ending in `/api/`.
   *
   * @default process.env.SLACK_API_URL ?? 'https://slack.com/api/'
   */
  readonly slackApiUrl?: string
  /**
   * Whether anything is sent: `true` sends always, `false` never, and by default messages are previewed on stderr when
   * `NODE_ENV` is `test` or `development`. Loopback addresses are always sent to. With neither token nor webhook messages are
   * previewed.
   */
  readonly enabled?: boolean
  /**
   * The name of the program, in the header of each message.
   *
   * @default process.env.OTEL_SERVICE_NAME ?? process.env.npm_package_name ?? 'node'
   */
  readonly service?: string
  /**
   * Where it runs, as in `'production'`.
   *
   * @default process.env.NODE_ENV
   */
  readonly environment?: string
  /**
   * The version of the program.
   *
   * @default process.env.npm_package_version
   */
  readonly release?: string
  /**
   * From which level on a record is an alert: a label or a number on pino's scale.
   *
   * @default 'error'
   */
  readonly level?: string | number
  /**
   * From which level on records below `level` are kept as context for the thread of the next alert. Off unless set, since info
   * logs hold personal data.
   */
  readonly contextLevel?: string | number
  /**
   * How severe the logger's own levels are, on pino's scale, as in `{ audit: 55 }`.
   *
   * @default the levels of pino, winston and syslog
   */
  readonly levels?: Readonly<Record<string, number>>
  /**
   * When more of the same is told.
   *
   * @default { policy: 'milestones' }
   */
  readonly repeat?: RepeatOptions
  /**
   * Who hears of what: the first route that matches decides, and what none takes goes to `channel`.
   *
   * @example
   * [
   *   { when: { level: 'fatal' }, mention: '@here', continue: true },
   *   { when: { path: '/billing/*' }, channel: '#billing' },
   *   { when: { errorType: 'RateLimitError' }, minCount: 50, withinMs: 600_000 },
   * ]
   */
  readonly routes?: readonly RouteOptions[]
  /**
   * Which records are no alert.
   *
   * @default defaultIgnore: HTTP errors below 500 and aborted requests, unless fatal
   */
  readonly ignore?: readonly MatchOptions[]
  /**
   * Whether a record may say itself how it is told, by a field `slack: { channel, fingerprint, silent }`. It may choose among the
   * configured channels only, and silence nothing fatal. Off by default, since records hold what strangers sent.
   *
   * @default false
   */
  readonly recordControls?: boolean
  /**
   * What makes records the same problem: `'error'` is the error and where it was thrown, or what was logged; `'request'` is the
   * request's method, its path without numbers, and the error's type.
   *
   * @default 'error'
   */
  readonly groupBy?: 'error' | 'request'
  /**
   * How often messages are edited to keep their counters up to date, all together: Slack's limit is shared by every process that
   * uses the same app. From 1 up.
   *
   * @default 20
   */
  readonly editsPerMinute?: number
  /** How short text is cleaned; literal blocks always keep quotes and newlines. */
  readonly sanitize?: SanitizeOptions
  /** What is taken out of everything that leaves memory, beside the keys and patterns known by default. */
  readonly redact?: RedactOptions
  /**
   * Whether `X-Forwarded-For` tells the client's address.
   *
   * @default false
   */
  readonly trustProxy?: boolean
  /**
   * Links shown in each message, as in `{ trace: 'https://traces.example/{trace_id}' }`. Known: `{trace_id}`, `{request_id}`,
   * `{service}`, `{release}`, `{fingerprint}` and any logged field; a link with an unknown one is left out.
   */
  readonly links?: Readonly<Record<string, string>>
  /**
   * The language of the fixed words.
   *
   * @default 'en'
   */
  readonly locale?: 'en' | 'ko'
  /** The name messages are posted under; needs the scope `chat:write.customize`. */
  readonly username?: string
  /** An emoji as their icon, as in `':fire:'`; needs the scope `chat:write.customize`. */
  readonly iconEmoji?: string
  /** The address of an image as their icon; needs the scope `chat:write.customize`. */
  readonly iconUrl?: string
  /** Makes requests in place of `node:http`. */
  readonly fetch?: typeof globalThis.fetch
  /**
   * The address of an HTTP proxy for all requests, as in `'http://proxy.example:3128'`; needs the package `undici`.
   *
   * @default what Node itself does: with NODE_USE_ENV_PROXY=1 newer versions heed HTTPS_PROXY and NO_PROXY
   */
  readonly proxy?: string
  /**
   * How long `close()` waits for what is unsent, in milliseconds, at most 8,000: pino ends its worker after 10 seconds.
   *
   * @default 5_000
   */
  readonly closeTimeoutMs?: number
  /**
   * Where alerts that are not in Slack yet survive the process, to be told at its next start: an absolute path to a folder that
   * only this user can reach, or `false`. In a container it must be on a mounted volume to survive that.
   *
   * @default process.env.SLACK_LOGGER_SPOOL_DIR, a folder in `STATE_DIRECTORY` or `XDG_STATE_HOME`, or one in `os.tmpdir()`
   */
  readonly spoolDir?: string | false
  /**
   * Which records are the same problem, where the default does not fit: parts of a key, in which `'{{default}}'` stands for what it
   * would be; `undefined` leaves it at that.
   */
  readonly fingerprint?: FingerprintHook<LogRecord | LogEvent>
  /** Changes an event before it counts, or drops it by returning `null`. */
  readonly beforeSend?: (event: LogEvent) => LogEvent | null
  /** Changes a message before it is sent, replaces it, or skips it by returning `false`. */
  readonly formatter?: (message: SlackMessage, event: LogEvent) => SlackMessage | false
  /** Told of the sink's own failures; the text holds no secret. */
  readonly onError?: (error: Error) => void
  /** Told what became of everything so far when Slack stops or starts working, and at the end. */
  readonly onHealth?: (health: SinkHealth) => void
}

/** A text in which `*` stands for any run of characters, or a number. */
export type Pattern = string | number

/** Which records a rule is about: those for which all of it holds. A list means any of its patterns. */
export interface MatchOptions {
  /** As in `'fatal'`, `'>=error'`, `'<fatal'` or `50`. */
  readonly level?: Pattern | readonly Pattern[]
  readonly logger?: Pattern | readonly Pattern[]
  readonly service?: Pattern | readonly Pattern[]
  readonly environment?: Pattern | readonly Pattern[]
  readonly release?: Pattern | readonly Pattern[]
  /** The error's class, as in `'*TimeoutError'`. */
  readonly errorType?: Pattern | readonly Pattern[]
  /** As in `'ECONN*'`. */
  readonly code?: Pattern | readonly Pattern[]
  /** The HTTP status that the error asks to be answered with, as in `404`, `'<500'` or `['401', '403']`. */
  readonly status?: Pattern | readonly Pattern[]
  /** Whether the client went away before it had its answer. */
  readonly aborted?: boolean
  readonly method?: Pattern | readonly Pattern[]
  /** The request's path or its endpoint's pattern, as in `'/billing/*'`. */
  readonly path?: Pattern | readonly Pattern[]
  readonly message?: Pattern | readonly Pattern[]
  /** What was logged as `tag`, or is among the logged `tags`. */
  readonly tag?: Pattern | readonly Pattern[]
  /** Other logged fields, by name. */
  readonly fields?: Readonly<Record<string, Pattern | readonly Pattern[]>>
}

/** Who hears of what, and how loud. */
export interface RouteOptions {
  /** @default everything */
  readonly when?: MatchOptions
  /**
   * Where it is told; not with a webhook.
   *
   * @default the sink's channel
   */
  readonly channel?: string
  /** Who is called by loud alerts: `'@here'`, `'@channel'`, `'@everyone'`, the id of a user (`U…`) or of a user group (`S…`). */
  readonly mention?: string | readonly string[]
  /**
   * What the channel sees beside a problem's message: `'state'` what a person must know, `'always'` each line of its thread,
   * `'never'` nothing.
   *
   * @default 'state'
   */
  readonly loud?: 'state' | 'always' | 'never'
  /**
   * How often something happens before its first alert, from 1 to 1,000. Fatal records are told at once.
   *
   * @default 1
   */
  readonly minCount?: number
  /**
   * Within which time it must happen so often, in milliseconds.
   *
   * @default any time
   */
  readonly withinMs?: number
  /** @default the sink's `repeat` */
  readonly repeat?: RepeatOptions
  /**
   * Whether the routes after this one are asked as well; a channel tells a record once.
   *
   * @default false
   */
  readonly continue?: boolean
}

/** When more of the same is told. */
export type RepeatOptions = MilestoneRepeatOptions | WindowRepeatOptions

/**
 * One message that counts along. Loud when something is new, at 10, 100, 1,000 … occurrences, when it happens much more often than
 * usual, when it is back after a day, and when it still goes on after hours.
 */
export interface MilestoneRepeatOptions {
  readonly policy: 'milestones'
  /**
   * How long a new problem waits when another one was new in the minute before, to see whether they are a storm, in milliseconds.
   * Fatal records never wait.
   *
   * @default 2_000
   */
  readonly holdMs?: number
}

/** The first `limit` occurrences are each a message, then there is silence until none was admitted for `windowMs`. */
export interface WindowRepeatOptions {
  readonly policy: 'window'
  /**
   * From 1 up.
   *
   * @default 3
   */
  readonly limit?: number
  /**
   * In milliseconds, from 1 up.
   *
   * @default 600_000
   */
  readonly windowMs?: number
}

/** How titles, notifications and one-line fields are cleaned. */
export interface SanitizeOptions {
  /** @default 'remove' */
  readonly quotes?: 'remove' | 'keep'
  /** @default 'escape' */
  readonly newlines?: 'escape' | 'keep'
}

/** What is redacted beside the defaults. */
export interface RedactOptions {
  /** Further keys, matched as words: `'ssn'` hits `userSsn` and `ssn_hash`. */
  readonly keys?: readonly string[]
  /** Further texts: regular expressions as strings, matched everywhere. */
  readonly patterns?: readonly string[]
  /** Keys that are shown although a rule hits them. */
  readonly exceptions?: readonly string[]
}

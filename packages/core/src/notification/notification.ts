import type { LogEvent } from '../event/log-event.ts'
import type { ActionKind, ActionTarget } from '../incident/actions/action.ts'
import type { IncidentState } from '../incident/incident.ts'
import type { Words } from './locale/locale.ts'
import type { TimeFormat } from './text.ts'

/** The content of one message, independent of where it goes. All texts are plain: unescaped and within bounds. */
export type Notification =
  | RootNotification
  | StateNotification
  | DetailsNotification
  | StormNotification
  | ListNotification
  | NoticeNotification
  | ReportNotification

/** Whom a message notifies. It comes from the configuration, never from a record. */
export type Mention =
  | { readonly kind: 'user' | 'group'; readonly id: string }
  | { readonly kind: 'here' | 'channel' | 'everyone' }

/** A part of a line. A moment is data, so that a destination can show it in the reader's time zone. */
export type Span =
  | { readonly text: string; readonly style?: 'bold' | 'code' }
  | { readonly at: number; readonly format: 'time' | 'seconds' | 'date' }

/** How severe a message looks. */
export interface Look {
  readonly emoji: string
  /** As in `'#e01e5a'`. */
  readonly color: string
}

/** A short fact with its name. */
export interface Fact {
  readonly label: string
  readonly text: string
  /** The moment that the text shows in UTC, in milliseconds since 1970. */
  readonly at?: number
  readonly format?: TimeFormat
}

/** A link that the service's owner configured. */
export interface Link {
  readonly label: string
  readonly url: string
}

/** Until when an incident can be muted: for an hour, until tomorrow at 9:00, another release, or 10 further occurrences. */
export type MuteChoice = 'hour' | 'morning' | 'release' | 'count'

/** An action, as a button or, with `choices`, a menu. */
export interface OfferedAction {
  readonly kind: ActionKind
  readonly label: string
  readonly choices?: readonly { readonly choice: MuteChoice; readonly label: string }[]
}

/** The row of actions of an incident's message. */
export interface ActionRow {
  readonly target: ActionTarget
  readonly offered: readonly OfferedAction[]
}

/** One line of a stack, and whether it is kept when the stack is trimmed. */
export interface StackLine {
  readonly text: string
  /** `always`: names the error, its root cause or a culprit; `likely`: names an error in between; `ifRoom`: the rest. */
  readonly keep: 'always' | 'likely' | 'ifRoom'
}

/** A long text with its title, for destinations that have no thread to put it into. */
export type Section =
  | {
      readonly kind: 'stack'
      readonly title: string
      readonly lines: readonly StackLine[]
      /** The line that replaces omitted ones: for one, and for several with `{count}`. */
      readonly omitted: readonly [one: string, several: string]
    }
  | { readonly kind: 'text'; readonly title: string; readonly text: string }

/** The message that stands for an incident: posted once, then edited. */
export interface RootNotification {
  readonly kind: 'root'
  readonly state: IncidentState
  readonly look: Look
  /** What broke, as in `TypeError: fetch failed ← connect ECONNREFUSED 127.0.0.1:5433`. */
  readonly title: string
  /** Where it happened, as in `checkout · production · v1.8.2 · POST /orders/:id`. */
  readonly context: string
  /** One line that makes sense alone, for push notifications: the title, the service, the endpoint. */
  readonly headline: string
  /** The exact texts with their line ends; empty if the title has them all. */
  readonly message: string
  /** Where it was thrown and what caused it, as in `└ ` and `charge (src/pay.ts:7)`. */
  readonly places: readonly { readonly label: string; readonly code: string }[]
  readonly facts: readonly Fact[]
  readonly links: readonly Link[]
  /** What the reader must know about earlier messages or about this one. */
  readonly notices: readonly string[]
  /** Empty for an edit, which notifies nobody. */
  readonly mentions: readonly Mention[]
  /** Undefined where no action could come back, as from a webhook's message. */
  readonly actions: ActionRow | undefined
  /** Why this was sent, and what comes next. */
  readonly why: string
  /** What a thread would hold; empty where there is one. */
  readonly sections: readonly Section[]
  /** The event that is shown. */
  readonly event: LogEvent
}

/** A line in an incident's thread. */
export interface StateNotification {
  readonly kind: 'state'
  /** In milliseconds since 1970. */
  readonly at: number
  /** As in `×1,000 · 3.1/s` or `quiet`. */
  readonly line: string
  /** The same with its moments as data, where it has any. */
  readonly spans?: readonly Span[]
  /** Whether the channel sees it too, where it must make sense without its thread. */
  readonly isBroadcast: boolean
  readonly look: Look
  readonly service: string
  /** What failed, on one line. */
  readonly headline: string
  readonly why: string
  readonly mentions: readonly Mention[]
}

/** A part of a thread: literal text below its title, or a sentence with code at its end. */
export type DetailsPart =
  | { readonly kind: 'literal'; readonly title: string | undefined; readonly text: string }
  | { readonly kind: 'prose'; readonly text: string; readonly code: string }

/** One message of the details in a thread: stack, request, data, log lines before. */
export interface DetailsNotification {
  readonly kind: 'details'
  readonly headline: string
  readonly parts: readonly DetailsPart[]
}

/** One problem on one line of a list. */
export interface ListedProblem {
  readonly fingerprint: string
  /** As in `TypeError: x is not a function`. */
  readonly title: string
  readonly count: number
  /** As in `charge (src/pay.ts:7)`; empty if unknown. */
  readonly culprit: string
  /** The destination's reference of a message of its own, to link to. */
  readonly ref?: string
}

/** The message that stands for a storm: many new problems at once. */
export interface StormNotification {
  readonly kind: 'storm'
  /** `quiet` once it is over. */
  readonly state: 'active' | 'quiet'
  readonly look: Look
  /** As in `12 new problems, 408 errors`. */
  readonly title: string
  /** Where and since when, as in `checkout · production · since 14:02`. */
  readonly context: readonly Span[]
  /** One line that makes sense alone, for push notifications. */
  readonly headline: string
  /** The suspected common cause with its label; empty if there is none. */
  readonly cause: string
  /** The most frequent problems. */
  readonly problems: readonly ListedProblem[]
  /** How many more there are; empty if none. */
  readonly more: string
  readonly notices: readonly string[]
  readonly why: string
  readonly mentions: readonly Mention[]
}

/** Several problems, a line each. */
export interface ListNotification {
  readonly kind: 'list'
  readonly headline: string
  readonly problems: readonly ListedProblem[]
}

/** A sentence about alerts or delivery themselves. */
export interface NoticeNotification {
  readonly kind: 'notice'
  readonly text: string
  /** When it happened, in milliseconds since 1970. */
  readonly at?: number
  /** The destination's reference of the message that it speaks of. */
  readonly ref?: string
}

/** What happened in a span of time, or what is open now: then a table at most. It mentions nobody. */
export interface ReportNotification {
  readonly kind: 'report'
  readonly look: Look
  /** As in `1,204 errors, 17 problems`; empty if there was no error: then the context is the whole message. */
  readonly title: string
  /** One line that makes sense alone, for push notifications. */
  readonly headline: string
  /** Where, and from when to when. */
  readonly context: readonly Span[]
  /** The totals, each with its change. */
  readonly facts: readonly Fact[]
  readonly chart: ReportChart | undefined
  /** The most frequent problems, or what is open. */
  readonly table: ReportTable | undefined
  /** What is new, back, open, resolved, and what was new in each release. */
  readonly lists: readonly ReportList[]
  readonly notices: readonly string[]
  /** How many processes and messages there were, and what was lost; how many more problems are open. */
  readonly foot: string
}

/** How often something happened over time: at most 20 points. */
export interface ReportChart {
  readonly title: string
  /** What is counted. */
  readonly series: string
  /** Labels are at most 20 characters long, and no two are the same. */
  readonly points: readonly { readonly label: string; readonly count: number }[]
  /** The same as a row of bars, as in `▁▃█`. */
  readonly bars: string
}

/** A table, and what is above its columns. */
export interface ReportTable {
  readonly columns: readonly { readonly title: string; readonly isNumber: boolean }[]
  readonly rows: readonly (readonly ReportCell[])[]
}

export interface ReportCell {
  readonly text: string
  /** The destination's reference of a message, to link to. */
  readonly ref?: string | undefined
}

export interface ReportList {
  readonly title: string
  readonly items: readonly ReportCell[]
  /** How many more there are; empty if none. */
  readonly more: string
}

/** A text file for a thread. */
export interface TextFile {
  readonly filename: string
  readonly title: string
  readonly content: string
}

/** What a thread starts or continues with. */
export interface ThreadContent {
  readonly messages: readonly DetailsNotification[]
  /** The whole text, where the messages had to be trimmed. */
  readonly file?: TextFile
}

/** How much text a destination takes in one message of a thread. */
export interface TextLimits {
  /** Characters of one literal part. */
  readonly part: number
  /** Characters of all parts of one message. */
  readonly message: number
  /** Parts in a thread before the rest goes into a file. */
  readonly parts: number
}

/**
 * The essentials of a notification as plain text, for a destination that has no design of its own.
 *
 * @example
 * plainText(notification) // '🔴 TypeError: x is not a function · checkout · POST /orders/:id\n└ charge (src/pay.ts:7)\n…'
 */
export function plainText(notification: Notification): string {
  return linesOf(notification)
    .filter((line) => line !== '')
    .join('\n')
}

function linesOf(notification: Notification): readonly string[] {
  switch (notification.kind) {
    case 'root': {
      const { headline, message, places, facts, notices, why } = notification
      const details = facts.map(({ label, text }) => `${label}: ${text}`)
      return [headline, message, ...places.map(textOfPlace), ...details, ...notices, why]
    }
    case 'state':
      return [`${notification.look.emoji} ${notification.headline} · ${notification.line}`]
    case 'details':
      return notification.parts.map((part) =>
        part.kind === 'prose' ? part.text + part.code : `${part.title ?? ''}\n${part.text}`.trim(),
      )
    case 'storm': {
      const { headline, cause, problems, more, notices } = notification
      return [headline, cause, ...problems.map(textOfProblem), more, ...notices]
    }
    case 'list':
      return [notification.headline, ...notification.problems.map(textOfProblem)]
    case 'notice':
      return [notification.text]
    case 'report':
      return linesOfReport(notification)
  }
}

function linesOfReport(report: ReportNotification): readonly string[] {
  const { headline, facts, chart, table, lists, notices, foot } = report
  return [
    headline,
    facts.map(({ label, text }) => `${label}: ${text}`).join(' · '),
    chart === undefined ? '' : `${chart.title}: ${chart.bars}`,
    ...(table?.rows.map((cells) => `• ${cells.map(({ text }) => text).join(' · ')}`) ?? []),
    ...lists.flatMap(({ title, items, more }) => [
      title,
      ...items.map(({ text }) => `• ${text}`),
      more,
    ]),
    ...notices,
    foot,
  ]
}

function textOfPlace({ label, code }: RootNotification['places'][number]): string {
  return label + code
}

function textOfProblem({ count, title }: ListedProblem): string {
  return `• ${count}× ${title}`
}

/** The language of the fixed texts: one that is built in, or texts of one's own. */
export type Locale = 'en' | 'ko' | Words

/** How titles, headlines and one-line fields are sanitized. */
export interface SanitizeSettings {
  readonly quotes: 'remove' | 'keep'
  readonly newlines: 'space' | 'escape' | 'keep'
}

/** What all notifications of a sink share. */
export interface NotificationSettings {
  readonly service: string
  readonly environment: string | undefined
  readonly release: string | undefined
  readonly locale: Locale
  readonly sanitize: SanitizeSettings
  /** URL templates by name, as in `{ trace: 'https://traces.example/{trace_id}' }`. */
  readonly links: Readonly<Record<string, string>>
  /** The service's folder: paths inside it are shown relative to it. */
  readonly appRoot?: string
}

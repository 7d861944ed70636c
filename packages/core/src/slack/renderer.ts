import type { LogEvent } from '../event/log-event.ts'
import type { IncidentView } from '../incident/incident.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import type { RootExtras } from '../notification/root.ts'
import type { MessageSettings } from '../notification/settings.ts'
import { buildFileRefusal } from './blocks/file-refusal.ts'
import { memberOf } from './blocks/list.ts'
import { buildRootMessage } from './blocks/root.ts'
import type { StormMember } from './blocks/storm.ts'
import { buildReplies, type Replies } from './blocks/thread.ts'
import { buildStateLine, type StateChange } from './blocks/timeline.ts'
import { type Detail, isSlackMessage, type SlackMessage } from './message.ts'

/** Turns incidents into messages, with the user's formatter in between. */
export interface Renderer {
  /** The root as things stand now; `undefined` if the formatter wants it skipped. */
  root(view: IncidentView, detail: Detail, extras?: RootExtras): SlackMessage | undefined
  /** The problem on one line. */
  line(view: IncidentView): StormMember
  /** What the thread says besides: the stack, the request, the log lines before. */
  replies(view: IncidentView): Replies
  /**
   * What to say in a thread whose file Slack refused; `undefined` if it was said before. From then on threads get trimmed
   * pieces only.
   */
  fileRefusal(reason: string): SlackMessage | undefined
  /** A line in the thread about what became of it. */
  stateLine(view: IncidentView, change: StateChange, options: LineOptions): SlackMessage
  /** What is to be known of an alert: that the channel had heard enough, that it stands for many problems. */
  notice(name: 'hushed' | 'collapsed'): string
}

/** How a line of a thread is told. */
export interface LineOptions {
  /** Whether the channel sees it too. */
  readonly isLoud: boolean
  /** Ready markup, as in `'<!here>'`. */
  readonly mentions?: string
  readonly detail: Detail
}

/** What a renderer works with. */
export interface RendererParts {
  readonly settings: MessageSettings
  /** What was logged before an event, oldest first. */
  readonly breadcrumbs: (event: LogEvent) => readonly LogEvent[]
  readonly formatter: ((message: SlackMessage, event: LogEvent) => SlackMessage | false) | undefined
  /** Told when the formatter throws or returns what is no message; the built-in message goes out. */
  readonly onBrokenFormatter: (error: unknown) => void
}

/** A renderer with one design for all messages. */
export function createRenderer(parts: RendererParts): Renderer {
  const { settings, breadcrumbs, formatter, onBrokenFormatter } = parts
  let areFilesRefused = false
  return {
    root(view, detail, extras) {
      const message = buildRootMessage(view, { ...settings, detail }, extras)
      // A formatter's own mistake may be why Slack refused the full message.
      if (formatter === undefined || detail !== 'full') return message
      try {
        const formatted = formatter(message, view.sample)
        if (formatted === false) return undefined
        if (isSlackMessage(formatted)) return formatted
        onBrokenFormatter(new TypeError('Expected `formatter` to return a message or false'))
      } catch (error) {
        onBrokenFormatter(error)
      }
      return message
    },
    line: (view) => memberOf(view.sample, view, settings),
    replies: (view) =>
      buildReplies(
        view,
        { breadcrumbs: breadcrumbs(view.sample), files: !areFilesRefused },
        settings,
      ),
    fileRefusal(reason) {
      if (areFilesRefused) return undefined
      areFilesRefused = true
      return buildFileRefusal(reason, settings)
    },
    stateLine: (view, change, { detail, ...options }) =>
      buildStateLine({ view, change, ...options }, { ...settings, detail }),
    notice: (name) => wordsFor(settings.locale)[name],
  }
}

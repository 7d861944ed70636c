import type { TriageNote } from '../incident/actions/triage.ts'
import type { IncidentView } from '../incident/incident.ts'
import { showCounter } from './facts.ts'
import { endpointOf, headline, serviceOf } from './headline.ts'
import { wordsFor, type Words } from './locale/locale.ts'
import type { NotificationSettings, StateNotification } from './notification.ts'
import { showCount, showDuration, joinTexts, shortText } from './text.ts'
import { lookOf, whyLine } from './root.ts'
import { auditLine, mutedLine, textOfSpans } from './actions.ts'

/** A change in the course of an incident, for a line in its thread. */
export type StateChange = CourseChange | (TriageNote & Pick<CourseChange, 'at'>)

export interface CourseChange {
  /**
   * `count`: a new order of magnitude; `back`: an occurrence after silence; `reopened`: an occurrence after a person resolved it;
   * `suppressed`: occurrences without a message of their own.
   */
  readonly kind: 'count' | 'quiet' | 'back' | 'suppressed' | 'resolved' | 'muted' | 'reopened'
  /** In milliseconds since 1970. */
  readonly at: number
  /** For `back`: how long it was silent, in milliseconds. */
  readonly silentMs?: number | undefined
  /** For `suppressed`: how many. */
  readonly count?: number
}

/** The content of a line in an incident's thread: `×100 · 3.1/s · 2 hosts`, `quiet`, `back after 1 h 39 min`. */
export function buildState(
  view: IncidentView,
  change: StateChange,
  options: Pick<StateNotification, 'isBroadcast' | 'mentions'>,
  settings: NotificationSettings,
): StateNotification {
  const words = wordsFor(settings.locale)
  const { sample } = view
  return {
    kind: 'state',
    at: change.at,
    ...describeLine(view, change, settings),
    look: lookOf(view),
    service: shortText(serviceOf(sample, settings), settings.sanitize, 60),
    headline: joinTexts([headline(sample, settings), endpointOf(sample, settings)], ' · '),
    why: whyLine(view, words),
    ...options,
  }
}

function describeLine(
  view: IncidentView,
  change: StateChange,
  settings: NotificationSettings,
): Pick<StateNotification, 'line' | 'spans'> {
  if (change.kind === 'unmuted') return { line: mutedLine(change.muted, settings) }
  if (change.kind !== 'action')
    return { line: describeChange(view, change, wordsFor(settings.locale)) }
  const spans = auditLine(change, settings)
  return { line: textOfSpans(spans), spans }
}

function describeChange(view: IncidentView, change: CourseChange, words: Words): string {
  switch (change.kind) {
    case 'count': {
      const hosts = view.hosts.length > 1 ? ` · ${words.hosts(showCount(view.hosts.length))}` : ''
      return `×${showCounter(view, words)}${hosts}`
    }
    case 'back':
      return change.silentMs === undefined
        ? words.reopened
        : words.back(showDuration(change.silentMs, words.duration))
    case 'reopened':
      return words.reopened
    case 'suppressed':
      return words.suppressed(showCount(change.count ?? 0))
    default:
      return words.state[change.kind]
  }
}

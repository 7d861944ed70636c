import type { ActionKind, ActionTarget, MuteEnd } from '../incident/actions/action.ts'
import type { Actor, AuditEntry, MutedFor, Triage, TriageNote } from '../incident/actions/triage.ts'
import type { IncidentView } from '../incident/incident.ts'
import { spansOf, type Words, wordsFor } from './locale/locale.ts'
import type {
  ActionRow,
  Fact,
  MuteChoice,
  NotificationSettings,
  OfferedAction,
  Span,
} from './notification.ts'
import { showCount, showDuration, utcTime, shortText } from './text.ts'

/** What decides which actions an incident offers, beside its state. */
export interface ActionsContext {
  readonly target: ActionTarget
  /** Whether somebody has taken the incident. */
  readonly isTaken: boolean
}

const muteChoices: readonly MuteChoice[] = ['hour', 'morning', 'release', 'count']

/** The actions that an incident offers in its state: what was done can be undone by everybody who may act. */
export function actionsOf(
  { state }: Pick<IncidentView, 'state'>,
  { target, isTaken }: ActionsContext,
  words: Words,
): ActionRow {
  const kinds: readonly ActionKind[] = [
    state === 'resolved' ? 'reopen' : 'resolve',
    ...(state === 'resolved' ? [] : ([state === 'muted' ? 'unmute' : 'mute'] as const)),
    isTaken ? 'release' : 'take',
  ]
  const offered = kinds.map((kind) => offer(kind, words))
  return { target, offered: offered.filter(isShown) }
}

/** A locale leaves a button or a choice out with an empty text. */
function isShown({ label, choices }: OfferedAction): boolean {
  return label !== '' && choices?.length !== 0
}

function offer(kind: ActionKind, { actions, muteUntil }: Words): OfferedAction {
  const label = actions[kind]
  if (kind !== 'mute') return { kind, label }
  const choices = muteChoices.map((choice) => ({ choice, label: muteUntil[choice] }))
  return { kind, label, choices: choices.filter((each) => each.label !== '') }
}

const maxName = 60
const dayMs = 86_400_000
const weekMs = 7 * dayMs
/** From this age on, a note is so many weeks old, in milliseconds. */
const weeksFromMs = 2 * weekMs

/** `🔇 Muted until 15:04 by Jane (button)`: a name is a text, which notifies nobody. */
export function auditLine(
  { entry, muted }: Extract<TriageNote, { readonly kind: 'action' }>,
  settings: NotificationSettings,
): readonly Span[] {
  const { audit } = wordsFor(settings.locale)
  const who = `${nameOf(entry.by, settings)} (${audit.via[entry.by.via]})`
  const line = linesOf(entry, { who, settings })
  return muted === undefined ? line : [...line, { text: ` · ${mutedText(muted, settings)}` }]
}

function linesOf(
  { kind, until, at }: AuditEntry,
  { who, settings }: { readonly who: string; readonly settings: NotificationSettings },
): readonly Span[] {
  const words = wordsFor(settings.locale)
  if (kind !== 'mute' || until === undefined) return spansOf(words.audit[kind], { text: who })
  return spansOf(words.audit.muteUntil, endOf(until, at, words), { text: who })
}

/** A moment of another day is shown with its date. */
function endOf(until: MuteEnd, from: number, { audit }: Words): Span {
  if ('time' in until)
    return { at: until.time, format: until.time - from < dayMs / 2 ? 'time' : 'date' }
  return { text: 'count' in until ? audit.more(showCount(until.count)) : audit.nextRelease }
}

/** `🔔 Was muted for 3 h: 412 more` */
export function mutedLine(muted: MutedFor, settings: NotificationSettings): string {
  return `🔔 ${mutedText(muted, settings)}`
}

function mutedText({ ms, missed }: MutedFor, { locale }: NotificationSettings): string {
  const { audit, duration } = wordsFor(locale)
  return audit.wasMuted(showDuration(ms, duration), showCount(missed))
}

export function textOfSpans(spans: readonly Span[]): string {
  return spans.map((span) => ('at' in span ? utcTime(span.at, span.format) : span.text)).join('')
}

/** Who resolved, muted and takes care of an incident, and until when. */
export function triageFacts(
  { triage, state }: IncidentView,
  settings: NotificationSettings,
): readonly Fact[] {
  if (triage === undefined) return []
  const { labels } = wordsFor(settings.locale)
  const { assignee } = triage
  return [
    ...(state === 'resolved' ? resolutionFacts(triage, settings) : []),
    ...(state === 'muted' ? muteFacts(triage, settings) : []),
    ...(assignee === undefined
      ? []
      : [{ label: labels.assignee, text: nameOf(assignee, settings) }]),
  ]
}

function resolutionFacts({ resolution }: Triage, settings: NotificationSettings): readonly Fact[] {
  if (resolution === undefined) return []
  const { labels } = wordsFor(settings.locale)
  const { by, stillFrom } = resolution
  const release = shortText(stillFrom ?? '', settings.sanitize, maxName)
  return [
    { label: labels.resolvedBy, text: nameOf(by, settings) },
    ...(release === '' ? [] : [{ label: labels.stillFrom, text: showRelease(release) }]),
  ]
}

function muteFacts({ mute }: Triage, settings: NotificationSettings): readonly Fact[] {
  if (mute === undefined) return []
  const words = wordsFor(settings.locale)
  const by = { label: words.labels.mutedBy, text: nameOf(mute.by, settings) }
  if (mute.until === undefined) return [by]
  const end = endOf(mute.until, mute.since, words)
  return [{ label: words.labels.mutedUntil, text: textOfSpans([end]), ...end }, by]
}

/** A version with a `v`, as in `v1.8.2`. */
export function showRelease(release: string): string {
  return /^\d/.test(release) ? `v${release}` : release
}

/** `Last time, 3 weeks ago: restart the pool`; empty without a note. */
export function noteNotice(
  { triage, alert }: IncidentView,
  settings: NotificationSettings,
): string {
  const note = triage?.notes.at(-1)
  if (note === undefined) return ''
  const words = wordsFor(settings.locale).notes
  const text = shortText(note.text, settings.sanitize, 300)
  const ageMs = alert.at - note.at
  if (ageMs < 0) return `📝 ${words.current(text, nameOf(note.by, settings))}`
  return `📝 ${words.lastTime(showAge(ageMs, settings), text)}`
}

function showAge(ageMs: number, { locale }: NotificationSettings): string {
  const { duration, notes } = wordsFor(locale)
  if (ageMs >= weeksFromMs) return notes.weeks(showCount(Math.floor(ageMs / weekMs)))
  return showDuration(ageMs, duration)
}

/** A person as messages name them; by the id where the destination knows ids only. */
export function nameOf({ name, user }: Actor, { sanitize }: NotificationSettings): string {
  return shortText(name ?? user, sanitize, maxName)
}

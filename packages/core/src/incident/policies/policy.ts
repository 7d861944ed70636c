import type { Alert, AlertReason, Incident } from '../incident.ts'
import type { Spike } from './spike.ts'

/** Decides when an incident is loud. Its answers depend on the incident and the time alone; nothing is changed by asking. */
export interface RepeatPolicy {
  /** Whether an incident is one message that is kept up to date; else each alert is a message of its own that stays as it is. */
  readonly keepsLiveRoot: boolean
  /** What one more occurrence asks for, after it was counted. */
  onOccurrence(incident: Incident, now: number): Decision | undefined
  /** What the time that passed asks for. */
  onTime(incident: Incident, now: number): Decision | undefined
  /** When `onTime` has to be asked next, in milliseconds since 1970; infinite if only an occurrence can change anything. */
  dueAt(incident: Incident, now: number): number
  /** The next number of occurrences at which it is loud, if any is. */
  nextMilestone(incident: Incident): number | undefined
}

/** What a policy wants done. */
export type Decision = AlertDecision | { readonly action: 'note'; readonly note: Note }

/** Be loud: now, or as soon as the last alert is long enough ago; until then the thread knows. */
export type AlertDecision = { readonly action: 'alert' | 'defer' } & DeferredAlert

/** An alert before its time has come. */
export interface DeferredAlert {
  readonly reason: AlertReason
  readonly silentMs?: number
  readonly spike?: Spike
}

/** What a quiet line in a thread tells. */
export type Note =
  /** A new order of magnitude. */
  | { readonly kind: 'count' }
  | { readonly kind: 'quiet' }
  /** Without a duration if a person had called it resolved. */
  | { readonly kind: 'back'; readonly silentMs: number | undefined }
  /** Occurrences without a message of their own. */
  | { readonly kind: 'suppressed'; readonly count: number }

/** Of two alerts that wait, the one that says more is told. */
const ranks: Readonly<Partial<Record<AlertReason, number>>> = { spike: 1, regression: 2 }

/**
 * Remembers in the incident what was decided.
 *
 * @returns the alert, if it is to be loud now
 */
export function applyDecision(
  incident: Incident,
  decision: Decision,
  now: number,
): Alert | undefined {
  const { alerts } = incident
  incident.changes += 1
  if (startsAnew(incident, decision)) startAnew(incident, now)
  if (decision.action === 'note') applyNote(incident, decision.note)
  else applyAlert(incident, decision, now)
  while (alerts.nextMilestone <= incident.count) alerts.nextMilestone *= 10
  return decision.action === 'alert' ? alerts.last : undefined
}

function applyNote(incident: Incident, { kind }: Note): void {
  if (kind === 'quiet') incident.state = 'quiet'
  if (kind === 'suppressed') incident.alerts.summedUpCount = incident.count
}

function applyAlert(incident: Incident, decision: AlertDecision, now: number): void {
  const { alerts } = incident
  if (decision.reason === 'spike') alerts.spikedAt = now
  if (decision.action === 'defer') {
    if (rankOf(decision) >= rankOf(alerts.deferred)) alerts.deferred = decision
    return
  }
  alerts.last = toAlert(incident, decision, now)
  alerts.deferred = undefined
  alerts.isFatalTold = incident.isFatal
  if (decision.reason === 'reminder') alerts.reminders += 1
}

function startsAnew({ alerts }: Incident, decision: Decision): boolean {
  if (decision.action === 'note') return decision.note.kind === 'back'
  return alerts.last === undefined || decision.reason === 'regression'
}

function startAnew(incident: Incident, now: number): void {
  incident.state = 'active'
  incident.activeSince = now
  incident.alerts.remindFrom = now
  incident.alerts.reminders = 0
}

function toAlert(incident: Incident, alert: DeferredAlert, now: number): Alert {
  return {
    reason: alert.reason,
    at: now,
    count: incident.count,
    previousCount: incident.alerts.last?.count ?? 0,
    ...(alert.silentMs !== undefined && { silentMs: alert.silentMs }),
    ...(alert.spike !== undefined && { spike: alert.spike }),
  }
}

function rankOf(alert: DeferredAlert | undefined): number {
  return alert === undefined ? -1 : (ranks[alert.reason] ?? 0)
}

import type { Incident } from '../incident.ts'
import type { Decision, DeferredAlert, RepeatPolicy } from './policy.ts'
import { findSpike } from './spike.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** Any two loud alerts of an incident are at least this far apart. */
const minGapMs = 5 * minuteMs
/** Smaller milestones inside the gap are not worth an alert of their own when it ends. */
const minDeferredMilestone = 100
const quietAfterMs = 30 * minuteMs
const regressionAfterMs = 24 * hourMs
const firstReminderMs = 4 * hourMs
const reminderEveryMs = 24 * hourMs
/** A younger incident has no usual rate. */
const spikeAfterMs = hourMs
const spikeGapMs = 6 * hourMs

/**
 * Loud when something is new, ten times more, out of the ordinary, back, or still going on after hours; else one message counts
 * along.
 */
export const milestonePolicy: RepeatPolicy = {
  keepsLiveRoot: true,
  onOccurrence(incident, now) {
    const { last } = incident.alerts
    if (last === undefined) {
      return { action: 'alert', reason: incident.isFatal ? 'fatal' : 'new' }
    }
    if (incident.state === 'muted') return undefined
    if (incident.isFatal && !incident.alerts.isFatalTold)
      return { action: 'alert', reason: 'fatal' }
    return (
      returned(incident, now) ??
      grown(incident, now) ??
      spiked(incident, now) ??
      lasting(incident, now)
    )
  },
  onTime(incident, now) {
    const { last, deferred } = incident.alerts
    if (last === undefined || incident.state === 'muted') return undefined
    if (deferred !== undefined && isGapOver(incident, now)) return { ...deferred, action: 'alert' }
    if (incident.state !== 'active') return undefined
    if (now - incident.lastSeen >= quietAfterMs) return { action: 'note', note: { kind: 'quiet' } }
    return lasting(incident, now)
  },
  dueAt(incident, now) {
    const { last, deferred } = incident.alerts
    if (last === undefined || incident.state === 'muted') return Number.POSITIVE_INFINITY
    const gapEnd = deferred === undefined ? Number.POSITIVE_INFINITY : last.at + minGapMs
    if (incident.state !== 'active') return gapEnd
    const reminder = Math.max(remindAt(incident), last.at + minGapMs)
    // A reminder that is due but has nothing to tell waits for the next occurrence.
    const nextReminder = reminder > now ? reminder : Number.POSITIVE_INFINITY
    return Math.min(gapEnd, incident.lastSeen + quietAfterMs, nextReminder)
  },
  nextMilestone: (incident) => incident.alerts.nextMilestone,
}

/** Back after it was over. */
function returned(incident: Incident, now: number): Decision | undefined {
  if (incident.state === 'resolved') return loud(incident, { reason: 'regression' }, now)
  const silentMs = incident.lastSeen - incident.previousSeen
  if (incident.state !== 'quiet' && silentMs < quietAfterMs) return undefined
  if (silentMs >= regressionAfterMs || incident.isInNewRelease) {
    return loud(incident, { reason: 'regression', silentMs }, now)
  }
  return { action: 'note', note: { kind: 'back', silentMs } }
}

/** Ten times more. */
function grown(incident: Incident, now: number): Decision | undefined {
  if (incident.count < incident.alerts.nextMilestone) return undefined
  const isMinor = incident.count < minDeferredMilestone && !isGapOver(incident, now)
  if (isMinor) return { action: 'note', note: { kind: 'count' } }
  return loud(incident, { reason: 'milestone' }, now)
}

/** Suddenly more often than usual. */
function spiked(incident: Incident, now: number): Decision | undefined {
  if (now - incident.firstSeen < spikeAfterMs) return undefined
  if (now - incident.alerts.spikedAt < spikeGapMs) return undefined
  const spike = findSpike(incident.perMinute, now)
  return spike && loud(incident, { reason: 'spike', spike }, now)
}

/** Still going on after hours. */
function lasting(incident: Incident, now: number): Decision | undefined {
  const { last } = incident.alerts
  if (incident.count === last?.count) return undefined
  if (now < remindAt(incident) || !isGapOver(incident, now)) return undefined
  return { action: 'alert', reason: 'reminder' }
}

function remindAt({ alerts }: Incident): number {
  return alerts.remindFrom + firstReminderMs + alerts.reminders * reminderEveryMs
}

function loud(incident: Incident, alert: DeferredAlert, now: number): Decision {
  return { action: isGapOver(incident, now) ? 'alert' : 'defer', ...alert }
}

function isGapOver({ alerts }: Incident, now: number): boolean {
  return alerts.last === undefined || now - alerts.last.at >= minGapMs
}

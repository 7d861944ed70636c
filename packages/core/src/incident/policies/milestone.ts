import type { MinuteCounts } from '../impact.ts'
import type { AlertPolicy, Decision, ObservedIncident, PendingAlert } from './policy.ts'

const minuteMs = 60_000
const hourMs = 60 * minuteMs

/** The time between two alerts of an incident is at least this long. */
const minGapMs = 5 * minuteMs
/** Smaller milestones within that time only add a line to the thread. */
const minDeferredMilestone = 100
/** An incident without an occurrence for so long is quiet, in milliseconds. */
export const quietAfterMs: number = 30 * minuteMs
/** Less than a day, so that what fails once a day alerts each day, although never at the same minute. */
export const dailyMs: number = 20 * hourMs
/** A reminder is about what was seen within this time, in milliseconds. */
const currentMs = 5 * minuteMs
const firstReminderMs = 4 * hourMs
const reminderEveryMs = 24 * hourMs
/** The age from which on an incident has a usual rate. */
const spikeAfterMs = hourMs
const spikeGapMs = 6 * hourMs

/** Alerts when an incident is new, ten times as large, unusually frequent, back, or active for hours; else one message counts. */
export const milestonePolicy: AlertPolicy = {
  keepsLiveRoot: true,
  onOccurrence(incident, { now }) {
    const { last } = incident.alerts
    if (last === undefined) {
      return { action: 'alert', reason: incident.isFatal ? 'fatal' : 'new' }
    }
    if (incident.isFatal && !incident.alerts.isFatalNotified)
      return { action: 'alert', reason: 'fatal' }
    return (
      returned(incident, now) ??
      grown(incident, now) ??
      spiked(incident, now) ??
      lasting(incident, now)
    )
  },
  onTick(incident, now) {
    const { last, deferred } = incident.alerts
    if (last === undefined) return undefined
    if (deferred !== undefined && isGapOver(incident, now)) return { ...deferred, action: 'alert' }
    if (incident.state !== 'active') return undefined
    if (now - incident.lastSeen >= quietAfterMs) return { action: 'note', note: { kind: 'quiet' } }
    return lasting(incident, now)
  },
  nextTickAt(incident, now) {
    const { last, deferred } = incident.alerts
    if (last === undefined) return Number.POSITIVE_INFINITY
    const gapEnd = deferred === undefined ? Number.POSITIVE_INFINITY : last.at + minGapMs
    if (incident.state !== 'active') return gapEnd
    const reminder = Math.max(remindAt(incident), last.at + minGapMs)
    // A reminder that is due without further occurrences waits for the next one.
    const nextReminder = reminder > now ? reminder : Number.POSITIVE_INFINITY
    return Math.min(gapEnd, incident.lastSeen + quietAfterMs, nextReminder)
  },
  nextMilestone: (incident) => incident.alerts.nextMilestone,
}

/** Active again after it was quiet or resolved. */
function returned(incident: ObservedIncident, now: number): Decision | undefined {
  if (incident.state === 'resolved') return alertOrDefer(incident, { reason: 'regression' }, now)
  const silentMs = incident.lastSeen - incident.previousSeen
  if (incident.state !== 'quiet' && silentMs < quietAfterMs) return undefined
  if (silentMs >= dailyMs || incident.isInNewRelease) {
    return alertOrDefer(incident, { reason: 'regression', silentMs }, now)
  }
  const { last, nextMilestone } = incident.alerts
  const isLarge = incident.count >= Math.max(nextMilestone, minDeferredMilestone)
  if (isLarge) return alertOrDefer(incident, { reason: 'milestone' }, now)
  const isTaken = incident.alerts.remindFrom > now
  if (last !== undefined && now - last.at >= dailyMs && !isTaken)
    return { action: 'alert', reason: 'reminder' }
  return { action: 'note', note: { kind: 'back', silentMs } }
}

/** Reached the next order of magnitude. */
function grown(incident: ObservedIncident, now: number): Decision | undefined {
  if (incident.count < incident.alerts.nextMilestone) return undefined
  const isMinor = incident.count < minDeferredMilestone && !isGapOver(incident, now)
  if (isMinor) return { action: 'note', note: { kind: 'count' } }
  return alertOrDefer(incident, { reason: 'milestone' }, now)
}

/** Much more frequent than usual. */
function spiked(incident: ObservedIncident, now: number): Decision | undefined {
  if (now - incident.firstSeen < spikeAfterMs) return undefined
  if (now - incident.alerts.spikedAt < spikeGapMs) return undefined
  const spike = findSpike(incident.perMinute, now)
  return spike && alertOrDefer(incident, { reason: 'spike', spike }, now)
}

/** Active for hours. */
function lasting(incident: ObservedIncident, now: number): Decision | undefined {
  const { last } = incident.alerts
  if (incident.count === last?.count || now - incident.lastSeen > currentMs) return undefined
  if (now < remindAt(incident) || !isGapOver(incident, now)) return undefined
  return { action: 'alert', reason: 'reminder' }
}

function remindAt({ alerts }: ObservedIncident): number {
  return alerts.remindFrom + firstReminderMs + alerts.reminders * reminderEveryMs
}

function alertOrDefer(incident: ObservedIncident, alert: PendingAlert, now: number): Decision {
  return { action: isGapOver(incident, now) ? 'alert' : 'defer', ...alert }
}

function isGapOver({ alerts }: ObservedIncident, now: number): boolean {
  return alerts.last === undefined || now - alerts.last.at >= minGapMs
}

/** An unusual number of occurrences. */
export interface Spike {
  /** Occurrences in the last five minutes. */
  readonly latest: number
  /** Occurrences in five minutes as usual. */
  readonly usual: number
}

const bucketMinutes = 5
const minFilledBuckets = 6
const minFactor = 5
const minLatest = 30

/** The hour before, in buckets; reused, since this runs for each occurrence of a flood. */
const buckets = new Uint32Array(12)

/**
 * Compares the last five minutes with the hour before: a spike has at least five times their median, and at least 30. Where most of
 * the hour was empty there is nothing to compare with.
 */
function findSpike(counts: Pick<MinuteCounts, 'sum'>, now: number): Spike | undefined {
  const latest = counts.sum(bucketMinutes, now)
  if (latest < minLatest) return undefined
  for (let bucket = 0; bucket < buckets.length; bucket += 1) {
    buckets[bucket] = counts.sum(bucketMinutes, now, (bucket + 1) * bucketMinutes)
  }
  const usual = medianOfFilled()
  return usual !== undefined && latest >= minFactor * usual ? { latest, usual } : undefined
}

/** The median of the buckets in which anything happened; `undefined` if they are too few. */
function medianOfFilled(): number | undefined {
  buckets.sort()
  const firstFilled = buckets.findIndex((count) => count > 0)
  const filled = firstFilled === -1 ? 0 : buckets.length - firstFilled
  if (filled < minFilledBuckets) return undefined
  const middle = firstFilled + filled / 2
  const low = buckets[Math.ceil(middle) - 1] ?? 0
  const high = buckets[Math.floor(middle)] ?? 0
  return (low + high) / 2
}

import type { Incident, Occurrence } from '../incident.ts'
import type { Decision } from '../policies/policy.ts'

/** For this time after it was resolved, occurrences may come from instances that are being replaced, in milliseconds. */
const replacedWithinMs = 10 * 60_000

/**
 * What follows from what people decided, before any policy is asked.
 *
 * @returns `'policy'` if the policy decides
 */
export function decideByTriage(
  incident: Incident,
  occurrence: Occurrence,
): Decision | 'policy' | undefined {
  const { state, alerts, isFatal, triage } = incident
  if (state === 'active' || state === 'quiet') return 'policy'
  const isFirstFatal = isFatal && alerts.last !== undefined && !alerts.isFatalNotified
  if (state === 'muted') return isFirstFatal ? { action: 'alert', reason: 'fatal' } : undefined
  const { resolution } = triage ?? {}
  if (resolution === undefined || isFirstFatal) return 'policy'
  const { release, now } = occurrence
  // In a release that was not known then, or without any release: the policy alerts that it is back.
  if (release === undefined || !resolution.releases.includes(release)) return 'policy'
  if (now - resolution.at < replacedWithinMs) return undefined
  return { action: 'note', note: { kind: 'back', silentMs: undefined } }
}

/** Why muting ends: `count` alerts, the others do not. */
export type MuteEnded = 'time' | 'release' | 'count'

/**
 * Whether an incident is muted no longer.
 *
 * @param release of the latest occurrence, if there is one
 */
export function muteEnded(
  { count, triage }: Incident,
  { now, release }: Pick<Occurrence, 'now'> & Partial<Pick<Occurrence, 'release'>>,
): MuteEnded | undefined {
  const { until, count: before = 0, releases = [] } = triage?.mute ?? {}
  if (until === undefined) return undefined
  if ('time' in until) return now >= until.time ? 'time' : undefined
  if ('count' in until) return count - before >= until.count ? 'count' : undefined
  return release === undefined || releases.includes(release) ? undefined : 'release'
}

/** When muting ends, if that is a moment, in milliseconds since 1970. */
export function mutedUntil({ triage }: Incident): number {
  const { until } = triage?.mute ?? {}
  return until !== undefined && 'time' in until ? until.time : Number.POSITIVE_INFINITY
}

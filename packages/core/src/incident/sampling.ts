import type { LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import type { Verdict } from './channel-gate.ts'
import type { Alert, Incident } from './incident.ts'
import type { RoutedOccurrence } from './incidents.ts'

/** Events of one incident that are kept. */
export const maxSamples = 3
/** The occurrences among which variations are looked for. */
const maxCompared = 200
/** These alerts show the occurrence that caused them; the others show how many there are. */
const showingReasons: ReadonlySet<Alert['reason']> = new Set([
  'new',
  'fatal',
  'regression',
  'repeat',
])

/** Whether an alert shows the occurrence that caused it. */
export function showsOccurrence({ reason }: Pick<Alert, 'reason'>): boolean {
  return showingReasons.has(reason)
}

/** Whether the occurrence of an alert is kept. Of very many problems at once only the number is shown. */
export function needsSample(incident: Incident, alert: Alert, verdict: Verdict): boolean {
  const { samples, storm, key } = incident
  if (!showsOccurrence(alert) && samples.length > 0) return false
  const isListed = verdict === 'storm' || verdict === 'quiet'
  return !isListed || storm === undefined || storm.lists(key)
}

/** Whether an earlier process alerted it and left no event. */
export function lacksSample({ samples, alerts, storm }: Incident): boolean {
  return samples.length === 0 && alerts.last !== undefined && storm === undefined
}

/** Keeps an occurrence, to be shown. */
export function keepSample(
  incident: Incident,
  occurrence: RoutedOccurrence,
  onNormalized?: (event: LogEvent) => void,
): Sample {
  const { samples, variations } = incident
  const sample = occurrence.keep(onNormalized)
  samples.unshift(sample)
  samples.length = Math.min(samples.length, maxSamples)
  variations.add(occurrence.variation())
  return sample
}

/** Only the first occurrences are compared: later a flood must cost nothing. */
export function mayVary({ samples, count, storm, route }: Incident): boolean {
  if (count > maxCompared || storm !== undefined || !route.policy.keepsLiveRoot) return false
  return samples.length > 0 && samples.length < maxSamples
}

/** Keeps an occurrence if it differs from those before. */
export function keepVariation(
  { samples, variations }: Incident,
  occurrence: RoutedOccurrence,
): void {
  const variation = occurrence.variation()
  if (variations.has(variation)) return
  variations.add(variation)
  samples.push(occurrence.keep())
}

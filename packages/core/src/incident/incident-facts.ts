import type { AlertReason, IncidentState } from './incident.ts'
import { createIncident, firstMilestone, type Incident } from './incident.ts'
import type { Route } from './routes.ts'

/** What a message carries besides what it shows, so that a process that knows nothing can go on with it: flat and small. */
export type Facts = Readonly<Record<string, string | number>>

const reasons: ReadonlySet<string> = new Set<AlertReason>([
  'new',
  'fatal',
  'milestone',
  'spike',
  'regression',
  'reminder',
  'storm',
  'repeat',
])
const states: ReadonlySet<string> = new Set<IncidentState>(['active', 'quiet', 'resolved', 'muted'])

const numberNames = [
  'count',
  'first_seen',
  'last_seen',
  'active_since',
  'alert_at',
  'alert_count',
  'reminders',
] as const
type NumberName = (typeof numberNames)[number]

/** What the message of an incident carries. */
export function factsOfIncident(incident: Incident, service: string): Facts | undefined {
  const { last } = incident.alerts
  if (last === undefined) return undefined
  return {
    service,
    fingerprint: incident.fingerprint,
    state: incident.state,
    count: incident.count,
    first_seen: incident.firstSeen,
    last_seen: incident.lastSeen,
    active_since: incident.activeSince,
    alert_reason: last.reason,
    alert_at: last.at,
    alert_count: last.count,
    reminders: incident.alerts.reminders,
  }
}

/** The incident that a message carries; `undefined` if it carries none of this service. */
export function incidentOfFacts(facts: Facts, service: string, route: Route): Incident | undefined {
  if (facts['service'] !== service || !areIncidents(facts)) return undefined
  const number = (name: NumberName): number => Number(facts[name])
  const reason = facts['alert_reason'] as AlertReason
  const incident = createIncident(String(facts['fingerprint']), route, number('first_seen'))
  Object.assign(incident.alerts, {
    last: { reason, at: number('alert_at'), count: number('alert_count'), previousCount: 0 },
    nextMilestone: milestoneAfter(number('count')),
    remindFrom: number('active_since'),
    reminders: number('reminders'),
    isFatalTold: reason === 'fatal',
  })
  return Object.assign(incident, {
    state: facts['state'] as IncidentState,
    count: number('count'),
    lastSeen: number('last_seen'),
    previousSeen: number('last_seen'),
    activeSince: number('active_since'),
    isFatal: reason === 'fatal',
  })
}

/** Every app of the workspace can write such a message, and another version may have. */
function areIncidents(facts: Facts): boolean {
  return (
    typeof facts['fingerprint'] === 'string' &&
    states.has(String(facts['state'])) &&
    reasons.has(String(facts['alert_reason'])) &&
    numberNames.every((name) => Number.isFinite(facts[name]))
  )
}

function milestoneAfter(count: number): number {
  let milestone = firstMilestone
  while (milestone <= count) milestone *= 10
  return milestone
}

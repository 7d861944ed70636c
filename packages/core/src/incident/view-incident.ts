import type { LogEvent } from '../event/log-event.ts'
import type { Alert, Incident, IncidentView } from './incident.ts'

const minutesShown = 60

/** What is shown of an incident beside its counters. */
export interface ShownParts {
  readonly alert: Alert
  readonly sample: LogEvent
  /** In milliseconds since 1970. */
  readonly now: number
}

/** The incident as it stands now. */
export function viewIncident(incident: Incident, { alert, sample, now }: ShownParts): IncidentView {
  return {
    fingerprint: incident.fingerprint,
    state: incident.state,
    count: incident.count,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    perMinute: incident.perMinute.latest(minutesShown, now),
    hosts: [...incident.hosts],
    releases: [...incident.releases],
    sample,
    alert,
    nextMilestone: incident.route.policy.nextMilestone(incident),
  }
}

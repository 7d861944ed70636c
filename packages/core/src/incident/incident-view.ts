import type { LogEvent } from '../event/log-event.ts'
import type { Alert, Incident, IncidentView } from './incident.ts'

const minutesShown = 60

/** What is shown of an incident beside its counters. */
export interface ShownParts {
  readonly alert: Alert
  readonly sample: LogEvent
  /** In milliseconds since 1970. */
  readonly now: number
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string
}

/** The incident as it stands now. */
export function viewIncident(incident: Incident, parts: ShownParts): IncidentView {
  const { alert, sample, now, clean } = parts
  const { endpoints, requests, users } = incident.impact
  const others = incident.samples.map(({ event }) => event).filter((event) => event !== sample)
  return {
    fingerprint: incident.fingerprint,
    state: incident.state,
    count: incident.count,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    perMinute: incident.perMinute.latest(minutesShown, now),
    hosts: [...incident.hosts],
    releases: [...incident.releases],
    ...(endpoints.length > 1 && {
      endpoints: endpoints.map(({ name, count }) => ({ name: clean(name), count })),
      requests,
    }),
    ...(users > 1 && { users }),
    ...(others.length > 0 && { others }),
    sample,
    alert,
    nextMilestone: incident.route.policy.nextMilestone(incident),
  }
}

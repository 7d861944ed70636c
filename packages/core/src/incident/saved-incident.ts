import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { createIncident, type AlertLog, type Incident, type IncidentState } from './incident.ts'
import type { Route } from './routes.ts'

/** An incident as it survives its process. */
export interface SavedIncident {
  readonly fingerprint: string
  readonly channel: string
  readonly state: IncidentState
  readonly count: number
  /** In milliseconds since 1970, as all times here. */
  readonly firstSeen: number
  readonly lastSeen: number
  readonly activeSince: number
  /** Occurrences in each of the minutes up to `savedAt`. */
  readonly perMinute: readonly number[]
  readonly savedAt: number
  readonly isFatal: boolean
  readonly hosts: readonly string[]
  readonly releases: readonly string[]
  readonly alerts: AlertLog
  /** What is shown; shortened, since a start must not take long. */
  readonly event: LogEvent | undefined
  /** The message in Slack, if there is one. */
  readonly root: SavedRoot | undefined
}

/** Where an incident's message is. */
export interface SavedRoot {
  readonly ts: string
  readonly channel: string
  /** How much happened that it does not show. */
  readonly unshown: number
}

const minutesSaved = 65
const maxText = 1200
const maxStack = 4000
const maxCauses = 3

/** What is to be known of an incident at the next start. */
export function saveIncident(
  incident: Incident,
  { root, now }: { readonly root: SavedRoot | undefined; readonly now: number },
): SavedIncident {
  const { alerts } = incident
  const event = incident.samples[0]?.event
  return {
    fingerprint: incident.fingerprint,
    channel: incident.route.channel,
    state: incident.state,
    count: incident.count,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    activeSince: incident.activeSince,
    perMinute: incident.perMinute.latest(minutesSaved, now),
    savedAt: now,
    isFatal: incident.isFatal,
    hosts: incident.hosts,
    releases: incident.releases,
    // JSON knows no infinite times.
    alerts: { ...alerts, spikedAt: Math.max(alerts.spikedAt, 0) },
    event: event && shortenEvent(event),
    root,
  }
}

/** The incident that was saved. */
export function restoreIncident(saved: SavedIncident, route: Route): Incident {
  const incident = createIncident(saved.fingerprint, route, saved.firstSeen)
  incident.perMinute.restore(saved.perMinute, saved.savedAt)
  incident.hosts.push(...saved.hosts)
  incident.releases.push(...saved.releases)
  Object.assign(incident.alerts, saved.alerts)
  const { event } = saved
  if (event !== undefined) incident.samples.push({ event })
  return Object.assign(incident, {
    state: saved.state,
    count: saved.count,
    lastSeen: saved.lastSeen,
    previousSeen: saved.lastSeen,
    activeSince: saved.activeSince,
    isFatal: saved.isFatal,
  })
}

function shortenEvent(event: LogEvent): LogEvent {
  const { request } = event
  return {
    ...event,
    message: event.message.slice(0, maxText),
    error: event.error && shortenError(event.error),
    request: request && { ...request, params: undefined, query: undefined, body: undefined },
    fields: {},
  }
}

function shortenError(error: ErrorDescription, depth = 0): ErrorDescription {
  const cause = depth < maxCauses && error.cause !== undefined ? error.cause : undefined
  return {
    ...error,
    message: error.message.slice(0, maxText),
    stack: error.stack?.slice(0, maxStack),
    frames: [],
    cause: cause && shortenError(cause, depth + 1),
    errors: [],
    properties: {},
  }
}

import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import {
  type AlertLog,
  type AlertReason,
  createIncident,
  firstMilestone,
  type Incident,
  type IncidentState,
} from './incident.ts'
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

/** What stands in a file may have been written by another version, or by a process that died over it. */
type Loose = Readonly<Record<string, unknown>>

const version = 1
const states: readonly unknown[] = ['active', 'quiet', 'resolved', 'muted']
const alertTimes = ['nextMilestone', 'remindFrom', 'reminders', 'spikedAt', 'summedUpCount']

/** Incidents as the text of a file. */
export function writeSaved(incidents: readonly SavedIncident[]): string {
  return JSON.stringify({ version, incidents })
}

/**
 * The incidents that a file holds.
 *
 * @returns `undefined` if it is none of ours; an incident that cannot be understood is left out
 */
export function readSaved(text: string): readonly SavedIncident[] | undefined {
  const content = parse(text)
  if (content?.['version'] !== version || !Array.isArray(content['incidents'])) return undefined
  return content['incidents'].filter(isSaved)
}

function parse(text: string): Loose | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return isLoose(value) ? value : undefined
  } catch {
    // A file that was not written to its end.
    return undefined
  }
}

function isSaved(value: unknown): value is SavedIncident {
  if (!isLoose(value)) return false
  const { fingerprint, channel, state, isFatal, alerts, root, event } = value
  return (
    areTexts([fingerprint, channel]) &&
    states.includes(state) &&
    typeof isFatal === 'boolean' &&
    areCounters(value) &&
    areAlerts(alerts) &&
    (root === undefined || isRoot(root)) &&
    (event === undefined || isEvent(event))
  )
}

function areCounters({ hosts, releases, perMinute, ...incident }: Loose): boolean {
  const numbers = ['count', 'firstSeen', 'lastSeen', 'activeSince', 'savedAt']
  return (
    areTexts(hosts) &&
    areTexts(releases) &&
    areNumbers(perMinute) &&
    areNumbers(numbers.map((name) => incident[name]))
  )
}

function areAlerts(value: unknown): boolean {
  if (!isLoose(value) || !isLoose(value['last'])) return false
  return areNumbers(alertTimes.map((name) => value[name]))
}

function isRoot(value: unknown): value is SavedRoot {
  return (
    isLoose(value) && areTexts([value['ts'], value['channel']]) && areNumbers([value['unshown']])
  )
}

function isEvent(value: unknown): boolean {
  return (
    isLoose(value) &&
    areTexts([value['level'], value['message']]) &&
    areNumbers([value['severity'], value['time']]) &&
    isLoose(value['fields'])
  )
}

function isLoose(value: unknown): value is Loose {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function areTexts(values: unknown): boolean {
  return Array.isArray(values) && values.every((value) => typeof value === 'string')
}

function areNumbers(values: unknown): boolean {
  return Array.isArray(values) && values.every((value) => Number.isFinite(value))
}

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
const stateNames: ReadonlySet<string> = new Set<IncidentState>([
  'active',
  'quiet',
  'resolved',
  'muted',
])

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
    stateNames.has(String(facts['state'])) &&
    reasons.has(String(facts['alert_reason'])) &&
    numberNames.every((name) => Number.isFinite(facts[name]))
  )
}

function milestoneAfter(count: number): number {
  let milestone = firstMilestone
  while (milestone <= count) milestone *= 10
  return milestone
}

import * as v from 'valibot'
import type { LogEvent } from '../event/log-event.ts'
import { actionSchema } from './actions/action.ts'
import { MinuteCounts, type ReportedImpact } from './impact.ts'
import type { DiedProcess } from '../notification/notices.ts'
import { addName, createAlertLog, type Incident, type Occurrence, maxSamples } from './incident.ts'
import type { RouteFacts } from './routes.ts'
import {
  countSchema,
  eventSchema,
  type IncidentSnapshot,
  routeSchema,
  shortenEvent,
  timeSchema,
} from './snapshot.ts'

/** What one process counted of one problem since its last report. Times are the wall clock's, in milliseconds since 1970. */
export interface ReportedIncident extends ReportedImpact {
  readonly fingerprint: string
  /** Where it goes, as the process that logged it was configured. */
  readonly route: RouteFacts
  /** Occurrences; 0 where only more became known of those reported before. */
  readonly count: number
  readonly firstSeen: number
  readonly lastSeen: number
  /** Whether one of these occurrences was fatal. */
  readonly isFatal: boolean
  /** Whether it replaces many problems that differ each time. */
  readonly isCollapsed: boolean
  /** Occurrences by minute since 1970. */
  readonly perMinute: readonly (readonly [minute: number, count: number])[]
  readonly hosts: readonly string[]
  readonly releases: readonly string[]
  /** Events to be shown, redacted: the first one, and others that differ from it. */
  readonly events: readonly LogEvent[]
  /** What was logged before the first of these events, oldest first. */
  readonly breadcrumbs: readonly LogEvent[]
  /** The destination's reference of the message about it, of a process that was without a leader. */
  readonly root?: string | undefined
}

const minuteMs = 60_000
/** Larger ones are shortened, in characters of JSON. */
const maxReportSize = 60_000

/** What an incident counted, for another process. */
export function reportOf(
  incident: Incident,
  {
    now,
    toWall,
    events,
    breadcrumbs,
  }: {
    readonly now: number
    readonly toWall: (time: number) => number
    readonly events: readonly LogEvent[]
    readonly breadcrumbs: readonly LogEvent[]
  },
): ReportedIncident {
  const { impact } = incident
  return shorten({
    fingerprint: incident.fingerprint,
    route: incident.route.facts,
    count: incident.count,
    firstSeen: toWall(incident.firstSeen),
    lastSeen: toWall(incident.lastSeen),
    isFatal: incident.isFatal,
    isCollapsed: incident.isCollapsed,
    perMinute: incident.perMinute.entries(now, toWall),
    hosts: incident.hosts,
    releases: incident.releases,
    ...impact.reported,
    events,
    breadcrumbs,
  })
}

/** What an incident counted since it was saved, for the process that has taken over what was saved. */
export function unsavedReport(
  incident: Incident,
  toWall: (time: number) => number,
  root: string | undefined,
): ReportedIncident {
  const { count, savedCount, samples } = incident
  const lastSeen = toWall(incident.lastSeen)
  return shorten({
    fingerprint: incident.fingerprint,
    route: incident.route.facts,
    count: count - savedCount,
    firstSeen: lastSeen,
    lastSeen,
    isFatal: incident.isFatal,
    isCollapsed: incident.isCollapsed,
    perMinute: [[Math.floor(lastSeen / minuteMs), count - savedCount]],
    hosts: incident.hosts,
    releases: incident.releases,
    requests: 0,
    endpoints: [],
    users: [],
    events: savedCount === 0 ? samples.map(({ event }) => event) : [],
    breadcrumbs: [],
    ...(root !== undefined && { root }),
  })
}

/** The reports in groups, each of which is at most so large, in characters of JSON, unless it is one report. */
export function splitReports(
  reports: readonly ReportedIncident[],
  maxSize: number,
): readonly (readonly ReportedIncident[])[] {
  const groups: ReportedIncident[][] = []
  let size = maxSize
  for (const report of reports) {
    const reportSize = JSON.stringify(report).length
    if (size + reportSize > maxSize) {
      groups.push([])
      size = 0
    }
    groups.at(-1)?.push(report)
    size += reportSize
  }
  return groups
}

/** What an earlier process left and did not send, as a report. */
export function reportOfSnapshot(
  snapshot: IncidentSnapshot,
  ownRoute: RouteFacts,
): ReportedIncident {
  const { route = ownRoute } = snapshot
  const { fingerprint, count, firstSeen, lastSeen, isFatal, hosts, releases, event } = snapshot
  return shorten({
    fingerprint,
    route,
    count,
    firstSeen,
    lastSeen,
    isFatal,
    isCollapsed: false,
    perMinute: [[Math.floor(lastSeen / minuteMs), count]],
    hosts,
    releases,
    requests: 0,
    endpoints: [],
    users: [],
    events: event === undefined ? [] : [event],
    breadcrumbs: [],
  })
}

/** Minutes as quarters of an hour, up to that of `savedAt`. */
function quartersOf(perMinute: ReportedIncident['perMinute'], savedAt: number): readonly number[] {
  const counts = new MinuteCounts(savedAt)
  counts.addCounted(perMinute)
  return counts.quarters(savedAt)
}

/** A report as what an earlier process left: its alert says when it happened. */
export function snapshotOfReport(
  report: ReportedIncident,
  died: DiedProcess | undefined,
): IncidentSnapshot {
  const { fingerprint, route, count, firstSeen, lastSeen, isFatal, hosts, releases } = report
  const { requests, endpoints, users } = report
  const [event] = report.events
  const reason = isFatal ? 'fatal' : 'new'
  return {
    fingerprint,
    channel: route.channel,
    route,
    state: 'active',
    count,
    firstSeen,
    lastSeen,
    activeSince: firstSeen,
    perMinute: [],
    perQuarter: quartersOf(report.perMinute, lastSeen),
    savedAt: lastSeen,
    isFatal,
    hosts,
    releases,
    alerts: createAlertLog(firstSeen),
    event,
    reported: { requests, endpoints, users },
    // Without an event, there is nothing to show.
    ...(event !== undefined && { adopted: { reason, at: lastSeen, died } }),
  }
}

/**
 * Adds what another process counted.
 *
 * @returns the latest of the occurrences, as a policy sees it
 */
export function addReport(
  incident: Incident,
  report: ReportedIncident,
  { now, fromWall }: { readonly now: number; readonly fromWall: (time: number) => number },
): Occurrence {
  const first = fromWall(report.firstSeen)
  const last = fromWall(report.lastSeen)
  const { count, hosts, releases, isFatal } = report
  incident.previousSeen = incident.count === 0 ? first : incident.lastSeen
  incident.firstSeen = Math.min(incident.firstSeen, first)
  incident.lastSeen = Math.max(incident.lastSeen, last)
  for (const [minute, times] of report.perMinute)
    incident.perMinute.addMany(fromWall(minute * minuteMs + minuteMs / 2), times, now)
  addEarlyTimes(incident, { first, last, count })
  incident.count += count
  incident.savedCount += count
  incident.changes += 1
  incident.isUnsaved = true
  incident.isReported = true
  incident.isFatal ||= isFatal
  incident.isCollapsed ||= report.isCollapsed
  incident.impact.addReported(report, last)
  for (const host of hosts) addName(incident.hosts, host)
  incident.isInNewRelease = releases
    .map((release) => addName(incident.releases, release))
    .some(Boolean)
  return { now, isFatal, host: hosts.at(-1), release: releases.at(-1) }
}

/** When each of them occurred is not known: they are spread over the time. */
function addEarlyTimes(
  { earlyTimes, count: before }: Incident,
  { first, last, count }: { readonly first: number; readonly last: number; readonly count: number },
): void {
  if (earlyTimes === undefined) return
  const size = earlyTimes.length
  for (let index = Math.max(0, count - size); index < count; index += 1)
    earlyTimes[(before + index) % size] = first + ((last - first) * (index + 1)) / count
}

/**
 * Keeps the events of a report, to be shown.
 *
 * @param isShown whether the alert shows the occurrence that caused it
 */
export function keepReported(
  { samples }: Incident,
  { events }: ReportedIncident,
  { isShown }: { readonly isShown: boolean },
): void {
  for (const [index, event] of events.entries()) {
    const known = samples.findIndex((sample) => isSameOccurrence(sample.event, event))
    if (known !== -1) samples[known] = { event }
    else if (isShown && index === 0) samples.unshift({ event })
    else if (samples.length < maxSamples && samples.every((sample) => differs(sample.event, event)))
      samples.push({ event })
  }
  samples.length = Math.min(samples.length, maxSamples)
}

/** More may have become known of it. */
function isSameOccurrence(known: LogEvent, event: LogEvent): boolean {
  return known.time === event.time && known.message === event.message
}

function differs(known: LogEvent, event: LogEvent): boolean {
  return variationOf(known) !== variationOf(event)
}

function variationOf({ message, error, request }: LogEvent): string {
  return [message, error?.message, request?.method, request?.route ?? request?.path].join('\n')
}

/** Without what is least needed, so that it fits into a batch. */
function shorten(report: ReportedIncident): ReportedIncident {
  let fitting = report
  const steps: readonly ((given: ReportedIncident) => ReportedIncident)[] = [
    (given) => ({
      ...given,
      breadcrumbs: given.breadcrumbs.slice(-3),
      events: given.events.slice(0, 1),
    }),
    (given) => ({ ...given, breadcrumbs: [], events: given.events.map(shortenEvent) }),
  ]
  for (const step of steps) {
    if (JSON.stringify(fitting).length <= maxReportSize) break
    fitting = step(fitting)
  }
  return fitting
}

const text = v.string()
const texts = v.array(text)
const counts = <First extends v.GenericSchema>(first: First) =>
  v.array(v.tuple([first, countSchema]))

const reportedSchema = v.looseObject({
  fingerprint: text,
  route: routeSchema,
  count: countSchema,
  firstSeen: timeSchema,
  lastSeen: timeSchema,
  isFatal: v.boolean(),
  isCollapsed: v.boolean(),
  perMinute: counts(v.number()),
  hosts: texts,
  releases: texts,
  requests: countSchema,
  endpoints: counts(text),
  users: texts,
  events: v.array(eventSchema),
  breadcrumbs: v.array(eventSchema),
  root: v.optional(text),
})

/**
 * A batch of reports in a file, or from another process, which may have another version.
 *
 * @internal
 */
export const batchEntries = {
  v: v.literal(1),
  member: text,
  seq: countSchema,
  incidents: v.array(reportedSchema),
  actions: v.exactOptional(v.array(actionSchema)),
  asks: v.optional(v.literal('report')),
}

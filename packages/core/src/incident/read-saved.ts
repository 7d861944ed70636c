import type { SavedIncident, SavedRoot } from './saved-incident.ts'

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

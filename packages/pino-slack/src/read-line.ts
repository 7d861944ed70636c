import { hostname } from 'node:os'
import type { LogRecord } from '@slack-logger/core'
import type { LineFormat } from './options.ts'

/** pino's own keys of every line that say nothing about the problem. */
const ownKeys = new Set(['level', 'time', 'pid', 'name'])
const thisHost = hostname()

/** A parsed line as a record. */
export function readLine(line: Readonly<Record<string, unknown>>, format: LineFormat): LogRecord {
  const { nestedKey, messageKey, errorKey } = format
  const logged = nestedKey === undefined ? line : { ...line, ...asObject(line[nestedKey]) }
  const name = line['name']
  return {
    ...readLevel(line['level'], format),
    time: readTime(line['time']),
    message: readMessage(logged[messageKey] ?? line[messageKey]),
    ...(logged[errorKey] !== undefined && { error: logged[errorKey] }),
    fields: readFields(logged, format),
    source: 'pino',
    ...(typeof name === 'string' && { logger: name }),
  }
}

function readFields(
  logged: Readonly<Record<string, unknown>>,
  { nestedKey, messageKey, errorKey }: LineFormat,
): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(logged)) {
    if (!ownKeys.has(key) && key !== messageKey && key !== errorKey && key !== nestedKey) {
      fields[key] = value
    }
  }
  // Another name was given to the logger, or the line came from another machine.
  if (fields['hostname'] === thisHost) delete fields['hostname']
  return fields
}

const standardLabels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** The level is a number, or a label where a formatter made it one. */
function readLevel(
  level: unknown,
  format: LineFormat,
): Pick<LogRecord, 'level'> & Partial<Pick<LogRecord, 'severity'>> {
  if (typeof level !== 'number') return { level: typeof level === 'string' ? level : 'error' }
  return { level: format.labels[level] ?? standardLabels[level] ?? String(level), severity: level }
}

/** pino's `timestamp` may write milliseconds, seconds with fractions, or an ISO date. */
function readTime(time: unknown): number {
  const earliestMs = 1e11
  if (typeof time === 'number' && Number.isFinite(time))
    return time < earliestMs ? time * 1000 : time
  const parsed = typeof time === 'string' ? Date.parse(time) : Number.NaN
  return Number.isNaN(parsed) ? Date.now() : parsed
}

function readMessage(message: unknown): string {
  if (message === undefined || message === null) return ''
  return typeof message === 'string' ? message : JSON.stringify(message)
}

function asObject(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {}
}

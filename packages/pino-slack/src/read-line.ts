import { hostname } from 'node:os'
import type { LogRecord } from '@slack-logger/core'
import type { LineFormat } from './options.ts'

/** pino's own keys of every line that say nothing about the problem, and one that would not become a key. */
const ownKeys = new Set(['level', 'time', 'pid', 'name', '__proto__'])
const thisHost = hostname()

/** A parsed line as a record. */
export function readLine(line: Readonly<Record<string, unknown>>, format: LineFormat): LogRecord {
  const { nestedKey, messageKey, errorKey } = format
  const logged = nestedKey === undefined ? line : { ...line, ...asObject(line[nestedKey]) }
  const { name } = line
  const levelKey = findLevelKey(line)
  const level = line[levelKey]
  const error = logged[errorKey]
  // Filled in one by one: spreading what may be missing costs more than all the rest.
  const record: Mutable<LogRecord> = {
    level: readLabel(level, format),
    time: readTime(line['time']),
    message: readMessage(logged[messageKey] ?? line[messageKey]),
    fields: readFields(logged, format, levelKey),
    source: 'pino',
  }
  if (typeof level === 'number') record.severity = level
  if (error !== undefined) record.error = error
  if (typeof name === 'string') record.logger = name
  return record
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

/** Where a formatter may have put the level instead: for Google Cloud, Elastic, OpenTelemetry. */
const otherLevelKeys = ['severity', 'log.level', 'severityText', 'severity_text', 'loglevel']

function findLevelKey(line: Readonly<Record<string, unknown>>): string {
  if (line['level'] !== undefined) return 'level'
  return otherLevelKeys.find((key) => line[key] !== undefined) ?? 'level'
}

function readFields(
  logged: Readonly<Record<string, unknown>>,
  { nestedKey, messageKey, errorKey }: LineFormat,
  levelKey: string,
): Readonly<Record<string, unknown>> {
  const fields: Record<string, unknown> = {}
  for (const key of Object.keys(logged)) {
    if (ownKeys.has(key) || key === messageKey || key === errorKey || key === nestedKey) continue
    if (key === levelKey) continue
    // Another name was given to the logger, or the line came from another machine.
    if (key !== 'hostname' || logged[key] !== thisHost) fields[key] = logged[key]
  }
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
function readLabel(level: unknown, { labels }: LineFormat): string {
  if (typeof level !== 'number') return typeof level === 'string' ? level : 'error'
  return labels[level] ?? standardLabels[level] ?? String(level)
}

/** A line's time in milliseconds since 1970: pino's `timestamp` may write milliseconds, seconds with fractions, or an ISO date. */
export function readTime(time: unknown): number {
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

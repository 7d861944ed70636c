import { type LogRecord, pinoLabels, severityOfLabel } from '@slack-logger/core'
import { completeRecord, readLoggersRecord } from '@slack-logger/core/tooling'
import { findError, isNothing, type Line, valueAt } from './foreign-errors.ts'
import { levelNamed } from './leveled.ts'

/** The names that loggers give to the parts of a record, the more telling ones first. A point leads into an object. */
const names = {
  level:
    'level_name _level_name @l level severity lvl levelname log.level Level LogLevel severityText PRIORITY',
  message:
    '@m formattedMessage RenderedMessage message msg event short_message textPayload Message @mt MESSAGE body.stringValue',
  time: 'time timestamp @timestamp ts @t Timestamp asctime datetime instant timestampSeconds timeUnixNano __REALTIME_TIMESTAMP',
  error:
    'error err exception exc thrown throwable @x Exception exc_info exc_text context.exception',
  /** Beside the text of an error, or alone. */
  stack:
    'stack stack_trace stacktrace stackTrace traceback error.stack_trace error.stack exception.stacktrace errorVerbose _error_stack_trace full_message',
  template: 'MessageTemplate State.{OriginalFormat}',
} as const

type Part = keyof typeof names

const parts: ReadonlyMap<string, readonly [Part, number]> = new Map(
  Object.entries(names).flatMap(([part, keys]) =>
    keys.split(' ').map((key, rank) => [key, [part as Part, rank]] as const),
  ),
)
const outer: ReadonlySet<string> = new Set(
  [...parts.keys()].flatMap((key) => (key.includes('.') ? [key.slice(0, key.indexOf('.'))] : [])),
)

type Keys = { -readonly [part in Part]?: string }

/** Which fields of a line are the parts of a record. */
function findParts(given: Line): Keys {
  const found: Keys = {}
  for (const key in given) {
    const value = given[key]
    addPart(found, key, value)
    if (typeof value !== 'object' || value === null || !outer.has(key)) continue
    for (const inner in value) addPart(found, `${key}.${inner}`, (value as Line)[inner])
  }
  return found
}

function addPart(found: Keys, key: string, value: unknown): void {
  const known = parts.get(key)
  if (known === undefined || value == null) return
  const [part, rank] = known
  if (part === 'error' && isNothing(value)) return
  const best = found[part]
  if (best === undefined || rank < (parts.get(best)?.[1] ?? 0)) found[part] = key
}

/** Where Google Cloud, Rust's tracing and Azure have what the program logged. */
const holders = ['jsonPayload', 'fields', 'properties']
/** What pino and bunyan add to each record and says nothing about it. */
const programs = ['pid', 'v']

/** The object of a line of JSON or logfmt; `undefined` for any other line. */
export function parseLine(line: string): Line | undefined {
  const start = line.search(/[^\s\uFEFF]/)
  return line[start] === '{' ? parseJson(line.slice(start)) : parseLogfmt(line)
}

/** The line of a program in an object of docker's or journald's files; systemd gives the level 6 to all that is printed. */
export function wrappedLine(
  given: Line,
): { readonly text: string; readonly time: string } | undefined {
  const isDocker = typeof given['log'] === 'string' && typeof given['stream'] === 'string'
  const isPrinted = Number(given['PRIORITY']) >= 6 && typeof given['MESSAGE'] === 'string'
  if (!isDocker && !isPrinted) return undefined
  const text = String(given[isDocker ? 'log' : 'MESSAGE']).trimEnd()
  const time = readTime(given[isDocker ? 'time' : '__REALTIME_TIMESTAMP'])
  return { text, time: time === undefined ? '' : new Date(time).toISOString() }
}

/**
 * Reads an object as a record. Only what has a level and a message, or an error, is one: a program may print other data. So a
 * level that no logger calls so counts only beside a time or a process.
 *
 * @param now in milliseconds since 1970, for records without a time
 */
export function readStructured(line: Line, now: number): LogRecord | undefined {
  // Loggers whose records have names and numbers of their own; a shortcut for those of pino and bunyan.
  const isOwn = line['pid'] === undefined && readLoggersRecord(line) !== undefined
  return isOwn
    ? completeRecord(line, { now: () => now, levels: {}, onWrong: () => undefined }, 0)
    : readLine(line, now)
}

function readLine(printed: Line, now: number): LogRecord | undefined {
  let given = printed
  let keys = findParts(given)
  const holder = keys.message === undefined ? holderIn(given) : undefined
  if (holder !== undefined) {
    const { [holder]: held, ...others } = given
    given = { ...others, ...(held as Line) }
    keys = findParts(given)
  }
  const level = levelOf(given, keys.level)
  if (level === undefined || !isRecord(given, level, keys)) return undefined
  const found = findError(given, keys)
  const template = given['@mt'] ?? valueAt(given, keys.template)
  const record: { -readonly [part in keyof LogRecord]: LogRecord[part] } = {
    level: level.level,
    time: readTime(valueAt(given, keys.time)) ?? now,
    message: found?.message ?? textOf(valueAt(given, keys.message), given),
    fields: fieldsOf(given, keys, found?.keys),
  }
  if (level.severity !== undefined) record.severity = level.severity
  if (typeof template === 'string') record.template = template
  if (found !== undefined) record.error = found.error
  return record
}

function fieldsOf(given: Line, keys: Keys, ofError: readonly string[] = []): LogRecord['fields'] {
  const { level, message, time, template } = keys
  const shown = [level, message, time, template, ...programs, ...ofError]
  const fields: Record<string, unknown> = {}
  for (const key in given) if (!shown.includes(key)) fields[key] = given[key]
  return fields
}

type Level = Pick<LogRecord, 'level' | 'severity'>

function isRecord(given: Line, level: Level, { message, error, stack, time }: Keys): boolean {
  const isLogged = time !== undefined || given['pid'] !== undefined
  const isKnown = isLogged || severityOfLabel(level.level) !== undefined
  return isKnown && (message ?? error ?? stack) !== undefined
}

function holderIn(given: Line): string | undefined {
  return holders.find((key) => {
    const held = given[key]
    return (
      typeof held === 'object' && held !== null && findParts(held as Line).message !== undefined
    )
  })
}

const syslogLabels = 'emerg alert crit error warning notice info debug'.split(' ')

function levelOf(given: Line, key: string | undefined): Level | undefined {
  const level = valueAt(given, key)
  // Serilog leaves it out for information.
  if (level == null && given['@t'] !== undefined) return { level: 'info' }
  const isSyslog =
    key === 'PRIORITY' || given['short_message'] !== undefined || given['facility'] !== undefined
  const label = isSyslog ? syslogLabels[Number(level)] : pinoLabels[Number(level)]
  if (typeof level === 'number' && !isSyslog)
    return { level: label ?? String(level), severity: level }
  if (label !== undefined) return { level: label }
  return typeof level === 'string' ? { level: levelNamed(level) } : undefined
}

function textOf(message: unknown, given: Line): string {
  if (typeof message !== 'string') return message == null ? '' : JSON.stringify(message)
  if (message !== given['@mt']) return message
  return message.replaceAll(/\{[@$]?(\w+)[^}]*\}/g, (hole, name: string) => {
    const value = given[name]
    return value === undefined ? hole : typeof value === 'string' ? value : JSON.stringify(value)
  })
}

function parseJson(line: string): Line | undefined {
  try {
    return JSON.parse(line) as Line
  } catch {
    // A line that only begins like JSON.
    return undefined
  }
}

const pair = /([\w.@-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g

function parseLogfmt(line: string): Line | undefined {
  if (!/(?:^|\s)(?:level|lvl|severity)=/.test(line)) return undefined
  const pairs = [...line.matchAll(pair)]
  return Object.fromEntries(
    pairs.map(([, key = '', quoted, plain = '']) => [
      key,
      quoted === undefined ? plain : unquote(quoted),
    ]),
  )
}

function unquote(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, char: string) =>
    char === 'n' ? '\n' : char === 't' ? '\t' : char,
  )
}

/** In milliseconds since 1970: a text, or a number of seconds, milliseconds, microseconds or nanoseconds. */
function readTime(time: unknown): number | undefined {
  if (typeof time === 'object' && time !== null) {
    const { seconds, epochSecond = seconds, $date } = time as Line
    return readTime(epochSecond ?? $date)
  }
  const isNumber =
    typeof time === 'number' || (typeof time === 'string' && /^\d{9,19}(?:\.\d+)?$/.test(time))
  if (!isNumber)
    return typeof time === 'string' ? finite(Date.parse(time.replace(',', '.'))) : undefined
  let ms = Number(time)
  if (ms < 1e11) ms *= 1000
  while (ms > 1e14) ms /= 1000
  return finite(ms)
}

function finite(ms: number): number | undefined {
  return Number.isFinite(ms) ? ms : undefined
}

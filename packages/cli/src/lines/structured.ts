import { type LogRecord, pinoLabels } from '@slack-logger/core'
import { completeRecord, readLoggersRecord } from '@slack-logger/core/tooling'

/** The names that loggers give to what every record has; the first one is the core's. */
const levelKeys = ['level', 'severity', 'lvl', 'levelname', 'log.level']
const messageKeys = ['message', 'msg', 'event']
const errorKeys = ['error', 'err', 'exception', 'exc_info']
const timeKeys = ['time', 'timestamp', '@timestamp', 'ts']

type Line = Readonly<Record<string, unknown>>

/**
 * Reads a line of JSON or logfmt. Only what has a level and a message, or an error, is a record: a program may print other data.
 *
 * @param now in milliseconds since 1970, for records without a time
 */
export function readStructured(line: string, now: number): LogRecord | undefined {
  if (!line.startsWith('{')) return readLine(parseLogfmt(line), now)
  const given = parseJson(line)
  // Loggers whose records have names and numbers of their own.
  return readLoggersRecord(given) === undefined
    ? readLine(given, now)
    : completeRecord(given, { now: () => now, levels: {}, onWrong: () => undefined }, 0)
}

function readLine(given: Line, now: number): LogRecord | undefined {
  const levelKey = keyIn(given, levelKeys)
  const messageKey = keyIn(given, messageKeys)
  const errorKey = keyIn(given, errorKeys)
  const timeKey = keyIn(given, timeKeys)
  const level = given[levelKey]
  if (typeof level !== 'string' && typeof level !== 'number') return undefined
  if (messageKey === '' && errorKey === '') return undefined
  const message = given[messageKey] ?? ''
  const fields: Record<string, unknown> = {}
  const shown = [levelKey, messageKey, errorKey, timeKey, ...programs]
  for (const key of Object.keys(given)) if (!shown.includes(key)) fields[key] = given[key]
  return {
    level: pinoLabels[Number(level)] ?? String(level),
    ...(typeof level === 'number' && { severity: level }),
    time: readTime(given[timeKey]) ?? now,
    message: typeof message === 'string' ? message : JSON.stringify(message),
    ...(errorKey !== '' && { error: given[errorKey] }),
    fields,
  }
}

function keyIn(line: Line, keys: readonly string[]): string {
  return keys.find((key) => line[key] != null) ?? ''
}

/** What pino and bunyan add to each record and says nothing about it. */
const programs = ['pid', 'v']

function parseJson(line: string): Line {
  try {
    return JSON.parse(line) as Line
  } catch {
    // A line that only begins like JSON.
    return {}
  }
}

const pair = /([\w.@-]+)=(?:"((?:[^"\\]|\\.)*)"|(\S*))/g

function parseLogfmt(line: string): Line {
  if (!/(?:^|\s)(?:level|lvl|severity)=/.test(line)) return {}
  const pairs = [...line.matchAll(pair)]
  return Object.fromEntries(
    pairs.map(([, key = '', quoted, plain = '']) => [
      key,
      quoted === undefined ? plain : unquote(quoted),
    ]),
  )
}

function unquote(text: string): string {
  return text.replaceAll(/\\(.)/g, (_, char: string) => (char === 'n' ? '\n' : char))
}

function readTime(time: unknown): number | undefined {
  // Of Go and Python, in seconds.
  const ms = typeof time === 'number' && time < 1e11 ? time * 1000 : time
  const read = typeof ms === 'string' ? Date.parse(ms) : ms
  return typeof read === 'number' && Number.isFinite(read) ? read : undefined
}

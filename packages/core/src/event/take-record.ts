import type { LogRecord } from './log-record.ts'
import { readObject, readProperty, readText } from './read-safely.ts'
import { withoutKeys } from './without-keys.ts'

/** A record whose properties can be read without harm: an adapter made it, but of what a program logged. */
export function takeRecord(record: LogRecord): LogRecord {
  const time = readProperty(record, 'time')
  return {
    level: readText(record, 'level') ?? 'error',
    time: typeof time === 'number' && Number.isFinite(time) ? time : 0,
    message: readText(record, 'message') ?? '',
    error: readProperty(record, 'error'),
    request: readProperty(record, 'request'),
    fields: withoutKeys(readObject(record, 'fields') ?? {}, () => false),
    ...takeOptional(record),
  }
}

function takeOptional(
  record: LogRecord,
): Pick<LogRecord, 'severity' | 'template' | 'logger' | 'source'> {
  const severity = readProperty(record, 'severity')
  const template = readText(record, 'template')
  const logger = readText(record, 'logger')
  const source = readProperty(record, 'source')
  return {
    ...(typeof severity === 'number' && { severity }),
    ...(template !== undefined && { template }),
    ...(logger !== undefined && { logger }),
    ...((source === 'pino' || source === 'winston') && { source }),
  }
}

import type { LogRecord } from '@slack-logger/core'
import { findError } from './find-error.ts'
import { readFields } from './read-fields.ts'
import { readMessage } from './read-message.ts'

/** What winston hands to a transport: an object, or the logged Error itself. */
export type WinstonInfo = Readonly<Record<string | symbol, unknown>>

/** The label as it was before a format coloured it. */
export function levelOf(info: WinstonInfo): string {
  return String(info[levelKey] ?? info['level'])
}

const levelKey = Symbol.for('level')

/** An info as a record; the info itself is left as it is. */
export function readInfo(
  info: WinstonInfo,
  context: { readonly now: number; readonly severity: number },
): LogRecord {
  const found = findError(info)
  const label = info['label']
  const { message, template } = readMessage(info, found)
  // Filled in one by one: spreading what may be missing costs more than all the rest.
  const record: Mutable<LogRecord> = {
    level: levelOf(info),
    severity: context.severity,
    time: context.now,
    message,
    fields: readFields(info, found),
    source: 'winston',
  }
  if (template !== undefined) record.template = template
  if (found !== undefined) record.error = found.error
  if (typeof label === 'string') record.logger = label
  return record
}

type Mutable<Type> = { -readonly [Key in keyof Type]: Type[Key] }

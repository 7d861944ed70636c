import type { LogRecord } from '@slack-logger/core'
import { findError } from './find-error.ts'
import { readFields } from './read-fields.ts'
import { readMessage } from './read-message.ts'

/** What winston hands to a transport: an object, or the logged Error itself. */
export type WinstonInfo = Readonly<Record<string | symbol, unknown>>

/** The label as it was before a format coloured it. */
export function levelOf(info: WinstonInfo): string {
  return String(info[Symbol.for('level')] ?? info['level'])
}

/** An info as a record; the info itself is left as it is. */
export function readInfo(
  info: WinstonInfo,
  context: { readonly now: number; readonly severity: number },
): LogRecord {
  const found = findError(info)
  const label = info['label']
  return {
    level: levelOf(info),
    severity: context.severity,
    time: context.now,
    ...readMessage(info, found),
    ...(found !== undefined && { error: found.error }),
    fields: readFields(info, found),
    source: 'winston',
    ...(typeof label === 'string' && { logger: label }),
  }
}

import { describeEvent, type DescribeEventOptions } from './event/describe-event.ts'
import type { LogEvent } from './event/log-event.ts'
import type { LogRecord } from './event/log-record.ts'
import type { SlackOptions } from './options.ts'

/** What describing works with. */
export interface DescriberParts extends DescribeEventOptions {
  readonly beforeSend: SlackOptions['beforeSend']
  /** Told when the hook throws; the event counts as it was. */
  readonly onBrokenHook: (error: unknown) => void
}

/** Describes a record, then asks the service's own hook; `null` if that drops it. */
export function describeRecord(record: LogRecord, parts: DescriberParts): LogEvent | null {
  const event = describeEvent(record, parts)
  try {
    const changed = parts.beforeSend === undefined ? event : parts.beforeSend(event)
    if (changed === null || isEvent(changed)) return changed
    // Dropped for good by a mere forgotten `return`, an alert would be missed in silence.
    throw new TypeError('Expected `beforeSend` to return an event or null')
  } catch (error) {
    parts.onBrokenHook(error)
    return event
  }
}

/** A hook in JavaScript may return anything. */
function isEvent(value: unknown): value is LogEvent {
  return typeof value === 'object' && value !== null && 'fields' in value && 'message' in value
}

import { thisHost } from '../environment.ts'
import { redactBeginning } from '../redaction/bounded-text.ts'
import { readProperty } from '../redaction/safe-read.ts'

/** What an adapter hands to the sink: raw, not yet copied, parsed or redacted. */
export interface LogRecord {
  /** The label of the level, as the logger calls it: `'error'`, `'fatal'`, or a custom one. */
  readonly level: string
  /**
   * How severe the record is, on pino's scale: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
   *
   * @default the severity of the label; 50 for an unknown label
   */
  readonly severity?: number
  /** When it was logged, in milliseconds since 1970. */
  readonly time: number
  /** The text the program logged; empty if there is none. */
  readonly message: string
  /** The format string before its values were put in, where the logger still has it. */
  readonly template?: string
  /** The thrown thing: an Error, its serialized form, or anything else. */
  readonly error?: unknown
  /** The request during which it was logged: a live request object or its serialized form. */
  readonly request?: unknown
  /** Everything else the program logged with it. */
  readonly fields: Readonly<Record<string, unknown>>
  /**
   * The name of the service that logged it, which messages show where neither the option `service` is set nor a field of that name
   * says it.
   */
  readonly service?: string
  /** The name of the logger. */
  readonly logger?: string
  /** The library it was logged with, where hints may name its calls. */
  readonly source?: 'pino' | 'winston'
  /**
   * Returns the record as people may see it, where that takes time to find out: called before it is described, and not for records
   * that are only counted.
   *
   * @default the record itself
   */
  readonly shown?: () => LogRecord
}

const maxHostLength = 255

/**
 * The host that a record names, or this one. What a program logs as `hostname` may be any text, a URL with a password included.
 *
 * @param redact removes secrets from a text
 */
export function readHost({ fields }: LogRecord, redact: (text: string) => string): string {
  const host = readProperty(fields, 'hostname')
  return typeof host === 'string' ? redactBeginning(host, maxHostLength, redact) : thisHost
}

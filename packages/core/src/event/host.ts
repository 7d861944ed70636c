import { hostname } from 'node:os'
import { redactBeginning } from '../redaction/bounded-text.ts'
import { readProperty } from '../redaction/safe-read.ts'
import type { LogRecord } from './log-record.ts'

/** The folder of the program, from which on culprits are shown. */
export function appRoot(): { readonly appRoot?: string } {
  try {
    return { appRoot: process.cwd() }
  } catch {
    // The folder was removed under the program.
    return {}
  }
}

const thisHost = hostname()

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

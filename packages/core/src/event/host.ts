import { hostname } from 'node:os'
import { redactBeginning } from '../redaction/bounded-text.ts'
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
 * Reads the host that a record tells, or else this one. What a program logs as `hostname` may be any text, the address of another
 * service included.
 *
 * @param clean Takes secrets out of a text.
 */
export function createHostReader(clean: (text: string) => string): (record: LogRecord) => string {
  let last = { told: thisHost, host: thisHost }

  return ({ fields }) => {
    const told: unknown = fields['hostname']
    if (typeof told !== 'string') return thisHost
    if (told !== last.told) last = { told, host: redactBeginning(told, maxHostLength, clean) }
    return last.host
  }
}

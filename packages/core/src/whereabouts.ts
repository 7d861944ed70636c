import { hostname } from 'node:os'
import type { LogRecord } from './event/log-record.ts'

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

/** The host that a record tells, or this one. */
export function hostOf({ fields }: LogRecord): string {
  const host: unknown = fields['hostname']
  return typeof host === 'string' ? host : thisHost
}

import { readProperty } from '../read-safely.ts'
import { errorMessage } from './serialise-error.ts'
import { warnOnce } from './warn-once.ts'

/** What a function of the service gave; a promise counts as nothing, with a warning, since no log line can wait for it. */
export function atOnce(
  value: unknown,
  { name, instead }: { readonly name: string; readonly instead: string },
): unknown {
  if (!isThenable(value)) return value
  warnOnce(`\`${name}\` gave a promise, which no log line can wait for; ${instead}`)
  warnIfRejected(value, `\`${name}\` gave a promise that was rejected`)
  return undefined
}

/** Takes the rejection of what may be a promise: if nobody did, it would end the process. */
export function warnIfRejected(value: unknown, what: string): void {
  if (!isThenable(value)) return
  Promise.resolve(value).catch((error: unknown) => {
    warnOnce(`${what}: ${errorMessage(error)}`)
  })
}

function isThenable(value: unknown): boolean {
  return typeof readProperty(value, 'then') === 'function'
}

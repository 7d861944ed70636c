import type { ErrorDescription, LogEvent } from '../event/log-event.ts'
import { showFrame } from './frame.ts'
import { culpritOf, rootCauseOf } from './root.ts'
import type { MessageSettings } from './settings.ts'

/** What a storm's problems may have in common. */
export interface StormEvidence {
  /** An occurrence of each. */
  readonly samples: readonly LogEvent[]
  /** The release, if it had just been started. */
  readonly newRelease: string | undefined
}

/** So many of the problems must share something before it is suspected. */
const minShare = 0.5
const minSharing = 3

/**
 * What is suspected to be behind most of a storm's problems: the same failure at the end of their causes, the same place, or a
 * release that was just started.
 */
export function suspectCause(
  { samples, newRelease }: StormEvidence,
  settings: MessageSettings,
): string | undefined {
  const failure = mostShared(samples.map(({ error }) => failureOf(error)))
  if (failure !== undefined) return failure
  const place = mostShared(samples.map(({ error }) => placeOf(error, settings)))
  if (place !== undefined) return place
  return newRelease !== undefined && /^\d/.test(newRelease) ? `v${newRelease}` : newRelease
}

function mostShared(texts: readonly (string | undefined)[]): string | undefined {
  const counts = new Map<string, number>()
  for (const text of texts) {
    if (text !== undefined) counts.set(text, (counts.get(text) ?? 0) + 1)
  }
  const [text, count] = [...counts].toSorted((a, b) => b[1] - a[1])[0] ?? ['', 0]
  return count >= Math.max(minSharing, texts.length * minShare) ? text : undefined
}

/** `ECONNREFUSED 10.0.0.5:5432`, of the deepest cause. */
function failureOf(error: ErrorDescription | undefined): string | undefined {
  const root = rootCauseOf(error) ?? error
  if (root?.code === undefined) return undefined
  const { address, hostname, host, port } = root.properties
  const server = [address, hostname, host].find((part) => typeof part === 'string')
  const number = typeof port === 'number' || typeof port === 'string' ? `:${port}` : ''
  return typeof server === 'string' ? `${root.code} ${server}${number}` : root.code
}

function placeOf(
  error: ErrorDescription | undefined,
  settings: MessageSettings,
): string | undefined {
  const culprit = culpritOf(error)
  return culprit && showFrame(culprit, settings.appRoot)
}

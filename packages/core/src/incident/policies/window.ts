import { LRUCache } from 'lru-cache'
import type { AlertPolicy, ObservedIncident } from './policy.ts'

/** How many alerts a window allows. */
export interface WindowPolicyOptions {
  readonly limit: number
  /** In milliseconds. */
  readonly windowMs: number
}

/** Alerts for the first `limit` occurrences, then not until `windowMs` have passed since the last alert. */
export function createWindowPolicy({ limit, windowMs }: WindowPolicyOptions): AlertPolicy {
  const endOf = ({ alerts }: ObservedIncident): number =>
    alerts.last === undefined ? Number.POSITIVE_INFINITY : alerts.last.at + windowMs
  return {
    keepsLiveRoot: false,
    onOccurrence(incident, { now }) {
      const { alerts } = incident
      const startsWindow = alerts.last === undefined || now >= endOf(incident)
      if (!startsWindow && alerts.inWindow >= limit) return undefined
      return { action: 'alert', reason: reasonOf(incident), startsWindow }
    },
    onTick(incident, now) {
      const count = suppressedOf(incident)
      if (count <= 0 || now < endOf(incident)) return undefined
      return { action: 'note', note: { kind: 'suppressed', count } }
    },
    nextTickAt(incident, now) {
      const end = endOf(incident)
      // Set before anything is suppressed: a suppressed occurrence makes no decision, and so sets no time.
      return end > now ? end : Number.POSITIVE_INFINITY
    },
  }
}

/** Occurrences that no message has shown. */
function suppressedOf({ alerts, count }: ObservedIncident): number {
  return count - Math.max(alerts.last?.count ?? 0, alerts.summedUpCount)
}

function reasonOf({ alerts, isFatal }: ObservedIncident): 'new' | 'fatal' | 'repeat' {
  if (alerts.last !== undefined) return 'repeat'
  return isFatal ? 'fatal' : 'new'
}

/** How often a key may pass. */
export interface WindowLimiterOptions {
  /** How many occurrences of a key are admitted in a window, from 1 up. */
  readonly limit: number
  /** How long after its last admitted occurrence a key expires, in milliseconds, from 1 up. */
  readonly windowMs: number
  /**
   * How many keys are counted at a time; the least recently seen are evicted first.
   *
   * @default 10_000
   */
  readonly maxKeys?: number | undefined
}

/** Admits the first occurrences of each key. */
export interface WindowLimiter {
  /**
   * Whether this occurrence passes.
   *
   * @param now in milliseconds, from any origin
   */
  admit(key: string, now: number): boolean
}

/**
 * A limiter that admits the first `limit` occurrences of a key. An admitted occurrence, and only that, renews the key's expiry to
 * `now + windowMs`; after it the count starts again.
 *
 * @throws TypeError for a limit, window or number of keys below 1.
 */
export function createWindowLimiter(options: WindowLimiterOptions): WindowLimiter {
  const { limit, windowMs, maxKeys = 10_000 } = options
  expectPositive('limit', limit)
  expectPositive('windowMs', windowMs)
  expectPositive('maxKeys', maxKeys)
  const windows = new LRUCache<string, Window>({ max: Math.floor(maxKeys) })
  return {
    admit(key, now) {
      const window = windows.get(key)
      if (window === undefined || now >= window.expiresAt) {
        windows.set(key, { admitted: 1, expiresAt: now + windowMs })
        return true
      }
      if (window.admitted + 1 > limit) return false
      window.admitted += 1
      window.expiresAt = now + windowMs
      return true
    },
  }
}

interface Window {
  admitted: number
  expiresAt: number
}

function expectPositive(name: string, value: number): void {
  if (Number.isFinite(value) && value >= 1) return
  throw new TypeError(`Expected \`${name}\` to be a number from 1 up, got ${String(value)}`)
}

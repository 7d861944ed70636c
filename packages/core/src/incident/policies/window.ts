import { LRUCache } from 'lru-cache'
import type { Incident } from '../incident.ts'
import type { RepeatPolicy } from './policy.ts'

/** How many occurrences are told in a window. */
export interface WindowPolicyOptions {
  readonly limit: number
  readonly windowMs: number
}

/**
 * The first `limit` occurrences are each a message, then none until the window since the last one is over. The counts live in the
 * limiter, so each occurrence is asked about once.
 */
export function createWindowPolicy(options: WindowPolicyOptions): RepeatPolicy {
  const limiter = createWindowLimiter(options)
  const endOf = ({ alerts }: Incident): number =>
    alerts.last === undefined ? Number.POSITIVE_INFINITY : alerts.last.at + options.windowMs
  return {
    keepsLiveRoot: false,
    onOccurrence(incident, now) {
      if (incident.state === 'muted' || !limiter.admit(incident.key, now)) return undefined
      return { action: 'alert', reason: reasonOf(incident) }
    },
    onTime(incident, now) {
      const count = suppressedOf(incident)
      if (incident.state === 'muted' || count <= 0 || now < endOf(incident)) return undefined
      return { action: 'note', note: { kind: 'suppressed', count } }
    },
    dueAt(incident, now) {
      const end = endOf(incident)
      // Asked for before anything is suppressed: a further occurrence decides nothing, and so sets no time.
      return end > now ? end : Number.POSITIVE_INFINITY
    },
    nextMilestone: () => undefined,
  }
}

/** Occurrences without a message that nobody was told of yet. */
function suppressedOf({ alerts, count }: Incident): number {
  return count - Math.max(alerts.last?.count ?? 0, alerts.summedUpCount)
}

function reasonOf({ alerts, isFatal }: Incident): 'new' | 'fatal' | 'repeat' {
  if (alerts.last !== undefined) return 'repeat'
  return isFatal ? 'fatal' : 'new'
}

/** How often a key may pass. */
export interface WindowLimiterOptions {
  /** How many occurrences of a key are admitted in a window, from 1 up. */
  readonly limit: number
  /** How long after its last admitted occurrence a key is forgotten, in milliseconds, from 1 up. */
  readonly windowMs: number
  /**
   * How many keys are remembered; the least recently seen are forgotten first.
   *
   * @default 10_000
   */
  readonly maxKeys?: number
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
 * `now + windowMs`; after it the count starts anew.
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

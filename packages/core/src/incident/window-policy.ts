import type { Incident } from './incident.ts'
import type { RepeatPolicy } from './repeat-policy.ts'
import { createWindowLimiter } from './window-limiter.ts'

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

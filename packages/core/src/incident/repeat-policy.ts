import type { Alert, AlertReason, Incident } from './incident.ts'
import { createWindowLimiter } from './window-limiter.ts'

/** Decides when an incident is loud. */
export interface RepeatPolicy {
  /** Called once for each occurrence, after it was counted. */
  onOccurrence(incident: Incident, now: number): Alert | undefined
}

/** The first `limit` occurrences are loud, then none until the window since the last loud one is over. */
export function createWindowPolicy(options: {
  readonly limit: number
  readonly windowMs: number
}): RepeatPolicy {
  const limiter = createWindowLimiter(options)
  return {
    onOccurrence(incident, now) {
      if (!limiter.admit(incident.fingerprint, now)) return undefined
      return raise(incident, incident.lastAlert === undefined ? 'new' : 'repeat', now)
    },
  }
}

function raise(incident: Incident, reason: AlertReason, now: number): Alert {
  const alert: Alert = {
    reason,
    at: now,
    count: incident.count,
    previousCount: incident.lastAlert?.count ?? 0,
  }
  incident.lastAlert = alert
  return alert
}

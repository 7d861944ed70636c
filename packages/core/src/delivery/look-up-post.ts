import type { LookedUpPost } from '../incident/adoption.ts'
import type { Incident } from '../incident/incident.ts'
import { shiftStorm } from '../incident/snapshot.ts'
import { keyOfIncident, type SendingRecord } from '../journal/records.ts'
import { buildDuplicateNotice } from '../notification/notices.ts'
import type { NotificationSettings } from '../notification/notification.ts'
import type { Delivery } from './channel-queue.ts'

export interface LookUpPostDeps {
  /** The internal clock's time of one of the wall clock. */
  readonly fromWall: (time: number) => number
  /** Called once, with the destination's reference of the post if it was accepted. */
  readonly onLookedUp: (post: LookedUpPost, ref: string | undefined) => void
}

/** Looks up a post about several problems that an earlier process sent without an answer: each gets a message of its own unless it was accepted. */
export function lookUpPost(
  { id, channel, thread, names, storm, attempts, at }: SendingRecord,
  { fromWall, onLookedUp }: LookUpPostDeps,
): Delivery {
  const members = new Set(storm?.members)
  const isNamed = (incident: Incident): boolean => names[keyOfIncident(incident)] !== undefined
  return {
    channel,
    priority: 'milestone',
    triedAt: fromWall(at),
    draft: () => ({ kind: 'check', channel, id, ...(thread !== undefined && { thread }) }),
    settle(outcome) {
      // Where it cannot be looked up for long, a duplicate is better than a loss.
      if (outcome.status === 'gaveUp' && outcome.isLeft === true) return
      const ref = outcome.status === 'sent' ? outcome.ref : undefined
      const isAbsent = outcome.status === 'skipped' && outcome.isAbsent === true
      const shifted = storm && shiftStorm(storm, fromWall(0))
      onLookedUp(
        {
          isSent: ref !== undefined,
          unanswered: ref !== undefined || isAbsent ? 0 : attempts,
          names: isNamed,
          concerns: (incident) => isNamed(incident) || members.has(keyOfIncident(incident)),
          storm:
            shifted && ref !== undefined
              ? { ...shifted, ref, unshown: 0, isListed: false }
              : undefined,
        },
        ref,
      )
    },
  }
}

/** Of two messages about one problem, one goes on, and the other one leads to it. */
export function leaveRoot(
  incident: Incident,
  ref: string,
  settings: NotificationSettings,
): Delivery {
  const { channel } = incident.route
  return {
    channel,
    priority: 'edit',
    draft: () => {
      const { ref: other } = incident.thread?.position ?? {}
      if (other === undefined || other === ref) return undefined
      const notification = buildDuplicateNotice(other, settings)
      return { kind: 'edit', ref, channel, notification, names: [], metadata: {} }
    },
    settle: () => undefined,
  }
}

import * as v from 'valibot'
import { watchHook } from '../../options/hooks.ts'
import {
  type Alert,
  type AlertLog,
  type AlertReason,
  type Incident,
  type Occurrence,
  alertReasons,
  isOftenEnough,
} from '../incident.ts'
import { decideByTriage } from '../actions/triage.ts'
import { milestonePolicy } from './milestone.ts'

/**
 * Decides when an incident alerts. Its answers depend on the incident and the time alone, and asking changes nothing.
 *
 * @example
 * const everyTenth: AlertPolicy = {
 *   keepsLiveRoot: false,
 *   onOccurrence: ({ count }) => (count % 10 === 1 ? { action: 'alert', reason: 'repeat' } : undefined),
 * }
 */
export interface AlertPolicy {
  /** Whether an incident has one message that is kept up to date; else each alert is a message of its own that stays as it is. */
  readonly keepsLiveRoot: boolean
  /** Called for each occurrence after it was counted, unless the incident is muted. */
  onOccurrence(incident: ObservedIncident, occurrence: Occurrence): Decision | undefined
  /** Called as time passes, again after each decision, until it returns `undefined`. */
  onTick?(incident: ObservedIncident, now: number): Decision | undefined
  /**
   * When `onTick` must be called next, in milliseconds since 1970.
   *
   * @default never: only an occurrence changes anything
   */
  nextTickAt?(incident: ObservedIncident, now: number): number
  /** The next number of occurrences that alerts, to be shown in the message; `undefined` if there is none. */
  nextMilestone?(incident: ObservedIncident): number | undefined
}

/** What a policy reads of an incident. */
export type ObservedIncident = Readonly<
  Pick<
    Incident,
    | 'fingerprint'
    | 'state'
    | 'count'
    | 'firstSeen'
    | 'lastSeen'
    | 'previousSeen'
    | 'activeSince'
    | 'isFatal'
    | 'isInNewRelease'
  >
> & {
  /** Occurrences in the latest minutes. */
  readonly perMinute: Pick<Incident['perMinute'], 'sum' | 'latest'>
  readonly alerts: Readonly<AlertLog>
}

/** The answer of a policy. */
export type Decision = AlertDecision | { readonly action: 'note'; readonly note: Note }

/** Alert now, or as soon as the last alert is long enough ago; until then the thread gets a line. */
export type AlertDecision = { readonly action: 'alert' | 'defer' } & PendingAlert

/** An alert before it is sent. */
export interface PendingAlert extends Pick<Alert, 'reason' | 'silentMs' | 'spike'> {
  /** Whether it is the first one of a new window of `repeat: { policy: 'window' }`. */
  readonly startsWindow?: boolean
}

/** A line in a thread that notifies nobody. */
export type Note =
  /** A new order of magnitude. */
  | { readonly kind: 'count' }
  | { readonly kind: 'quiet' }
  /** Without a duration if a person had resolved it. */
  | { readonly kind: 'back'; readonly silentMs: number | undefined }
  /** Occurrences without a message of their own. */
  | { readonly kind: 'suppressed'; readonly count: number }

/** The line in the thread while an alert is deferred, or below a root that shows it. */
export function noteOf({ reason, silentMs }: PendingAlert): Note {
  return reason === 'regression' ? { kind: 'back', silentMs } : { kind: 'count' }
}

/** Of two deferred alerts, the one with the higher rank is kept. */
const ranks: Readonly<Partial<Record<AlertReason, number>>> = { spike: 1, regression: 2 }

/**
 * Records a decision in the incident.
 *
 * @returns the alert, if it is to be sent now
 */
export function applyDecision(
  incident: Incident,
  decision: Decision,
  now: number,
): Alert | undefined {
  const { alerts } = incident
  incident.changes += 1
  incident.isUnsaved = true
  if (restarts(incident, decision)) {
    incident.state = 'active'
    if (incident.triage?.resolution !== undefined)
      incident.triage = { ...incident.triage, resolution: undefined }
    incident.activeSince = now
    // Later where somebody has taken it.
    alerts.remindFrom = Math.max(now, alerts.remindFrom)
    alerts.reminders = 0
  }
  if (decision.action !== 'note') applyAlert(incident, decision, now)
  else if (decision.note.kind === 'quiet') incident.state = 'quiet'
  else if (decision.note.kind === 'suppressed') alerts.summedUpCount = incident.count
  raiseMilestone(incident, decision.action === 'note' ? undefined : decision.reason)
  return decision.action === 'alert' ? alerts.last : undefined
}

/** The milestones that an incident has reached are no news any more. */
export function raiseMilestone({ alerts, count }: Incident, reason: AlertReason | undefined): void {
  const least = leastMilestone(count, reason)
  while (alerts.nextMilestone < least) alerts.nextMilestone *= 10
}

function applyAlert(incident: Incident, decision: AlertDecision, now: number): void {
  const { alerts, count } = incident
  const { reason, silentMs, spike } = decision
  if (reason === 'spike') alerts.spikedAt = now
  if (decision.action === 'defer') {
    if (rankOf(decision) >= rankOf(alerts.deferred)) alerts.deferred = decision
    return
  }
  alerts.last = {
    reason,
    at: now,
    count,
    previousCount: alerts.last?.count ?? 0,
    previousAt: alerts.last?.at,
    ...(silentMs !== undefined && { silentMs }),
    ...(spike !== undefined && { spike }),
  }
  incident.isLeftByStorm = false
  alerts.decided += 1
  alerts.inWindow = decision.startsWindow === true ? 1 : alerts.inWindow + 1
  alerts.deferred = undefined
  alerts.isFatalNotified = incident.isFatal
  if (reason === 'reminder') alerts.reminders += 1
}

function restarts({ alerts, state }: Incident, decision: Decision): boolean {
  if (decision.action === 'note') return decision.note.kind === 'back'
  if (alerts.last === undefined || decision.reason === 'regression') return true
  return state === 'quiet' || state === 'resolved'
}

/** What returns is no news until most of a milestone's occurrences are later: a batch that fails each night alerts once a night. */
export function leastMilestone(count: number, reason: AlertReason | undefined): number {
  return reason === 'regression' ? 2 * count : count + 1
}

function rankOf(alert: PendingAlert | undefined): number {
  return alert === undefined ? -1 : (ranks[alert.reason] ?? 0)
}

/** What people decided about an incident, or the answer of its policy. */
export function decide(incident: Incident, occurrence: Occurrence): Decision | undefined {
  const decided = decideByTriage(incident, occurrence)
  if (decided !== 'policy') return decided
  const isFirst = incident.alerts.last === undefined
  const isEnough = incident.isFatal || isOftenEnough(incident, occurrence.now)
  if (isFirst && !isEnough) return undefined
  const decision = incident.route.policy.onOccurrence(incident, occurrence)
  return incident.isLeftByStorm ? leftByStorm(decision) : decision
}

/** What only a storm showed that is over alerts again, at the latest now. */
function leftByStorm(decision: Decision | undefined): Decision {
  if (decision?.action === 'alert') return decision
  const isBack = decision?.action === 'note' && decision.note.kind === 'back'
  const silentMs = isBack ? decision.note.silentMs : undefined
  if (silentMs === undefined) return { action: 'alert', reason: 'reminder' }
  return { action: 'alert', reason: 'regression', silentMs }
}

/** A policy that asks for a tick in the past is called at most this often, in milliseconds. */
const minTickMs = 1000

/**
 * Where a policy of the application throws, or returns something other than a decision, that is reported and `milestonePolicy` decides. What it logs causes no alert.
 */
export function guardPolicy(policy: AlertPolicy, onBroken: (error: unknown) => void): AlertPolicy {
  const attempt = <Result>(run: () => Result, otherwise: () => Result): Result => {
    try {
      return watchHook(run)() as Result
    } catch (error) {
      onBroken(error)
      return otherwise()
    }
  }
  return {
    keepsLiveRoot: policy.keepsLiveRoot,
    onOccurrence: (incident, occurrence) =>
      attempt(
        () => expectDecision(policy.onOccurrence(incident, occurrence)),
        () => milestonePolicy.onOccurrence(incident, occurrence),
      ),
    onTick: (incident, now) =>
      attempt(() => expectDecision(policy.onTick?.(incident, now)), nothing),
    nextTickAt: (incident, now) => {
      const tickAt = attempt(() => policy.nextTickAt?.(incident, now), nothing)
      if (typeof tickAt !== 'number' || Number.isNaN(tickAt)) return Number.POSITIVE_INFINITY
      return tickAt > now ? tickAt : now + minTickMs
    },
    nextMilestone: (incident) => attempt(() => policy.nextMilestone?.(incident), nothing),
  }
}

const nothing = (): undefined => undefined

const decisionSchema = v.variant('action', [
  v.object({ action: v.picklist(['alert', 'defer']), reason: v.picklist(alertReasons) }),
  v.object({
    action: v.literal('note'),
    note: v.object({ kind: v.picklist(['count', 'quiet', 'back', 'suppressed']) }),
  }),
])

/** In JavaScript, a policy may return anything. */
function expectDecision(decision: Decision | undefined): Decision | undefined {
  if (v.is(v.optional(decisionSchema), decision)) return decision
  throw new TypeError('Expected the policy to return a decision or undefined')
}

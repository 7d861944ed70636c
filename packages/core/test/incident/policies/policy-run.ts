import { countOccurrence, createIncident, type Incident } from '../../../src/incident/incident.ts'
import {
  applyDecision,
  type AlertPolicy,
  type Decision,
  type ObservedIncident,
} from '../../../src/incident/policies/policy.ts'
import type { Route, RouteFacts } from '../../../src/incident/routes.ts'
import { restoreIncident, takeSnapshot } from '../../../src/incident/snapshot.ts'

export const second = 1000
export const minute = 60 * second
export const hour = 60 * minute
export const start: number = Date.UTC(2026, 0, 1)

/** An occurrence, as far as policies depend on it. */
interface GivenOccurrence {
  readonly isFatal?: boolean
  readonly release?: string
}

/** One incident under one policy, as a sink would have it: decisions are applied, and recorded. */
export class PolicyRun {
  incident: Incident
  now: number = start
  readonly policy: AlertPolicy
  readonly #decisions: string[] = []

  constructor(policy: AlertPolicy) {
    this.policy = policy
    this.incident = createIncident('g1:test', routeWith(policy), start)
  }

  /** What the policy may read, frozen. */
  get observed(): ObservedIncident {
    return deepFreeze(observe(this.incident))
  }

  /** Counts an occurrence, and returns the policy's decision without applying it. */
  count({ isFatal = false, release }: GivenOccurrence = {}): Decision | undefined {
    const occurrence = { now: this.now, isFatal, host: undefined, release }
    countOccurrence(this.incident, occurrence)
    return this.policy.onOccurrence(this.observed, occurrence)
  }

  occur(times = 1, given: GivenOccurrence = {}): void {
    for (let time = 0; time < times; time += 1) this.#apply(this.count(given))
  }

  /** Lets time pass, and calls `onTick` when the policy asks for it. */
  pass(ms: number): void {
    const until = this.now + ms
    for (;;) {
      const tickAt = this.nextTickAt()
      if (tickAt > until) break
      this.now = Math.max(this.now, tickAt)
      const decision = this.tick()
      if (decision === undefined) break
      this.#apply(decision)
    }
    this.now = until
  }

  nextTickAt(): number {
    return this.policy.nextTickAt?.(this.observed, this.now) ?? Number.POSITIVE_INFINITY
  }

  /** The policy's decision as time passed, without applying it. */
  tick(): Decision | undefined {
    return this.policy.onTick?.(this.observed, this.now)
  }

  /** Continues as a later process would, which has the incident from a file. */
  restart(): void {
    const snapshot = takeSnapshot(this.incident, {
      now: this.now,
      hasEvent: true,
      isComplete: true,
    })
    this.incident = restoreIncident(JSON.parse(JSON.stringify(snapshot)), this.incident.route)
  }

  /** The decisions since the last call. */
  taken(): readonly string[] {
    return this.#decisions.splice(0)
  }

  #apply(decision: Decision | undefined): void {
    if (decision === undefined) return
    applyDecision(this.incident, decision, this.now)
    const what = decision.action === 'note' ? decision.note.kind : decision.reason
    this.#decisions.push(`${decision.action} ${what}`)
  }
}

/** An incident that alerted once, under this policy. */
export function alerted(policy: AlertPolicy): PolicyRun {
  const run = new PolicyRun(policy)
  run.occur()
  run.taken()
  return run
}

export function routeWith(policy: AlertPolicy): Route {
  const facts: RouteFacts = {
    channel: '#alerts',
    mentions: [],
    loud: 'state',
    minCount: 1,
    repeat: { policy: 'milestones', holdMs: 0 },
  }
  return {
    ...facts,
    id: '',
    policy,
    facts,
    holdMs: 0,
    matches: () => true,
    withinMs: Number.POSITIVE_INFINITY,
    repeat: { policy: 'milestones', holdMs: 0 },
    continues: false,
  }
}

function observe(incident: Incident): ObservedIncident {
  const { perMinute } = incident
  return {
    fingerprint: incident.fingerprint,
    state: incident.state,
    count: incident.count,
    firstSeen: incident.firstSeen,
    lastSeen: incident.lastSeen,
    previousSeen: incident.previousSeen,
    activeSince: incident.activeSince,
    isFatal: incident.isFatal,
    isInNewRelease: incident.isInNewRelease,
    perMinute: {
      sum: (minutes, now, ago) => perMinute.sum(minutes, now, ago),
      latest: (minutes, now) => perMinute.latest(minutes, now),
    },
    alerts: structuredClone(incident.alerts),
  }
}

function deepFreeze<Value>(value: Value): Value {
  if (typeof value === 'object' && value !== null) {
    for (const part of Object.values(value)) deepFreeze(part)
    Object.freeze(value)
  }
  return value
}

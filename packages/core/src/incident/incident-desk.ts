import type { IncidentBook } from './incident-book.ts'
import { isOftenEnough, type Alert, type AlertReason } from './incident.ts'
import type { Incident, OccurrenceFacts } from './incident.ts'
import { applyDecision, type Decision, type DeferredAlert, type Note } from './repeat-policy.ts'
import type { Route } from './routes.ts'
import type { Sample } from '../event/sample.ts'

/** Brings what was decided to where people read it. */
export interface Teller {
  /** The incident is to be heard. */
  alert(incident: Incident, alert: Alert): void
  /** The incident's thread gets a line. */
  note(incident: Incident, note: Note): void
  /** What is shown of the incident is no longer right. */
  changed(incident: Incident): void
}

/** What a desk works with. */
export interface IncidentDeskParts {
  readonly book: IncidentBook
  readonly teller: Teller
}

/** One occurrence, as far as incidents are concerned. */
export interface Arrival extends OccurrenceFacts {
  readonly fingerprint: string
  readonly route: Route
  /** Keeps it to be shown; called at most once. */
  keep(reason: AlertReason): Sample
}

const maxSamples = 3

/** Decides about each occurrence, and about what time brings: be loud, be quiet, or just count. */
export class IncidentDesk {
  readonly #parts: IncidentDeskParts
  #dueAt = Number.POSITIVE_INFINITY

  constructor(parts: IncidentDeskParts) {
    this.#parts = parts
  }

  /** When time alone will have something to decide, in milliseconds since 1970. */
  get dueAt(): number {
    return this.#dueAt
  }

  /** @returns whether it is loud */
  take(arrival: Arrival): boolean {
    const { book, teller } = this.#parts
    const { now, route } = arrival
    const incident = book.count(arrival)
    const decision = decide(incident, now)
    if (decision === undefined) {
      teller.changed(incident)
      return false
    }
    if (showsOccurrence(decision)) keepSample(incident, arrival.keep(decision.reason))
    this.#carryOut(incident, decision, now)
    this.#dueAt = Math.min(this.#dueAt, route.policy.dueAt(incident, now))
    return decision.action === 'alert'
  }

  /** Does what time has brought. */
  tick(now: number): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    for (const incident of this.#parts.book.values()) {
      const { policy } = incident.route
      for (let decision = policy.onTime(incident, now); decision !== undefined;) {
        this.#carryOut(incident, decision, now)
        decision = policy.onTime(incident, now)
      }
      this.#dueAt = Math.min(this.#dueAt, policy.dueAt(incident, now))
    }
  }

  #carryOut(incident: Incident, decision: Decision, now: number): void {
    const { teller } = this.#parts
    const alert = applyDecision(incident, decision, now)
    if (alert !== undefined) teller.alert(incident, alert)
    else if (decision.action === 'note') teller.note(incident, decision.note)
    else teller.note(incident, noteOf(decision))
  }
}

function decide(incident: Incident, now: number): Decision | undefined {
  const isFirst = incident.alerts.last === undefined
  if (isFirst && !incident.isFatal && !isOftenEnough(incident, now)) return undefined
  return incident.route.policy.onOccurrence(incident, now)
}

/** Whether the occurrence itself is what people are to see, and not how many there are. */
function showsOccurrence(decision: Decision): decision is Decision & DeferredAlert {
  if (decision.action === 'note') return false
  return ['new', 'fatal', 'regression', 'repeat'].includes(decision.reason)
}

function keepSample({ samples }: Incident, sample: Sample): void {
  samples.unshift(sample)
  samples.length = Math.min(samples.length, maxSamples)
}

/** What the thread says already while an alert waits. */
function noteOf({ reason, silentMs }: DeferredAlert): Note {
  return reason === 'regression' ? { kind: 'back', silentMs } : { kind: 'count' }
}

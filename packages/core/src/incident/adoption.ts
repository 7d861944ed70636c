import type { LRUCache } from 'lru-cache'
import type { Ticker } from '../clock.ts'
import type { ChannelGate } from './channel-gate.ts'
import {
  keyOf,
  markShown,
  type AdoptedAlert,
  type Alert,
  type Incident,
  type Occurrence,
} from './incident.ts'
import type { IncidentsDeps } from './incidents.ts'
import { applyDecision, type Decision } from './policies/policy.ts'
import type { Route } from './routes.ts'
import {
  type IncidentSnapshot,
  mergeSnapshot,
  restoreIncident,
  type SnapshotStorm,
} from './snapshot.ts'
import { Storm, type Storms } from './storm.ts'

export interface AdoptionDeps extends Pick<IncidentsDeps, 'openThread' | 'routes' | 'isIdle'> {
  /** By key. */
  readonly incidents: Pick<LRUCache<string, Incident>, 'get' | 'set'>
  readonly storms: Storms
  /** All incidents, those that only a storm knows included. */
  readonly all: () => Iterable<Incident>
  readonly gateOf: (channel: string) => ChannelGate
  readonly openStorm: (storm: Storm) => void
  /** The decision about an occurrence that was counted. */
  readonly decide: (incident: Incident, occurrence: Occurrence) => Decision | undefined
  readonly apply: (incident: Incident, decision: Decision, now: number) => void
  readonly notify: (incident: Incident, alert: Alert, isBroadcast: boolean) => void
  readonly noteDue: (incident: Incident, now: number) => void
  /** Called when a storm is due, in milliseconds since 1970. */
  readonly stormDue: (at: number) => void
}

/**
 * What may have been accepted is sent at most so often where it cannot be looked up: one of the two may be a duplicate. Before the
 * second one, the destination has to answer a request that changes nothing, so that not both are sent while it is down.
 */
export const maxUnanswered = 2

/** A post of an earlier process about several incidents that was not answered. */
export interface LookedUpPost {
  /** Whether it was accepted. */
  readonly isSent: boolean
  /** How often it may have been accepted, where that cannot be looked up. */
  readonly unanswered: number
  /** Whether an incident is part of what it is about. */
  concerns(incident: Incident): boolean
  /** Whether it shows an incident. */
  names(incident: Incident): boolean
  /** The storm of which it is the root, if it was accepted. */
  readonly storm?: SnapshotStorm | undefined
}

/** This many alerts that earlier processes left get a message each; further ones share a storm. */
const maxRoots = 10
/** The time between looks whether the next alert can be sent, in milliseconds. */
const everyMs = 500

/** Takes in what other processes know, and alerts what they left unsent: each when nothing else waits. */
export class Adoption implements Ticker {
  readonly #deps: AdoptionDeps
  /** Incidents whose alerts are still to be sent. */
  readonly #waiting = new Set<Incident>()
  dueAt: number = Number.POSITIVE_INFINITY

  constructor(deps: AdoptionDeps) {
    this.#deps = deps
  }

  /**
   * Takes in incidents from outside this process. What was alerted there is continued; what was not sent is alerted here, after what
   * happens in this process. An incident that is known already is the same one, with the occurrences of both.
   *
   * @returns the incidents
   */
  absorb(snapshots: readonly IncidentSnapshot[], now: number): readonly Incident[] {
    const absorbed = new Set<Incident>()
    // The least recently seen first, since incidents that are added later are kept for longer.
    for (const snapshot of snapshots.toSorted((a, b) => a.lastSeen - b.lastSeen)) {
      const route = this.#routeOf(snapshot)
      if (route === undefined) continue
      const known = this.#deps.incidents.get(keyOf(snapshot.fingerprint, route))
      const incident =
        known === undefined
          ? this.#restore(snapshot, route, now)
          : this.#merge(known, snapshot, now)
      if (incident !== undefined) absorbed.add(incident)
      // In another channel, a post about it cannot be looked up.
      if (incident?.adopted !== undefined && route.channel !== snapshot.channel)
        incident.adopted = { ...incident.adopted, isUnconfirmed: false }
    }
    this.#queueAdopted(now)
    return [...absorbed]
  }

  /**
   * A post of an earlier process about several incidents was looked up.
   *
   * @returns how many alerts are given up, since two posts may have shown them
   */
  confirm(post: LookedUpPost, now: number): number {
    const concerned = [...this.#deps.all()].filter((incident) => post.concerns(incident))
    const givenUp = concerned.filter((incident) => this.#confirm(incident, post, now))
    this.#queueAdopted(now)
    return givenUp.length
  }

  /** The incident alerts by itself. */
  forget(incident: Incident): void {
    this.#waiting.delete(incident)
  }

  /** Sends the next alert of each channel for which nothing else waits. */
  tick(now: number): void {
    if (now < this.dueAt) return
    const waiting = this.#byChannel()
    for (const [channel, [next]] of waiting)
      if (next !== undefined && this.#deps.isIdle(channel)) this.#alert(next, now)
    this.dueAt = waiting.size > 0 ? now + everyMs : Number.POSITIVE_INFINITY
  }

  /** Sends all alerts now. */
  flush(now: number): void {
    for (const incident of [...this.#byChannel().values()].flat()) this.#alert(incident, now)
  }

  /** Of another process of the fleet, it goes where that sent it, although no route of this one leads there. */
  #routeOf({ channel, route, adopted }: IncidentSnapshot): Route | undefined {
    const { routes } = this.#deps
    if (route !== undefined) return routes.like(route)
    return routes.to(channel) ?? (adopted && routes.default)
  }

  #restore(snapshot: IncidentSnapshot, route: Route, now: number): Incident | undefined {
    const { keepsLiveRoot } = route.policy
    const isKept =
      keepsLiveRoot || snapshot.adopted !== undefined || snapshot.reported !== undefined
    if (!isKept) return undefined
    const incident = restoreIncident(snapshot, route)
    this.#deps.incidents.set(incident.key, incident)
    if (snapshot.storm !== undefined) this.#rejoinStorm(incident, snapshot.storm)
    else if (incident.alerts.waitingAfter !== undefined) this.#resumeWaiting(incident, now)
    else if (incident.adopted !== undefined) this.#waiting.add(incident)
    const isAlerted = incident.alerts.last !== undefined
    // What only its storm shows has no message of its own.
    const hasThread = snapshot.root !== undefined || incident.storm === undefined
    if (keepsLiveRoot && isAlerted && hasThread) {
      incident.thread = this.#deps.openThread(incident)
      incident.thread.resume(snapshot.root)
    }
    this.#deps.noteDue(incident, now)
    return incident
  }

  #merge(incident: Incident, snapshot: IncidentSnapshot, now: number): Incident {
    const isContinued = snapshot.alerts.shown > 0 && incident.alerts.shown === 0
    const { count, storm } = incident
    if (isContinued && storm?.thread?.position === undefined) storm?.leave(incident)
    mergeSnapshot(incident, snapshot)
    if (isContinued) this.#continue(incident, snapshot, count)
    else if (incident.alerts.last === undefined && snapshot.adopted !== undefined) {
      incident.adopted = mergeAlerts(incident.adopted, snapshot.adopted)
      this.#waiting.add(incident)
    }
    if (snapshot.alerts.waitingAfter !== undefined) this.#resumeWaiting(incident, now)
    incident.thread?.update()
    this.#decideAgain(incident, now)
    this.#deps.noteDue(incident, now)
    return incident
  }

  /** @returns whether its alert is given up */
  #confirm(incident: Incident, post: LookedUpPost, now: number): boolean {
    const { adopted } = incident
    const isNamed = post.names(incident)
    const added = isNamed ? post.unanswered : 0
    const unanswered = added + (adopted?.unanswered ?? 0)
    const isGivenUp = added > 0 && unanswered >= maxUnanswered
    incident.isUnsaved = true
    incident.adopted = adopted && { ...adopted, isUnconfirmed: false, unanswered }
    this.#confirmStorm(incident, post, isGivenUp)
    const isShown = isGivenUp || (isNamed && post.isSent)
    if (!isShown || adopted === undefined) return false
    this.#redecide(incident, now)
    markShown(incident, incident.alerts.decided)
    return isGivenUp
  }

  /**
   * Another process alerted the incident, so that this one need not.
   *
   * @param unshown occurrences that its message does not show yet
   */
  #continue(incident: Incident, snapshot: IncidentSnapshot, unshown: number): void {
    const { state, activeSince, alerts } = snapshot
    Object.assign(incident, { state, activeSince, alerts: { ...incident.alerts, ...alerts } })
    incident.adopted = undefined
    this.#waiting.delete(incident)
    this.#deps.gateOf(incident.route.channel).withdraw(incident)
    if (snapshot.storm !== undefined && snapshot.root === undefined) {
      this.#rejoinStorm(incident, snapshot.storm).total += unshown
      incident.storm?.thread?.update()
      return
    }
    const { root } = snapshot
    incident.thread ??= this.#deps.openThread(incident)
    incident.thread.resume(root && { ...root, unshown: root.unshown + unshown })
  }

  /** What waited in an earlier process goes on waiting, or is listed now. */
  #resumeWaiting(incident: Incident, now: number): void {
    this.#redecide(incident, now)
    this.#deps.gateOf(incident.route.channel).resumeWaiting(incident, now)
  }

  /** The numbers of two processes together may call for an alert. */
  #decideAgain(incident: Incident, now: number): void {
    if (incident.alerts.last === undefined) return
    const [host, release] = [incident.hosts.at(-1), incident.releases.at(-1)]
    const occurrence = { now: incident.lastSeen, isFatal: incident.isFatal, host, release }
    const decision = this.#deps.decide(incident, occurrence)
    if (decision !== undefined) this.#deps.apply(incident, decision, now)
  }

  #rejoinStorm(incident: Incident, snapshot: SnapshotStorm): Storm {
    const { channel } = incident.route
    const storm = this.#deps.storms.resume(channel, snapshot)
    this.#deps.gateOf(channel).resume(storm)
    this.#deps.stormDue(storm.dueAt(incident.lastSeen))
    storm.rejoin(incident)
    if (snapshot.isListed) storm.thread?.markListed(incident.key)
    storm.thread?.update()
    if (incident.adopted !== undefined) this.#redecide(incident, incident.lastSeen)
    return storm
  }

  /** Makes the decision of the earlier process again. */
  #redecide(incident: Incident, now: number): Alert | undefined {
    const { adopted, isFatal, alerts } = incident
    this.#waiting.delete(incident)
    if (adopted === undefined) return undefined
    const reason = isFatal && !alerts.isFatalNotified ? 'fatal' : adopted.reason
    incident.origin = adopted
    return applyDecision(incident, { ...adopted, reason, action: 'alert' }, now)
  }

  /** Beyond a number that can be read one by one, the alerts that earlier processes left share a storm. */
  #queueAdopted(now: number): void {
    const waiting = this.#byChannel()
    if (waiting.size > 0) this.dueAt = Math.min(this.dueAt, now)
    for (const [channel, all] of waiting) {
      const gate = this.#deps.gateOf(channel)
      const incidents = all.filter((incident) => !gate.mustWait(incident, now))
      for (const incident of all) if (!incidents.includes(incident)) this.#alert(incident, now)
      // What may have been posted already is looked up under its own id.
      const further = incidents.filter(({ adopted }) => adopted?.tried === undefined)
      further.splice(0, Math.max(0, maxRoots - incidents.length + further.length))
      if (further.length < 2) continue
      const open = this.#deps.storms.adoptedIn(channel)
      const storm = open ?? new Storm(channel, { because: 'adopted', openedAt: now })
      for (const incident of further) {
        this.#redecide(incident, now)
        storm.join(incident, 1, now)
      }
      if (open === undefined) this.#deps.openStorm(storm)
      else open.thread?.update()
    }
  }

  #confirmStorm(incident: Incident, post: LookedUpPost, isGivenUp: boolean): void {
    if (!post.isSent && !isGivenUp) incident.storm?.thread?.markUnlisted(incident.key)
    if (post.storm !== undefined && incident.storm === undefined)
      this.#rejoinStorm(incident, post.storm)
  }

  #alert(incident: Incident, now: number): void {
    const alert = this.#redecide(incident, now)
    if (alert === undefined) return
    const verdict = this.#deps.gateOf(incident.route.channel).judgeAdopted(incident, alert, now)
    incident.isCapped = verdict === 'capped'
    if (verdict !== 'quiet' && verdict !== 'storm')
      this.#deps.notify(incident, alert, verdict === 'notify')
    this.#deps.noteDue(incident, now)
  }

  /** Those whose alerts can be sent, most urgent first. */
  #byChannel(): ReadonlyMap<string, readonly Incident[]> {
    const waiting = [...this.#waiting].filter(({ adopted }) => adopted?.isUnconfirmed !== true)
    const byChannel = new Map<string, Incident[]>()
    for (const incident of waiting.toSorted(byUrgency)) {
      const { channel } = incident.route
      byChannel.set(channel, [...(byChannel.get(channel) ?? []), incident])
    }
    return byChannel
  }
}

/** The alert that several processes left, of which `known` is the one known so far. */
function mergeAlerts(known: AdoptedAlert | undefined, found: AdoptedAlert): AdoptedAlert {
  if (known === undefined) return found
  const tried = known.tried ?? found.tried
  const triedAt = Math.max(known.triedAt ?? 0, found.triedAt ?? 0)
  const unanswered = (known.unanswered ?? 0) + (found.unanswered ?? 0)
  return { ...known, tried, triedAt, unanswered }
}

/** Fatal ones first, then the oldest. */
function byUrgency(a: Incident, b: Incident): number {
  return Number(b.isFatal) - Number(a.isFatal) || a.firstSeen - b.firstSeen
}

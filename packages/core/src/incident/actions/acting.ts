import { LRUCache } from 'lru-cache'
import type { Journal } from '../../journal/journal.ts'
import type { Incident, Occurrence } from '../incident.ts'
import { raiseMilestone } from '../policies/policy.ts'
import type { ActionAnswer, ActionRefusal, IncidentAction } from './action.ts'
import { type ActionContext, applyAction, leaveState } from './apply.ts'
import { type MuteEnded, muteEnded, type MutedFor, targetKey } from './triage.ts'

export interface ActingDeps extends Omit<ActionContext, 'now'> {
  readonly incidents: () => Iterable<Incident>
  /** What the buttons of this fleet have as their owner; `undefined` where no message has buttons. */
  readonly owner: string | undefined
  readonly journal: Pick<Journal, 'changed' | 'saveNow'> | undefined
}

const maxSeen = 1000

/** Applies what people do with incidents, each action once, in the order of arrival. */
export class Acting {
  readonly #deps: ActingDeps
  readonly #seen = new LRUCache<string, true>({ max: maxSeen })

  constructor(deps: ActingDeps) {
    this.#deps = deps
  }

  act(action: IncidentAction, now: number): ActionAnswer {
    const { id, target } = action
    if (this.#seen.has(id)) return { status: 'done' }
    if (target !== undefined && target.owner !== this.#deps.owner) return refused('unknown')
    const incident = this.#find(action)
    if (incident === undefined) return refused('old')
    this.#seen.set(id, true)
    // An earlier process may have applied it.
    if (incident.triage?.audit.some((entry) => entry.id === id)) return { status: 'done' }
    return this.#apply(action, incident, now)
  }

  #apply(action: IncidentAction, incident: Incident, now: number): ActionAnswer {
    const muted = mutedFor(incident, now)
    const refusal = applyAction(incident, action, { ...this.#deps, now })
    if (refusal !== undefined) return refused(refusal)
    const entry = incident.triage?.audit.at(-1)
    const isUnmuted = incident.state !== 'muted' && muted !== undefined && muted.missed > 0
    if (entry !== undefined)
      incident.thread?.note({ kind: 'action', entry, ...(isUnmuted && { muted }) }, false)
    incident.thread?.edit({ priority: 'action' })
    this.#deps.journal?.saveNow()
    return { status: 'done' }
  }

  /**
   * Ends muting when its end has come.
   *
   * @returns why, if it has
   */
  checkMute(
    incident: Incident,
    occurrence: Pick<Occurrence, 'now'> & Partial<Occurrence>,
  ): MuteEnded | undefined {
    const { now } = occurrence
    const ended = muteEnded(incident, occurrence)
    const muted = mutedFor(incident, now)
    if (ended === undefined || muted === undefined) return undefined
    const { triage } = incident
    const { state, ...left } = leaveState(incident, now)
    Object.assign(incident, { state, triage: triage && { ...triage, ...left } })
    raiseMilestone(incident, undefined)
    incident.changes += 1
    incident.isUnsaved = true
    incident.thread?.note({ kind: 'unmuted', muted }, false)
    this.#deps.journal?.changed()
    return ended
  }

  #find({ target, ref }: IncidentAction): Incident | undefined {
    for (const incident of this.#deps.incidents()) {
      if (!incident.route.policy.keepsLiveRoot) continue
      const isMeant =
        target === undefined
          ? ref !== undefined && incident.thread?.root === ref
          : targetKey(incident.key) === target.key
      if (isMeant) return incident
    }
    return undefined
  }
}

/** Notes that a resolved incident still occurs in a release that was known. */
export function noteStillFrom(incident: Incident, { release }: Occurrence): void {
  const { triage, state } = incident
  const resolution = triage?.resolution
  if (state !== 'resolved' || triage === undefined || resolution?.stillFrom === release) return
  incident.triage = { ...triage, resolution: resolution && { ...resolution, stillFrom: release } }
  incident.changes += 1
}

function mutedFor({ state, triage, count }: Incident, now: number): MutedFor | undefined {
  const { mute } = triage ?? {}
  if (state !== 'muted' || mute === undefined) return undefined
  return { ms: now - mute.since, missed: count - mute.count }
}

function refused(reason: ActionRefusal): ActionAnswer {
  return { status: 'refused', reason }
}

import { LRUCache } from 'lru-cache'
import { type SteadyClock, withTimeout } from '../../clock.ts'
import type { IncidentAction } from '../../incident/actions/action.ts'
import type { ResolvedActions } from '../../options/resolve.ts'
import {
  type ActionsPort,
  type Failure,
  isFailure,
  type Person,
  type SendOptions,
} from '../destination.ts'

export interface PermissionsDeps {
  readonly allow: ResolvedActions['allow']
  readonly port: Pick<ActionsPort, 'person' | 'members'>
  readonly clock: SteadyClock
  readonly signal: AbortSignal
}

/** Whether somebody may act; `unknown` while Slack cannot say. What a bot does is no action at all. */
export type Permission = 'allowed' | 'refused' | 'bot' | 'unknown'

/** What is known about people and groups is read again after this time, in milliseconds. */
const keptMs = 10 * 60_000
/** After a failure it is read again after this time, in milliseconds. */
const retryMs = 60_000
const timeoutMs = 3000
const maxPeople = 1000

/** A list of members, which is used until another one can be read. */
interface Group {
  members: readonly string[] | undefined
  readAgainAt: number
  reading: Promise<void> | undefined
}

/** Who may act on problems. What is not known for certain is refused. */
export class Permissions {
  readonly #deps: PermissionsDeps
  readonly #people = new LRUCache<string, { person: Person | undefined; until: number }>({
    max: maxPeople,
  })
  readonly #groups = new Map<string, Group>()

  constructor(deps: PermissionsDeps) {
    this.#deps = deps
  }

  async of({ user, foreignTeam, via }: IncidentAction['by']): Promise<Permission> {
    const { allow } = this.#deps
    // Whoever can write to the journal or its server can do more than that.
    if (via === 'shell') return 'allowed'
    if (allow !== 'channel') {
      if (allow.users.includes(user)) return 'allowed'
      if (allow.groups.length === 0) return 'refused'
      const lists = await Promise.all(allow.groups.map((group) => this.#members(group)))
      if (lists.some((members) => members?.includes(user))) return 'allowed'
      if (lists.includes(undefined)) return 'unknown'
    }
    const person = await this.#person(user)
    if (person === 'unknown' || person === 'refused') return person
    if (person?.isBot === true) return 'bot'
    if (allow !== 'channel' || foreignTeam !== undefined) return 'refused'
    return person?.isGuest === true ? 'refused' : 'allowed'
  }

  /** As people know the user, if that was read. */
  nameOf(user: string): string | undefined {
    return this.#people.get(user)?.person?.name
  }

  async #person(user: string): Promise<Person | undefined | 'unknown' | 'refused'> {
    const { clock, port } = this.#deps
    const known = this.#people.get(user)
    if (known !== undefined && clock.now() < known.until) return known.person
    const person = await this.#ask((options) => port.person(user, options))
    if (isFailure(person)) return isPassing(person) ? 'unknown' : 'refused'
    this.#people.set(user, { person, until: clock.now() + keptMs })
    return person
  }

  /** The members of a group; undefined until Slack answers. */
  async #members(id: string): Promise<readonly string[] | undefined> {
    const group = this.#groups.get(id) ?? { members: undefined, readAgainAt: 0, reading: undefined }
    this.#groups.set(id, group)
    if (this.#deps.clock.now() >= group.readAgainAt) {
      group.reading ??= this.#read(id, group)
      await group.reading
    }
    return group.members
  }

  async #read(id: string, group: Group): Promise<void> {
    const { clock, port } = this.#deps
    const members = await this.#ask((options) => port.members(id, options))
    group.reading = undefined
    const isRead = !isFailure(members)
    if (isRead) group.members = members
    else if (!isPassing(members)) group.members ??= []
    group.readAgainAt = clock.now() + (isRead ? keptMs : retryMs)
  }

  async #ask<Answer>(
    ask: (options: SendOptions) => Promise<Answer | Failure>,
  ): Promise<Answer | Failure> {
    const { clock, signal } = this.#deps
    try {
      return await withTimeout(clock, { timeoutMs, signal }, (own) => ask({ signal: own }))
    } catch (error) {
      return { status: 'retry', reason: String(error), accepted: 'unknown' }
    }
  }
}

/** Whether another try may succeed. */
function isPassing({ status }: Failure): boolean {
  return status === 'retry' || status === 'wait'
}

import { type SteadyClock, type Ticker, TokenBucket, withTimeout } from '../../clock.ts'
import type { ActionKind, IncidentAction } from '../../incident/actions/action.ts'
import type { Incident } from '../../incident/incident.ts'
import {
  type ActionsPort,
  type Failure,
  isFailure,
  type MarkedMessage,
  type MarkKind,
  type SendOptions,
} from '../destination.ts'
import type { Permissions } from './permissions.ts'

export interface MarkReaderDeps {
  readonly port: Pick<ActionsPort, 'readMarks' | 'readReplies'>
  readonly clock: SteadyClock
  readonly signal: AbortSignal
  /** The incidents of this process. */
  readonly incidents: () => Iterable<Incident>
  /** Whether this process is the one that reads. */
  readonly mayRead: () => boolean
  readonly permissions: Pick<Permissions, 'of' | 'nameOf'>
  /** Applies an action of somebody who may act. */
  readonly act: (action: IncidentAction) => unknown
  /** Somebody who may not act has marked a message. */
  readonly onRefused: () => void
  /** Called when {@link MarkReader.dueAt} became earlier. */
  readonly onDue: () => void
  /** Called when something that nobody waits for fails. */
  readonly onError: (error: unknown) => void
  /** Marks are not read any more in a channel. */
  readonly onOff: (reason: string) => void
}

/** What was read of an incident's message, so that each mark is one action, also after a restart. Plain data. */
export interface SeenMarks {
  readonly ref: string
  /** Each a kind and a user. */
  readonly marks: readonly string[]
  /** The position of the last reply that was read. */
  readonly reply: string | undefined
}

/** How long an incident is fresh, and how often the channel is read then, in milliseconds. */
const freshMs = 10 * 60_000
const freshEveryMs = 15_000
/** While an incident is active, and else, in milliseconds. */
const activeEveryMs = 60_000
const idleEveryMs = 5 * 60_000
/** After this time without an occurrence, nobody marks an incident's message any more, in milliseconds. */
const watchedMs = 86_400_000
/** At most ten calls in any minute. */
const pace = { burst: 4, everyMs: 10_000 }
const timeoutMs = 5000
const maxNote = 1000
const maxRefused = 1000

const kinds: readonly MarkKind[] = ['resolve', 'mute', 'take']
const undoing: Readonly<Record<MarkKind, ActionKind>> = {
  resolve: 'reopen',
  mute: 'unmute',
  take: 'release',
}

interface Watched {
  readonly incident: Incident
  readonly ref: string
}

/** Reads how people marked the messages of incidents, at the pace of what is open, and makes actions of what has changed. */
export class MarkReader implements Ticker {
  readonly #deps: MarkReaderDeps
  readonly #calls: TokenBucket
  readonly #readAt = new Map<string, number>()
  /** Why marks of a channel are not read. */
  readonly #off = new Map<string, string>()
  /** Marks that were refused, which are counted once. */
  readonly #refused = new Set<string>()
  #isReading = false
  /** Whether replies were left for a round that has calls for them. */
  #hasReplies = false
  dueAt: number = Number.POSITIVE_INFINITY

  constructor(deps: MarkReaderDeps) {
    this.#deps = deps
    this.#calls = new TokenBucket(pace, deps.clock.now())
  }

  /** A message was posted or taken over: there is something to read from now on. */
  watch(): void {
    this.#plan(this.#deps.clock.now())
  }

  /** Marks have changed somewhere. */
  readSoon(): void {
    this.#readAt.clear()
    this.#plan(this.#deps.clock.now())
  }

  tick(now: number): void {
    if (now < this.dueAt) return
    this.dueAt = Number.POSITIVE_INFINITY
    if (this.#isReading) return
    this.#isReading = true
    void this.#readDue(now)
      .catch(this.#deps.onError)
      .finally(() => {
        this.#isReading = false
        this.#plan(this.#deps.clock.now())
      })
  }

  #plan(now: number): void {
    if (this.#isReading) return
    const times = [...this.#watched(now)].map(([channel, watched]) =>
      this.#nextAt(channel, watched, now),
    )
    const nextAt = Math.min(...times)
    const isShort = this.#hasReplies && !this.#hasCalls(now)
    const callsAt = now + this.#calls.waitMs(now) + (isShort ? pace.everyMs : 0)
    this.dueAt = nextAt === Number.POSITIVE_INFINITY ? nextAt : Math.max(nextAt, callsAt)
    this.#deps.onDue()
  }

  /** By channel, the incidents whose messages people may still mark. */
  #watched(now: number): ReadonlyMap<string, readonly Watched[]> {
    const watched = new Map<string, Watched[]>()
    if (!this.#deps.mayRead()) return watched
    for (const incident of this.#deps.incidents()) {
      const ref = incident.thread?.root
      const { channel, policy } = incident.route
      if (ref === undefined || !policy.keepsLiveRoot || this.#off.has(channel)) continue
      if (now - incident.lastSeen >= watchedMs) continue
      const others = watched.get(channel)
      if (others === undefined) watched.set(channel, [{ incident, ref }])
      else others.push({ incident, ref })
    }
    return watched
  }

  #nextAt(channel: string, watched: readonly Watched[], now: number): number {
    const intervals = watched.map(({ incident }) => {
      if (now - incident.activeSince < freshMs) return freshEveryMs
      return incident.state === 'active' ? activeEveryMs : idleEveryMs
    })
    return (this.#readAt.get(channel) ?? Number.NEGATIVE_INFINITY) + Math.min(...intervals)
  }

  async #readDue(now: number): Promise<void> {
    const due = [...this.#watched(now)]
      .map(([channel, watched]) => ({ channel, watched, at: this.#nextAt(channel, watched, now) }))
      .filter(({ at }) => at <= now)
      .toSorted((a, b) => (a.at < b.at ? -1 : Number(a.at > b.at)))
    // What has waited longest comes first: there may be more channels than calls.
    for (const { channel, watched } of due) {
      if (!this.#hasCalls(now)) return
      this.#readAt.set(channel, now)
      await this.#readChannel(channel, watched)
    }
  }

  /** Whether there are calls for marks, and for replies if some wait. */
  #hasCalls(now: number): boolean {
    return this.#calls.grants(now, 0) >= (this.#hasReplies ? 2 : 1)
  }

  async #readChannel(channel: string, watched: readonly Watched[]): Promise<void> {
    const [first, ...rest] = watched.map(({ ref }) => ref)
    if (first === undefined) return
    const { port } = this.#deps
    const messages = await this.#call((options) => port.readMarks([first, ...rest], options))
    if (isFailure(messages)) {
      this.#failed(channel, messages)
      return
    }
    for (const message of messages) {
      const incident = watched.find(({ ref }) => ref === message.ref)?.incident
      if (incident !== undefined) await this.#read(incident, message)
    }
  }

  async #read(incident: Incident, message: MarkedMessage): Promise<void> {
    const { ref } = message
    const seen = seenOf(incident, message)
    const marks: string[] = []
    for (const kind of kinds)
      marks.push(...(await this.#marksOf(kind, { incident, message, seen })))
    const reply = await this.#readReplies(message, seen.reply)
    if (marks.join() === seen.marks.join() && reply === seen.reply && incident.marks === seen)
      return
    incident.marks = { ref, marks, reply }
    incident.isUnsaved = true
  }

  /** Acts on what has changed. @returns what is to be remembered */
  async #marksOf(kind: MarkKind, given: Reading): Promise<readonly string[]> {
    const { message, seen } = given
    const prefix = `${kind} `
    const before = seen.marks
      .filter((mark) => mark.startsWith(prefix))
      .map((mark) => mark.slice(prefix.length))
    const marks = message.marks.filter((mark) => mark.kind === kind)
    const users = [...new Set(marks.flatMap((mark) => mark.users))]
    const isComplete = marks.every((mark) => mark.isComplete)
    const kept = before.filter((user) => users.includes(user) || !isComplete)
    for (const user of users) {
      if (kept.includes(user)) continue
      if (await this.#mark(kind, user, given)) kept.push(user)
    }
    if (kept.length < before.length) this.#undo(kind, before, kept, given)
    return kept.map((user) => prefix + user)
  }

  async #mark(kind: MarkKind, user: string, given: Reading): Promise<boolean> {
    const { permissions, onRefused } = this.#deps
    const by = { user, via: 'reaction' } as const
    const permission = await permissions.of(by)
    if (permission === 'allowed') {
      this.#act(kind, user, given)
      return true
    }
    const mark = `${given.message.ref} ${kind} ${user}`
    if (permission === 'refused' && !this.#refused.has(mark)) {
      if (this.#refused.size >= maxRefused) this.#refused.clear()
      this.#refused.add(mark)
      onRefused()
    }
    return false
  }

  /** What one person took back may still hold for another one. */
  #undo(kind: MarkKind, before: readonly string[], kept: readonly string[], given: Reading): void {
    const gone = before.filter((user) => !kept.includes(user))
    const { assignee, audit } = given.incident.triage ?? {}
    // Somebody else may have taken it since, or decided the same with a button or in a shell.
    if (kind === 'take' && !gone.includes(assignee?.user ?? '')) return
    const decided = audit?.findLast((entry) => entry.kind === kind)
    if (decided !== undefined && decided.by.via !== 'reaction') return
    const other = kept.at(-1)
    const [first = ''] = gone
    if (other === undefined) this.#act(undoing[kind], first, given)
    else if (kind === 'take') this.#act('take', other, given)
  }

  #act(kind: ActionKind, user: string, { message, incident }: Reading): void {
    const { act, permissions, clock } = this.#deps
    const at = clock.wallNow()
    const { assignee, mute, resolution } = incident.triage ?? {}
    // An earlier process may have read the name.
    const known = [assignee, mute?.by, resolution?.by].find((actor) => actor?.user === user)
    const name = permissions.nameOf(user) ?? known?.name
    const by = { user, ...(name !== undefined && { name }), via: 'reaction' } as const
    act({ id: `${message.ref} ${kind} ${user} ${at}`, kind, ref: message.ref, by, at })
  }

  /** @returns the position of the last reply that was read */
  async #readReplies(
    { ref, lastReply }: MarkedMessage,
    after: string | undefined,
  ): Promise<string | undefined> {
    const { port, clock, act, permissions, onRefused } = this.#deps
    if (lastReply === undefined || lastReply === after) return after
    // Marks come first: a later round has calls left for it.
    if (this.#calls.grants(clock.now(), 0) < (this.#hasReplies ? 1 : 2)) {
      this.#hasReplies = true
      return after
    }
    this.#hasReplies = false
    const replies = await this.#call(async (options) =>
      port.readReplies(ref, { ...options, after }),
    )
    if (isFailure(replies)) return after
    let read = after
    for (const { position, user, text, at } of replies) {
      const previous = read
      read = position
      const note = noteIn(text)
      if (note === undefined) continue
      const permission = await permissions.of({ user, via: 'thread' })
      // The next round reads it again.
      if (permission === 'unknown') return previous
      if (permission === 'refused') onRefused()
      if (permission !== 'allowed') continue
      const name = permissions.nameOf(user)
      const by = { user, ...(name !== undefined && { name }), via: 'thread' } as const
      act({ id: `${ref} ${position}`, kind: 'note', ref, by, at, text: note })
    }
    return lastReply
  }

  #failed(channel: string, failure: Failure): void {
    const { clock, onOff } = this.#deps
    const now = clock.now()
    if (failure.status === 'wait') {
      this.#readAt.set(channel, now + failure.afterMs)
      return
    }
    if (failure.status === 'retry') return
    const { reason } = failure
    const isKnown = [...this.#off.values()].includes(reason)
    this.#off.set(channel, reason)
    if (!isKnown) onOff(`reactions in ${channel} are not read: ${reason}`)
  }

  async #call<Answer>(
    call: (options: SendOptions) => Promise<Answer | Failure>,
  ): Promise<Answer | Failure> {
    const { clock, signal } = this.#deps
    this.#calls.take(clock.now())
    try {
      return await withTimeout(clock, { timeoutMs, signal }, (own) => call({ signal: own }))
    } catch (error) {
      return { status: 'retry', reason: String(error), accepted: 'unknown' }
    }
  }
}

interface Reading {
  readonly incident: Incident
  readonly message: MarkedMessage
  readonly seen: SeenMarks
}

/** Of a message that another process posted, what it shows at first was seen before: it may have been undone since. */
function seenOf({ marks: seen }: Incident, { ref, marks, lastReply }: MarkedMessage): SeenMarks {
  if (seen === undefined) {
    const shown = marks.flatMap(({ kind, users }) => users.map((user) => `${kind} ${user}`))
    return { ref, marks: shown, reply: lastReply }
  }
  return seen.ref === ref ? seen : { ref, marks: [], reply: undefined }
}

/** What stays with the problem, if a reply says so. */
function noteIn(text: string): string | undefined {
  const note = /^\s*(?:note|runbook)\s*:\s*(\S.*)$/is.exec(text)?.[1]
  return note?.trim().slice(0, maxNote)
}

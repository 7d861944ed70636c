import type { Answer, Calls } from './calls.ts'
import type { Time } from './time.ts'
import { leadScript, reportScript, saveScript, type Script } from './scripts.ts'

export interface StoreDeps {
  readonly calls: Calls
  /** For calls that wait for an answer, if the client can make further connections. */
  readonly blocking: Calls | undefined
  readonly time: Time
  /** What all keys of the fleet begin with; contains its hash tag. */
  readonly prefix: string
  /** Identifies this process in the fleet. */
  readonly member: string
  /** What others call it. */
  readonly name: string
}

/** What a follower learns with each report. */
export interface Reported {
  /** `''` if nobody leads. */
  readonly leader: string
  readonly members: number
  /** The last batch that is in the leader's journal. */
  readonly kept: string
  /** The server's time, in milliseconds since 1970. */
  readonly time: number
  /** Of the batches, if they were taken. */
  readonly ids: readonly string[]
}

/** Who leads. */
export interface Leader {
  /** Whether this process does. */
  readonly isOwn: boolean
  /** `''` if nobody leads. */
  readonly name: string
  readonly members: number
}

/** A batch that waits for the leader. */
export interface Entry {
  readonly id: string
  readonly batch: string
}

/** What is written in one step. */
export interface Save {
  /** Grows by one from save to save of a leader. */
  readonly number: number
  readonly mode: 'append' | 'replace'
  readonly text: string
  /** The last batch that the text contains; `''` if none. */
  readonly kept: string
}

/** A call that failed. */
export interface Failed {
  readonly failed: string
}

/** The deadline of a call for which an alert waits, and of others, in milliseconds. */
const deadlines = { alertMs: 250, otherMs: 1000 }
/** The length of a lease, in milliseconds. */
export const leaseMs = 10_000
/** How long a fatal report waits until it is merged, in milliseconds. */
const mergedMs = 1000
/** Without a leader who merges them, no more batches wait. */
const maxBatches = 10_000
/** A member that was silent for longer has ended, in milliseconds. */
const silentMs = 180_000
/** Bytes in a millisecond, at least. */
const pace = 5000
/** How many batches are read at once. */
const maxEntries = 200
/** How long the server waits for a batch, in milliseconds. */
const waitMs = 3000
/** The time between looks for a batch where no connection can wait, in milliseconds. */
const lookMs = 500

/** What a fleet shares on the server: four keys, and what is done with them. */
export class Store {
  readonly #deps: StoreDeps
  readonly #keys: Readonly<Record<'leader' | 'batches' | 'journal' | 'members', string>>

  constructor(deps: StoreDeps) {
    this.#deps = deps
    const key = (name: string): string => deps.prefix + name
    this.#keys = {
      leader: key('leader'),
      batches: key('batches'),
      journal: key('journal'),
      members: key('members'),
    }
  }

  /**
   * Hands batches to the leader, or only asks who leads.
   *
   * @param given.isUrgent whether an alert waits for it
   */
  async report(
    batches: readonly string[],
    given: { readonly isUrgent: boolean } = { isUrgent: false },
  ): Promise<Reported | Failed> {
    const { leader, batches: waiting, members } = this.#keys
    const limits = [String(maxBatches), String(silentMs)]
    const value = await this.#run(reportScript, [leader, waiting, members], {
      args: [this.#deps.member, ...limits, ...batches],
      ...given,
    })
    if (!Array.isArray(value)) return failure(value)
    const [name, size, kept, time, ...ids] = value as [string, number, string, number, ...string[]]
    return { leader: name, members: size, kept, time, ids }
  }

  /**
   * Waits until the leader has merged batches, and takes them back if it does not: a leader that has died may hold its lease for a while.
   *
   * @param isOver whether to wait no longer
   */
  async areMerged(
    ids: readonly string[],
    isOver: () => boolean,
    withinMs: number = mergedMs,
  ): Promise<boolean> {
    const { time } = this.#deps
    const last = ids.at(-1) ?? ''
    const until = time.elapsed() + Math.min(withinMs, mergedMs)
    for (let pauseMs = 5; time.elapsed() < until && !isOver(); pauseMs *= 2) {
      await time.pause(pauseMs)
      const answer = await this.report([])
      if (!isFailed(answer) && answer.kept !== '' && isUpTo(last, answer.kept)) return true
    }
    // What is no longer there was merged in the meantime.
    const { batches } = this.#keys
    return Number(await this.#call(batches, ['XDEL', batches, ...ids])) === 0
  }

  /** @param holder identifies the time for which this process leads */
  async lead(
    verb: 'take' | 'succeed' | 'renew' | 'leave',
    holder: string,
  ): Promise<Leader | Failed> {
    const { leader, members } = this.#keys
    const value = await this.#run(leadScript, [leader, members], {
      args: [verb, holder, this.#deps.name, String(leaseMs), this.#deps.member],
      isUrgent: verb !== 'renew',
    })
    if (!Array.isArray(value)) return failure(value)
    const [isOwn, name, size] = value as [number, string, number]
    return { isOwn: isOwn === 1, name, members: size }
  }

  /** Asks who leads. */
  async look(): Promise<Leader | Failed> {
    const answer = await this.report([], { isUrgent: true })
    return isFailed(answer)
      ? answer
      : { isOwn: false, name: answer.leader, members: answer.members }
  }

  /** The journal of earlier leaders. */
  async journal(): Promise<{ readonly text: string | undefined } | Failed> {
    const { journal } = this.#keys
    const length = await this.#call(journal, ['STRLEN', journal])
    if (isFailed(length)) return length
    const value = await this.#call(journal, ['GET', journal], Number(length))
    return isFailed(value) ? value : { text: (value as string | null) ?? undefined }
  }

  async save(
    holder: string,
    { number, mode, text, kept }: Save,
  ): Promise<'saved' | 'deposed' | 'lost' | Failed> {
    const { leader, journal, batches } = this.#keys
    const value = await this.#run(saveScript, [leader, journal, batches], {
      args: [holder, String(number), mode, text, kept, idAfter(kept)],
      bytes: text.length,
    })
    return value as 'saved' | 'deposed' | 'lost' | Failed
  }

  /** All batches that wait. */
  async waiting(): Promise<readonly Entry[] | Failed> {
    const { batches } = this.#keys
    const entries: Entry[] = []
    for (let last = '0'; ; last = entries.at(-1)?.id ?? last) {
      const read = ['XREAD', 'COUNT', String(maxEntries), 'STREAMS', batches, last]
      const found = await this.#call(batches, read)
      if (isFailed(found)) return found
      const page = readEntries(found)
      entries.push(...page)
      if (page.length < maxEntries) return entries
    }
  }

  /** Batches after one that was read, as soon as there are any; none after a time. */
  async read(after: string): Promise<readonly Entry[] | Failed> {
    const { calls, blocking, time } = this.#deps
    const { batches } = this.#keys
    const read = ['XREAD', 'COUNT', String(maxEntries)]
    const from = ['STREAMS', batches, after]
    const wait = [...read, 'BLOCK', String(waitMs), ...from]
    const waited = await blocking?.call(batches, wait, waitMs + deadlines.otherMs)
    if (waited?.status === 'answered') return readEntries(waited.value)
    const found = await calls.call(batches, [...read, ...from], deadlines.otherMs)
    if (found.status === 'failed') return { failed: found.reason }
    const entries = readEntries(found.value)
    if (entries.length === 0) await time.pause(lookMs)
    return entries
  }

  /** Leaves for good. */
  async leave(): Promise<void> {
    const { members } = this.#keys
    await this.#call(members, ['ZREM', members, this.#deps.member])
  }

  #call(key: string, args: readonly string[], bytes = 0): Promise<unknown> {
    return this.#deps.calls.call(key, args, deadlines.otherMs + bytes / pace).then(valueOf)
  }

  #run(
    script: Script,
    keys: readonly string[],
    {
      args,
      bytes = 0,
      isUrgent = false,
    }: {
      readonly args: readonly string[]
      readonly bytes?: number
      readonly isUrgent?: boolean
    },
  ): Promise<unknown> {
    const timeoutMs = (isUrgent ? deadlines.alertMs : deadlines.otherMs) + bytes / pace
    return this.#deps.calls.run(script, keys, { args, timeoutMs }).then(valueOf)
  }
}

export function isFailed(value: unknown): value is Failed {
  return typeof value === 'object' && value !== null && 'failed' in value
}

function failure(value: unknown): Failed {
  return isFailed(value) ? value : { failed: 'the answer makes no sense' }
}

function valueOf(answer: Answer): unknown {
  return answer.status === 'answered' ? answer.value : { failed: answer.reason }
}

/** The first id after another. */
function idAfter(id: string): string {
  if (id === '') return ''
  const [time = '', number = ''] = id.split('-')
  return `${time}-${Number(number) + 1}`
}

/** Whether a batch is at most as new as another one. */
function isUpTo(id: string, other: string): boolean {
  const [time = 0, number = 0] = id.split('-').map(Number)
  const [otherTime = 0, otherNumber = 0] = other.split('-').map(Number)
  return time < otherTime || (time === otherTime && number <= otherNumber)
}

type RawEntry = readonly [id: string, fields: readonly string[]]

/**
 * The entries of the one stream that was read. Protocol 2 answers with a list of pairs of key and entries, protocol 3 with a map, which clients
 * show as a map, an object, or a list of keys and entries in turn.
 */
function readEntries(value: unknown): readonly Entry[] {
  if (typeof value !== 'object' || value === null) return []
  const [first, second] = value instanceof Map ? [...value.values()] : Object.values(value)
  const entries: unknown = Array.isArray(value) ? (Array.isArray(first) ? first[1] : second) : first
  return (entries as readonly RawEntry[]).map(([id, [, batch = '']]) => ({ id, batch }))
}

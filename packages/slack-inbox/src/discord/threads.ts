import type { Clock } from '../clock.ts'
import type { DiscordError } from './validate.ts'

interface ThreadState {
  readonly archiveAfterMs: number
  /** When it had its latest message, or was opened again. */
  activeAt: number
  isLocked: boolean
}

/** What a channel gives to threads that say nothing of it, in minutes. */
const defaultArchiveMinutes = 4320

/**
 * Which threads Discord has archived, after a time without messages, and which a moderator has locked.
 *
 * @see https://docs.discord.com/developers/topics/threads#active-&-archived-threads
 */
export class DiscordThreads {
  readonly #clock: Clock
  /** By the `ts` of the message that a thread starts with. */
  readonly #states = new Map<string, ThreadState>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  open(ts: string, archiveMinutes: number = defaultArchiveMinutes): void {
    const archiveAfterMs = archiveMinutes * 60_000
    this.#states.set(ts, { archiveAfterMs, activeAt: this.#clock.now(), isLocked: false })
  }

  /** A message in it, which opens it again. */
  touch(ts: string): void {
    const state = this.#states.get(ts)
    if (state !== undefined) state.activeAt = this.#clock.now()
  }

  change(ts: string, changes: { readonly archived?: unknown; readonly locked?: unknown }): void {
    const state = this.#states.get(ts)
    if (state === undefined) return
    if (changes.archived === false) this.touch(ts)
    if (changes.archived === true) state.activeAt = Number.NEGATIVE_INFINITY
    if (typeof changes.locked === 'boolean') state.isLocked = changes.locked
  }

  /** Why a message in it cannot be changed, nor the thread itself. */
  refusalOfChange(ts: string): DiscordError | undefined {
    const state = this.#states.get(ts)
    const isActive =
      state === undefined || this.#clock.now() - state.activeAt < state.archiveAfterMs
    return isActive ? undefined : { status: 400, code: 50083, message: 'Thread is archived' }
  }

  /** Why a webhook cannot post in it: an archived thread opens again, a locked one does not. */
  refusalOfPost(ts: string): DiscordError | undefined {
    return this.#states.get(ts)?.isLocked === true
      ? { status: 400, code: 160005, message: 'Thread is locked' }
      : undefined
  }

  clear(): void {
    this.#states.clear()
  }
}

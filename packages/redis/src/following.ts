import type { FleetMember, FleetView, ReportBatch, ReportOptions, Timer } from '@slack-logger/core'
import { type Failed, isFailed, type Reported, type Store } from './store.ts'
import type { Time } from './time.ts'

export interface FollowingDeps {
  readonly store: Store
  readonly member: FleetMember
  readonly time: Time
  /** From 0 to 1. */
  readonly random: () => number
  readonly leader: string
  readonly members: number
  /** Called once when it ends: nobody or another process leads, or the leader cannot be reached. */
  readonly onEnd: (end: FollowingEnd) => void
}

/** Why a process follows no longer. */
export type FollowingEnd =
  | { readonly because: 'another leader' }
  | { readonly because: 'cut off'; readonly reason: string }

interface Report extends ReportOptions {
  readonly isOwn: boolean
  readonly seq: number
  readonly text: string
}

/** The time between two looks who leads: at least, in a large fleet, and at most, in milliseconds. */
const looks = { minMs: 2000, perMemberMs: 125, maxMs: 60_000 }
/** The time between two reports of counts: at least, and in a large fleet, in milliseconds. */
const counts = { minMs: 1000, perMemberMs: 5 }
/** A new problem of a large fleet is not reported by all at the same moment, in milliseconds. */
const spread = { fromMembers: 50, perMemberMs: 0.2, maxMs: 2000 }
/** Consecutive failures to report counts. A new problem waits for none. */
const maxFailures = 3
/** The time between two attempts, in milliseconds. */
const retryMs = 1000
/** Reports in one call. */
const maxReports = 50

/** One time of following one leader: hands reports to it, in order and each until it is there, and notices when it is gone. */
export class Following {
  readonly #deps: FollowingDeps
  readonly #reports: Report[] = []
  #members: number
  #isSending = false
  #failures = 0
  #isOver = false
  #look: Timer | undefined
  #retry: Timer | undefined

  constructor(deps: FollowingDeps) {
    this.#deps = deps
    this.#members = deps.members
    this.#lookLater()
  }

  get view(): FleetView {
    const nextInMs = Math.max(counts.minMs, this.#members * counts.perMemberMs)
    return { leader: this.#deps.leader, members: this.#members, nextInMs }
  }

  report(batch: ReportBatch, options: ReportOptions): void {
    // A process may report what another one left.
    const isOwn = batch.member === this.#deps.member.id
    this.#reports.push({ ...options, isOwn, seq: batch.seq, text: JSON.stringify(batch) })
    const isSpread = options.isUrgent && !options.isFatal && this.#members > spread.fromMembers
    const delayMs = Math.min(this.#members * spread.perMemberMs, spread.maxMs)
    if (isSpread) this.#sendLater(this.#deps.random() * delayMs)
    else this.#run(this.#send())
  }

  stop(): void {
    this.#isOver = true
    this.#look?.cancel()
    this.#retry?.cancel()
  }

  #end(end: FollowingEnd): void {
    if (this.#isOver) return
    this.stop()
    this.#deps.onEnd(end)
  }

  /** For work that nobody waits for. An answer that makes no sense is no answer. */
  #run(work: Promise<unknown>): void {
    work.catch((error: unknown) => this.#end({ because: 'cut off', reason: String(error) }))
  }

  /** All processes together look as often in a large fleet as in a small one. */
  #lookLater(): void {
    const { time, random } = this.#deps
    const everyMs = Math.max(looks.minMs, this.#members * looks.perMemberMs)
    this.#look?.cancel()
    this.#look = time.later(Math.min(everyMs, looks.maxMs) * (1 - random() / 2), () => {
      this.#lookLater()
      if (!this.#isSending) this.#run(this.#ask([], { isUrgent: false }))
    })
  }

  #sendLater(delayMs: number): void {
    this.#retry?.cancel()
    this.#retry = this.#deps.time.later(delayMs, () => this.#run(this.#send()))
  }

  /** One call at a time, so that none overtakes another. */
  async #send(): Promise<void> {
    if (this.#isSending) return
    this.#isSending = true
    while (this.#reports.length > 0 && !this.#isOver) {
      const reports = this.#reports.slice(0, maxReports)
      if (!(await this.#handOver(reports))) break
    }
    this.#isSending = false
  }

  /** @returns whether the leader has them, or will */
  async #handOver(reports: readonly Report[]): Promise<boolean> {
    const hasAlert = reports.some(({ isUrgent }) => isUrgent)
    const answer = await this.#ask(
      reports.map(({ text }) => text),
      { isUrgent: hasAlert },
    )
    if (this.#isOver) return false
    if (isFailed(answer)) {
      this.#failures += 1
      if (this.#failures >= maxFailures || this.#reports.some(({ isUrgent }) => isUrgent))
        this.#end({ because: 'cut off', reason: answer.failed })
      else this.#sendLater(retryMs)
      return false
    }
    this.#failures = 0
    if (answer.ids.length === 0) {
      // More wait than a leader can merge soon.
      this.#sendLater(retryMs)
      return false
    }
    if (
      reports.some(({ isFatal }) => isFatal) &&
      !(await this.#deps.store.areMerged(answer.ids, () => this.#isOver))
    ) {
      this.#end({ because: 'cut off', reason: 'the leader does not answer' })
      return false
    }
    this.#reports.splice(0, reports.length)
    const own = reports.findLast(({ isOwn }) => isOwn)
    if (own !== undefined) this.#deps.member.acknowledged(own.seq, this.view)
    return true
  }

  async #ask(
    texts: readonly string[],
    given: { readonly isUrgent: boolean },
  ): Promise<Reported | Failed> {
    const answer = await this.#deps.store.report(texts, given)
    if (isFailed(answer)) return answer
    this.#members = answer.members
    this.#lookLater()
    if (answer.leader !== this.#deps.leader) this.#end({ because: 'another leader' })
    return answer
  }
}

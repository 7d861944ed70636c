import type { SinkHealth } from '../health/health.ts'
import type { IncidentAction } from '../incident/actions/action.ts'
import { quarterOf, quarterStart } from '../incident/impact.ts'
import type { LatestReport, MessageCounts, ReportState } from '../journal/report-state.ts'
import { sumOf } from '../notification/text.ts'
import type { ReportTotals } from '../notification/report.ts'
import type { ResolvedReport } from '../options/report.ts'

const maxReleases = 50
const noMessages: MessageCounts = { sent: 0, edited: 0, lostEvents: 0, lostMessages: 0 }

/** Identifies a report among those of a service. */
export function keyOfReport({ at, timeZone, channel }: ResolvedReport): string {
  return `${channel} ${timeZone} ${at}`
}

export interface LedgerDeps {
  /** The keys of the configured reports. */
  readonly keys: readonly string[]
  readonly release: string | undefined
  /** When the sink started, in milliseconds since 1970, by the wall clock as it is set now. */
  readonly startedAt: () => number
  /** The messages of this process so far. */
  readonly messages: () => MessageCounts
}

/** Remembers, over restarts, which reports were sent, what happened since then that incidents do not say, where the lists of what is open are, and what people did that is not applied yet. */
export class Ledger {
  /** The destination's references of the messages that list what is open, by channel. */
  readonly openNow: Map<string, string> = new Map()
  /** What people did that is not applied yet, by id. */
  readonly actions: Map<string, IncidentAction> = new Map()
  /** Whether an earlier state, in the journal, has actions. */
  #hadActions = false
  readonly #messages: LedgerDeps['messages']
  readonly #startedAt: LedgerDeps['startedAt']
  readonly #latest = new Map<string, LatestReport>()
  /** The messages of this process at the latest report, or when the ledger began. */
  readonly #messagesAt = new Map<string, MessageCounts>()
  readonly #releases = new Map<string, number>()
  /** The state at the last call of {@link Ledger.state}, as JSON. */
  #taken = ''
  /** Since when earlier processes counted, in milliseconds since 1970. */
  #countedFrom = Number.POSITIVE_INFINITY

  constructor({ keys, release, startedAt, messages }: LedgerDeps) {
    this.#messages = messages
    this.#startedAt = startedAt
    for (const key of keys) {
      this.#latest.set(key, noMessages)
      this.#messagesAt.set(key, messages())
    }
    if (release !== undefined) this.#releases.set(release, startedAt())
  }

  /** Since when somebody has counted, in milliseconds since 1970: the beginning of a quarter of an hour, as occurrences are counted. */
  get since(): number {
    return quarterStart(quarterOf(Math.min(this.#countedFrom, this.#startedAt())))
  }

  /** The time that the latest report was about, and what that one counted. */
  latest(key: string): Pick<LatestReport, 'slot' | 'totals'> {
    return this.#latest.get(key) ?? {}
  }

  /** The messages since the latest report. */
  messagesSince(key: string): MessageCounts {
    const before = this.#messagesAt.get(key) ?? noMessages
    return addMessages(
      this.#latest.get(key) ?? noMessages,
      subtractMessages(this.#messages(), before),
    )
  }

  /** A report was sent, or nothing had to be. */
  done(key: string, slot: number, totals: ReportTotals): void {
    if (!this.#latest.has(key)) return
    this.#latest.set(key, { ...noMessages, slot, totals })
    this.#messagesAt.set(key, this.#messages())
  }

  /** Alerts of earlier processes that nobody will see. */
  lost(lostMessages: number): void {
    for (const [key, span] of this.#latest)
      this.#latest.set(key, { ...span, lostMessages: span.lostMessages + lostMessages })
  }

  /** A release was seen at this time. */
  seen(release: string, at: number): void {
    this.#releases.set(release, Math.min(at, this.#releases.get(release) ?? at))
    const [oldest] = this.#releases.keys()
    if (this.#releases.size > maxReleases && oldest !== undefined) this.#releases.delete(oldest)
  }

  /** The releases that were seen first in a span of time. */
  releasesIn(from: number, to: number): readonly string[] {
    return [...this.#releases]
      .filter(([, at]) => at >= from && at < to)
      .toSorted((a, b) => a[1] - b[1])
      .map(([release]) => release)
  }

  /** Takes over what an earlier process left. */
  adopt(state: ReportState): void {
    this.#countedFrom = Math.min(this.#countedFrom, state.since)
    for (const [channel, ref] of Object.entries(state.openNow ?? {}))
      if (!this.openNow.has(channel)) this.openNow.set(channel, ref)
    for (const [release, at] of Object.entries(state.releases)) this.seen(release, at)
    for (const [key, own] of this.#latest) {
      const left = state.latest[key]
      const [ownSlot, leftSlot] = [own.slot ?? 0, left?.slot ?? 0]
      if (left === undefined || leftSlot < ownSlot) continue
      const { slot, totals } = left
      this.#latest.set(key, { ...addMessages(own, left), slot, totals })
    }
  }

  /** What the next process must know, if it changed since the last call or in any case; `undefined` where there was none of it. */
  state({ isComplete }: { readonly isComplete: boolean }): ReportState | undefined {
    this.#hadActions ||= this.actions.size > 0
    if (this.#latest.size + this.openNow.size === 0 && !this.#hadActions) return undefined
    const latest = [...this.#latest].map(
      ([key, span]) => [key, { ...span, ...this.messagesSince(key) }] as const,
    )
    const state = {
      since: this.since,
      releases: Object.fromEntries(this.#releases),
      latest: Object.fromEntries(latest),
      ...(this.openNow.size > 0 && { openNow: Object.fromEntries(this.openNow) }),
      ...(this.actions.size > 0 && { actions: [...this.actions.values()] }),
    }
    const text = JSON.stringify(state)
    const isChanged = text !== this.#taken
    this.#taken = text
    return isChanged || isComplete ? state : undefined
  }
}

function addMessages(a: MessageCounts, b: MessageCounts): MessageCounts {
  return combine(a, b, (x, y) => x + y)
}

function subtractMessages(a: MessageCounts, b: MessageCounts): MessageCounts {
  return combine(a, b, (x, y) => x - y)
}

function combine(
  a: MessageCounts,
  b: MessageCounts,
  apply: (x: number, y: number) => number,
): MessageCounts {
  return {
    sent: apply(a.sent, b.sent),
    edited: apply(a.edited, b.edited),
    lostEvents: apply(a.lostEvents, b.lostEvents),
    lostMessages: apply(a.lostMessages, b.lostMessages),
  }
}

/** What was sent and lost so far. */
export function countMessages({ events, deliveries }: SinkHealth): MessageCounts {
  const { sent, edited, gaveUp } = deliveries
  return {
    sent,
    edited,
    lostEvents: sumOf(Object.values(events.lost)),
    lostMessages: sumOf(Object.values(gaveUp)),
  }
}

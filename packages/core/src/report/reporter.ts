import { createHash } from 'node:crypto'
import * as v from 'valibot'
import type { SteadyClock, Ticker } from '../clock.ts'
import type { Delivery, Outcome } from '../delivery/channel-queue.ts'
import type { Incident } from '../incident/incident.ts'
import { quarterMs } from '../incident/impact.ts'
import { totalsSchema } from '../journal/report-state.ts'
import type { NotificationSettings } from '../notification/notification.ts'
import { buildReport, isEmptyReport, type Report } from '../notification/report.ts'
import type { SlackOptions } from '../options/options.ts'
import type { ResolvedReport } from '../options/report.ts'
import { collect, maxSpanMs } from './collect.ts'
import { keyOfReport, type Ledger } from './ledger.ts'

export interface ReporterDeps {
  readonly reports: readonly ResolvedReport[]
  readonly ledger: Ledger
  /** Where a report goes that is asked for and not configured. */
  readonly channel: string
  /** Identifies this process, as in `'web-1:4711'`. */
  readonly self: string
  readonly clock: SteadyClock
  readonly settings: NotificationSettings
  readonly hook: SlackOptions['beforeReport']
  readonly incidents: () => Iterable<Incident>
  /** How many processes the fleet has. */
  readonly processes: () => number
  /** Whether this process decides, after it has taken over what others left. */
  readonly decides: () => boolean
  readonly push: (delivery: Delivery) => void
  /** Called when the ledger has something for the next process. */
  readonly onChanged: () => void
  readonly onHookError: (error: unknown) => void
}

/** A report that was missed by less is sent late; else what it is about is part of the next one, in milliseconds. */
const maxLateMs = 6 * 3_600_000
/**
 * Processes that do not know of each other, on several hosts, send at different moments after the time of a report: whoever comes later finds
 * the message of the first one. In milliseconds.
 */
const spreadMs = 20_000
/** The wall clock may be set: the time between looks at it, in milliseconds. */
const lookEveryMs = 300_000
const dayMs = 86_400_000

/** One time of a report. */
interface Edition {
  readonly report: Pick<ResolvedReport, 'channel' | 'timeZone' | 'when' | 'top'> &
    Partial<Pick<ResolvedReport, 'latestAt'>>
  readonly key: string
  /** The time that it is about; `undefined` for one that is asked for. In milliseconds since 1970. */
  readonly slot: number | undefined
}

/** Sends each report once for each of its times, whichever process leads then. */
export class Reporter implements Ticker {
  readonly #deps: ReporterDeps
  readonly #spreadMs: number
  /** The times of which this process has queued the report. */
  readonly #queued = new Map<string, number>()
  dueAt: number = Number.POSITIVE_INFINITY

  constructor(deps: ReporterDeps) {
    this.#deps = deps
    this.#spreadMs = spreadOf(deps.self)
    this.lookNow()
  }

  /** This process decides from now on. */
  lookNow(): void {
    if (this.#deps.reports.length > 0) this.dueAt = this.#deps.clock.now()
  }

  tick(now: number): void {
    if (now < this.dueAt) return
    const { reports, clock } = this.#deps
    const wall = clock.wallNow() - this.#spreadMs
    for (const report of reports) this.#sendDue(report, wall)
    const next = Math.min(...reports.map(({ nextAt }) => nextAt(wall) ?? Number.POSITIVE_INFINITY))
    this.dueAt = Math.min(now + lookEveryMs, now + Math.max(1, next - wall))
  }

  /**
   * Sends the first of the configured reports now, about the time since it was sent last, or else about the last day.
   *
   * @returns whether it was sent
   */
  sendNow(): Promise<boolean> {
    const { reports, channel } = this.#deps
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    const report = reports[0] ?? { channel, timeZone, when: 'always', top: 10 }
    const key = reports[0] === undefined ? '' : keyOfReport(reports[0])
    return new Promise((resolve) => {
      this.#push({ report: { ...report, when: 'always' }, key, slot: undefined }, ({ status }) =>
        resolve(status === 'sent'),
      )
    })
  }

  #sendDue(report: ResolvedReport, wall: number): void {
    const { ledger, decides } = this.#deps
    const key = keyOfReport(report)
    const slot = report.latestAt(wall)
    const next = report.nextAt(wall) ?? Number.POSITIVE_INFINITY
    const isDue = (): boolean => {
      const last = Math.max(ledger.latest(key).slot ?? 0, this.#queued.get(key) ?? 0)
      // One after the next was sent while the clock was wrong.
      return slot !== undefined && (slot > last || last > next)
    }
    if (slot === undefined || !isDue() || wall - slot > maxLateMs) return
    // What another process has sent is known only now. Before somebody has counted, there is nothing to report.
    if (!decides() || !isDue() || slot <= ledger.since) return
    this.#queued.set(key, slot)
    this.#push({ report, key, slot }, () => undefined)
  }

  #push(edition: Edition, onSettled: (outcome: Outcome) => void): void {
    const { clock, settings, push } = this.#deps
    const { report, key, slot } = edition
    const { channel } = report
    let content: Report | null | undefined
    let isOver = false
    const name = [settings.service, settings.environment ?? '', key, slot].join('\n')
    push({
      channel,
      priority: 'milestone',
      // An earlier process, or one of another host, may have posted it.
      ...(slot !== undefined && { id: `report-${hashOf(name).slice(0, 16)}`, unanswered: 1 }),
      draft: (notices) => {
        if (slot !== undefined && clock.wallNow() - slot > maxLateMs) return undefined
        if (content === undefined) content = this.#prepare(edition)
        isOver = content === null || (report.when === 'ifAny' && isEmptyReport(content))
        if (content === null || isOver) return undefined
        const current = { ...content, at: clock.wallNow() }
        return {
          kind: 'post',
          channel,
          notification: buildReport(current, settings, { top: report.top, notices: notices() }),
          names: [],
          metadata: { service: settings.service, ...(slot !== undefined && { report_slot: slot }) },
        }
      },
      settle: (outcome) => {
        if (outcome.status === 'sent' || isOver) this.#done(edition, content)
        onSettled(outcome)
      },
    })
  }

  /** As the hook changed it; `null` if the hook drops it. */
  #prepare(edition: Edition): Report | null {
    const { hook, settings, onHookError } = this.#deps
    const report = this.#collect(edition)
    if (hook === undefined) return report
    try {
      // It may change what it is given, and then fail.
      const changed: unknown = hook(structuredClone(report))
      if (changed === null) return null
      if (isReport(changed)) {
        // A report of which no message can be made is a wrong answer, too.
        buildReport(changed, settings, { top: edition.report.top, notices: [] })
        return changed
      }
      throw new TypeError(
        'Expected `beforeReport` to return a report, with whole numbers as its totals, or null',
      )
    } catch (error) {
      onHookError(error)
      return report
    }
  }

  #collect(edition: Edition): Report {
    const { report, key, slot } = edition
    const { ledger, clock, settings, incidents, processes } = this.#deps
    const at = clock.wallNow()
    const to = slot ?? at
    const { slot: before, totals } = ledger.latest(key)
    const first = Math.max(ledger.since, beforeOf(edition, to))
    const isKnown = before !== undefined && before < to
    const from = Math.max(isKnown ? before : first, to - maxSpanMs)
    const all = [...incidents()]
    for (const { releases, firstSeen, lastSeen } of all) {
      const release = releases.at(-1)
      const seenAt = releases.length === 1 ? firstSeen : lastSeen
      if (release !== undefined) ledger.seen(release, clock.toWall(seenAt))
    }
    const found = collect(all, {
      from,
      // One that is asked for has also what has just happened.
      to: slot ?? to + quarterMs,
      isBeforeKnown: before === from || from - (to - from) >= ledger.since,
      now: clock.now(),
      settings,
      fromWall: (time) => clock.fromWall(time),
    })
    return {
      from,
      to,
      at,
      timeZone: report.timeZone,
      ...found,
      before: before === from ? totals : undefined,
      releases: ledger.releasesIn(from, to),
      processes: processes(),
      ...ledger.messagesSince(key),
    }
  }

  #done({ key, slot }: Edition, content: Report | null | undefined): void {
    if (slot === undefined || content === undefined) return
    const { ledger, onChanged } = this.#deps
    const { errors, problems, people } = content?.totals ?? { errors: 0, problems: 0, people: 0 }
    // A hook may have added what no journal can have.
    ledger.done(key, slot, { errors, problems, people })
    onChanged()
  }
}

/** The time of the report before one that is the first to be sent. */
function beforeOf({ report, slot }: Edition, to: number): number {
  const before = slot === undefined ? undefined : report.latestAt?.(slot - 1)
  return before ?? to - dayMs
}

/** How much later than others a process looks for a message that they may post, too, in milliseconds. */
export function spreadOf(self: string): number {
  return Number.parseInt(hashOf(self).slice(0, 8), 16) % spreadMs
}

export function hashOf(text: string): string {
  return createHash('sha256').update(text).digest('hex')
}

const reportSchema = v.looseObject({ totals: totalsSchema, problems: v.array(v.unknown()) })

/** A hook in JavaScript may return anything, and the journal of the next process has the totals. */
function isReport(value: unknown): value is Report {
  return v.is(reportSchema, value)
}

import { quarterMs, quarterOf, quarterStart } from '../incident/impact.ts'
import type { Incident } from '../incident/incident.ts'
import { dailyMs } from '../incident/policies/milestone.ts'
import type { NotificationSettings } from '../notification/notification.ts'
import { sumOf } from '../notification/text.ts'
import type { OpenProblem, Report, ReportProblem } from '../notification/report.ts'
import { listProblem } from '../notification/storm.ts'

/** What a report is about; all times in milliseconds since 1970 as the wall clock shows them. */
export interface CollectContext {
  readonly from: number
  readonly to: number
  /** Whether somebody has counted in the span before, too. */
  readonly isBeforeKnown: boolean
  readonly now: number
  readonly settings: NotificationSettings
  /** The internal clock's time of one of the wall clock. */
  readonly fromWall: (time: number) => number
}

type Collected = Pick<Report, 'totals' | 'chart' | 'problems' | 'lastAlertAt'>

/** The longest span: occurrences are kept for as long, in milliseconds. */
export const maxSpanMs: number = 8 * 86_400_000
const maxPoints = 20
/** The parts of a chart, in hours. */
const chartHours = [1, 2, 3, 4, 6, 8, 12, 24]
/** More people are not told apart. */
const maxPeople = 10_000

/** What the incidents say about a span of time. */
export function collect(incidents: Iterable<Incident>, context: CollectContext): Collected {
  const span = new Span(context)
  const byFingerprint = new Map<string, Counted>()
  let lastAlertAt = Number.NEGATIVE_INFINITY
  for (const incident of incidents) {
    lastAlertAt = Math.max(lastAlertAt, incident.alerts.last?.at ?? lastAlertAt)
    const counted = span.count(incident)
    const known = byFingerprint.get(incident.fingerprint)
    // One problem may go to several channels.
    if (known === undefined || counted.count > known.count)
      byFingerprint.set(incident.fingerprint, counted)
  }
  const all = [...byFingerprint.values()]
  const occurred = all.filter(({ count }) => count > 0)
  const problems = all
    .filter((counted) => span.concerns(counted))
    .toSorted((a, b) => b.count - a.count || b.incident.lastSeen - a.incident.lastSeen)
  return {
    totals: {
      errors: sumOf(occurred.map(({ count }) => count)),
      problems: occurred.length,
      people: countPeople(occurred),
    },
    chart: span.chart(occurred),
    problems: problems.map((counted) => span.describe(counted)),
    lastAlertAt:
      lastAlertAt === Number.NEGATIVE_INFINITY ? undefined : lastAlertAt - context.fromWall(0),
  }
}

interface Counted {
  readonly incident: Incident
  readonly count: number
  readonly perQuarter: readonly number[]
  /** Hashes of the users whom it hit. */
  readonly people: readonly string[]
}

function countPeople(occurred: readonly Counted[]): number {
  const people = new Set<string>()
  for (const counted of occurred)
    for (const person of counted.people) if (people.size < maxPeople) people.add(person)
  return people.size
}

/** The span of a report, in the times of incidents. */
class Span {
  readonly #context: CollectContext
  readonly #from: number
  readonly #to: number

  constructor(context: CollectContext) {
    this.#context = context
    this.#from = quarterStart(quarterOf(context.fromWall(context.from)))
    this.#to = quarterStart(quarterOf(context.fromWall(context.to)))
  }

  count(incident: Incident): Counted {
    const { now } = this.#context
    const perQuarter = incident.perMinute.between(this.#from, this.#to, now)
    const count = sumOf(perQuarter)
    const from = quarterOf(this.#from)
    const people =
      count === 0
        ? []
        : Object.entries(incident.impact.seen()).flatMap(([user, quarter]) =>
            quarter >= from ? [user] : [],
          )
    return { incident, count, perQuarter, people }
  }

  /** Whether a report names a problem. */
  concerns({ incident: { state, triage }, count }: Counted): boolean {
    const resolvedAt = triage?.resolution?.at ?? Number.NEGATIVE_INFINITY
    return count > 0 || state === 'active' || state === 'muted' || resolvedAt >= this.#from
  }

  describe({ incident, count, people }: Counted): ReportProblem {
    const { settings, fromWall } = this.#context
    const { fingerprint, state, releases, firstSeen, lastSeen } = incident
    const isNew = firstSeen >= this.#from && firstSeen < this.#to
    const toWall = -fromWall(0)
    return {
      fingerprint,
      ...nameOf(incident, settings),
      count,
      countBefore: this.#countBefore(incident),
      people: people.length,
      state,
      ...decidedBy(incident, toWall),
      isNew,
      isBack: !isNew && count > 0 && this.#isBack(incident),
      firstSeen: firstSeen + toWall,
      lastSeen: lastSeen + toWall,
      release: isNew ? releases[0] : undefined,
    }
  }

  /** Equal parts of the span, in whole hours. */
  chart(occurred: readonly Counted[]): Report['chart'] {
    const quarters = (this.#to - this.#from) / quarterMs
    const hours = chartHours.find((each) => quarters / (each * 4) <= maxPoints) ?? 24
    const perPoint = hours * 4
    const start = this.#from - this.#context.fromWall(0)
    return Array.from({ length: Math.ceil(quarters / perPoint) }, (_, index) => {
      const first = index * perPoint
      const counts = occurred.map(({ perQuarter }) =>
        sumOf(perQuarter.slice(first, first + perPoint)),
      )
      return { at: start + first * quarterMs, count: sumOf(counts) }
    })
  }

  #countBefore({ perMinute }: Incident): number | undefined {
    const { isBeforeKnown, now } = this.#context
    const lengthMs = this.#to - this.#from
    if (lengthMs * 2 > maxSpanMs || !isBeforeKnown) return undefined
    return sumOf(perMinute.between(this.#from - lengthMs, this.#from, now))
  }

  /** Whether it was silent before it became active in this time. */
  #isBack({ activeSince, perMinute }: Incident): boolean {
    if (activeSince < this.#from || activeSince >= this.#to) return false
    const { now } = this.#context
    return sumOf(perMinute.between(activeSince - dailyMs, activeSince, now)) === 0
  }
}

/** What is open in a channel: what occurs, has alerted, and is neither resolved nor muted. What is nobody's is first, then the most frequent. */
export function listOpen(
  incidents: Iterable<Incident>,
  { settings, fromWall }: Pick<CollectContext, 'settings' | 'fromWall'>,
): readonly OpenProblem[] {
  const toWall = -fromWall(0)
  return [...incidents]
    .filter(isOpen)
    .map((incident) => ({
      ...nameOf(incident, settings),
      count: incident.count,
      since: incident.activeSince + toWall,
      assignee: decidedBy(incident, toWall).assignee,
    }))
    .toSorted(
      (a, b) =>
        Number(a.assignee !== undefined) - Number(b.assignee !== undefined) || b.count - a.count,
    )
}

export function isOpen({ state, alerts }: Incident): boolean {
  return state === 'active' && alerts.last !== undefined
}

/** What it is called, and where its message is. */
function nameOf(
  { fingerprint, samples, count, thread, storm }: Incident,
  settings: NotificationSettings,
): Pick<ReportProblem, 'title' | 'ref'> {
  const [sample] = samples
  const title = sample && listProblem(sample.event, { fingerprint, count }, settings).title
  return { title: title ?? fingerprint, ref: (thread ?? storm?.thread)?.position?.ref }
}

/** What people decided about an incident. */
function decidedBy(
  { triage }: Incident,
  toWall: number,
): Pick<ReportProblem, 'assignee' | 'mutedUntil'> {
  const { assignee, mute } = triage ?? {}
  const end = mute?.until
  return {
    assignee: assignee?.name ?? assignee?.user,
    mutedUntil: end !== undefined && 'time' in end ? end.time + toWall : undefined,
  }
}

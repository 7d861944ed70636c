import type { IncidentState } from '../incident/incident.ts'
import { spansOf, type Words, wordsFor } from './locale/locale.ts'
import type {
  Fact,
  Look,
  NotificationSettings,
  ReportCell,
  ReportChart,
  ReportList,
  ReportNotification,
  ReportTable,
} from './notification.ts'
import {
  isDate,
  showCount,
  showDuration,
  sparkline,
  utcTime,
  joinTexts,
  shortText,
} from './text.ts'

/** What happened in a span of time, as the hook `beforeReport` gets it. Times are in milliseconds since 1970. */
export interface Report {
  readonly from: number
  readonly to: number
  /** When it is made: later than `to` if it is late. */
  readonly at: number
  /** The time zone of the chart. */
  readonly timeZone: string
  readonly totals: ReportTotals
  /** The totals of the span before, if they are known. */
  readonly before: ReportTotals | undefined
  /** Errors over time, in equal parts of the span: at most 20. */
  readonly chart: readonly { readonly at: number; readonly count: number }[]
  /** What occurred, and what else has a state that matters; the most frequent first. */
  readonly problems: readonly ReportProblem[]
  /** The releases that were first seen in this time. */
  readonly releases: readonly string[]
  /** The processes of the fleet. */
  readonly processes: number
  /** Messages and files that were sent, and edits. */
  readonly sent: number
  readonly edited: number
  /** Events that no message shows or counts. */
  readonly lostEvents: number
  /** Messages that were given up. */
  readonly lostMessages: number
  readonly lastAlertAt: number | undefined
}

/** What a report counts in its span. */
export interface ReportTotals {
  readonly errors: number
  readonly problems: number
  /** Distinct users, as far as the records name them. */
  readonly people: number
}

/** A problem in a report. */
export interface ReportProblem {
  readonly fingerprint: string
  /** As in `TypeError: x is not a function`. */
  readonly title: string
  /** The destination's reference of its message. */
  readonly ref?: string | undefined
  /** Occurrences in the span. */
  readonly count: number
  /** Occurrences in the span before, if that is not too long ago to be known. */
  readonly countBefore: number | undefined
  /** Users whom it hit in the span. */
  readonly people: number
  readonly state: IncidentState
  /** Whether it was seen for the first time. */
  readonly isNew: boolean
  /** Whether it was silent for 20 hours or more before. */
  readonly isBack: boolean
  readonly firstSeen: number
  readonly lastSeen: number
  /** The release in which it was seen first, if known. */
  readonly release?: string | undefined
  /** Who takes care of it. */
  readonly assignee?: string | undefined
  /** When its alerts are shown again. */
  readonly mutedUntil?: number | undefined
}

/** A problem in the list of what is open. */
export interface OpenProblem extends Pick<ReportProblem, 'title' | 'ref' | 'assignee'> {
  /** All its occurrences. */
  readonly count: number
  /** Since when it occurs, in milliseconds since 1970. */
  readonly since: number
}

const look: Look = { emoji: '📊', color: '#1264a3' }
const maxName = 60
const maxTitle = 90
/** How many problems a list has; the table has them by their count. */
const maxItems = 5
const maxReleases = 10
const maxOpen = 20
/** How many of its new problems the line of a release names. */
const maxReleaseTitles = 2
const minuteMs = 60_000
const dayMs = 86_400_000
/** Sent later than this, a report says so, in milliseconds. */
const lateMs = 15 * minuteMs

/** Whether nothing happened in the span. */
export function isEmptyReport({ totals }: Report): boolean {
  return totals.errors === 0
}

/** The content of a report. */
export function buildReport(
  report: Report,
  settings: NotificationSettings,
  { top, notices }: { readonly top: number; readonly notices: readonly string[] },
): ReportNotification {
  const words = wordsFor(settings.locale)
  const late = report.at - report.to > lateMs ? [words.report.late(utcTime(report.to, 'date'))] : []
  const all = [...late, ...notices]
  if (isEmptyReport(report)) return buildEmptyReport(report, settings, all)
  const { totals, from, to } = report
  const { errors, problems } = words.report
  const title = [errors(showCount(totals.errors)), problems(showCount(totals.problems))].join(', ')
  return {
    kind: 'report',
    look,
    title,
    headline: `${look.emoji} ${joinTexts([title, serviceOf(settings)], ' · ')}`,
    context: [
      { text: `${placeOf(settings)} · ` },
      ...spansOf(words.report.span, { at: from, format: 'date' }, { at: to, format: 'date' }),
    ],
    facts: factsOf(report, words),
    chart: chartOf(report, words),
    table: tableOf(report, top, settings),
    lists: listsOf(report, settings),
    notices: all,
    foot: footOf(report, words),
  }
}

/** What is open now, the first of them in a table. */
export function buildOpenNow(
  problems: readonly OpenProblem[],
  settings: NotificationSettings,
): ReportNotification {
  const { report, labels, andMore } = wordsFor(settings.locale)
  const { length } = problems
  const isNone = length === 0
  const emoji = isNone ? '✅' : '📌'
  const title = isNone ? report.nothingOpen : report.openNow(showCount(length))
  const columns: readonly Column<OpenProblem>[] = [
    { title: report.columns.problem, cell: (each) => cellOf(each, settings) },
    {
      title: report.columns.count,
      isNumber: true,
      cell: ({ count }) => ({ text: showCount(count) }),
    },
    { title: labels.since, cell: ({ since }) => ({ text: utcTime(since, 'date') }) },
    { title: report.columns.assignee, cell: (each) => assigneeOf(each, settings) },
  ]
  return {
    kind: 'report',
    look: { emoji, color: look.color },
    title,
    headline: `${emoji} ${joinTexts([title, serviceOf(settings)], ' · ')}`,
    context: [{ text: placeOf(settings) }],
    facts: [],
    chart: undefined,
    table: showTable(problems.slice(0, maxOpen), columns),
    lists: [],
    notices: [],
    foot: length > maxOpen ? andMore(showCount(length - maxOpen)) : '',
  }
}

/** One line, as a sign of life. */
function buildEmptyReport(
  report: Report,
  settings: NotificationSettings,
  notices: readonly string[],
): ReportNotification {
  const words = wordsFor(settings.locale)
  const { from, at, lastAlertAt, lostEvents, lostMessages } = report
  const alert =
    lastAlertAt === undefined
      ? ''
      : words.report.lastAlert(showDuration(at - lastAlertAt, words.duration))
  const lost = lostEvents + lostMessages > 0 ? lossesOf(report, words) : ''
  const rest = joinTexts([words.report.processes(showCount(report.processes)), alert, lost], ', ')
  const head = `${look.emoji} `
  return {
    kind: 'report',
    look,
    title: '',
    headline: `${head}${words.report.none(utcTime(from, 'date'))}; ${rest} · ${serviceOf(settings)}`,
    context: [
      { text: head },
      ...spansOf(words.report.none, { at: from, format: 'date' }),
      { text: `; ${rest} · ${placeOf(settings)}` },
    ],
    facts: [],
    chart: undefined,
    table: undefined,
    lists: [],
    notices,
    foot: '',
  }
}

function serviceOf({ service, sanitize }: NotificationSettings): string {
  return shortText(service, sanitize, maxName)
}

function placeOf(settings: NotificationSettings): string {
  const environment = shortText(settings.environment ?? '', settings.sanitize, maxName)
  return joinTexts([serviceOf(settings), environment], ' · ')
}

function factsOf({ totals, before }: Report, words: Words): readonly Fact[] {
  return (['errors', 'problems', 'people'] as const).map((name) => ({
    label: words.report.totals[name],
    text: joinTexts(
      [
        showCount(totals[name]),
        before === undefined ? '' : `(${showChange(totals[name], before[name])})`,
      ],
      ' ',
    ),
  }))
}

/** `+12`, `−3` or `±0`. */
function showChange(now: number, before: number): string {
  if (now === before) return '±0'
  return `${now > before ? '+' : '−'}${showCount(Math.abs(now - before))}`
}

function chartOf({ chart, from, to, timeZone }: Report, words: Words): ReportChart | undefined {
  const [first, second] = chart
  if (first === undefined || second === undefined) return undefined
  const labelOf = labelsIn(timeZone, to - from > dayMs + 2 * 60 * minuteMs)
  const seen = new Map<string, number>()
  const points = chart.map(({ at, count }) => {
    const label = labelOf(at)
    const times = (seen.get(label) ?? 0) + 1
    seen.set(label, times)
    // As the clocks are set back, an hour occurs twice.
    return { label: times > 1 ? `${label} (${times})` : label, count }
  })
  return {
    title: words.report.chart(showDuration(second.at - first.at, words.duration)),
    series: words.report.totals.errors,
    points,
    bars: sparkline(chart.map(({ count }) => count)),
  }
}

/** `09:00`, or `11-29 09:00` where that is not clear. */
function labelsIn(timeZone: string, hasDate: boolean): (at: number) => string {
  const digits = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, ...digits })
  const date = new Intl.DateTimeFormat('en-US', { timeZone, month: '2-digit', day: '2-digit' })
  return (at) => {
    if (!isDate(at)) return '?'
    return hasDate ? `${date.format(at).replace('/', '-')} ${time.format(at)}` : time.format(at)
  }
}

interface Column<Problem> {
  readonly title: string
  readonly isNumber?: boolean
  /** One in which no problem has anything is left out. */
  readonly isShown?: boolean
  readonly cell: (problem: Problem) => ReportCell
}

function tableOf(
  { problems }: Report,
  top: number,
  settings: NotificationSettings,
): ReportTable | undefined {
  const shown = problems.filter(({ count }) => count > 0).slice(0, top)
  return showTable(shown, columnsOf(shown, settings))
}

function showTable<Problem>(
  shown: readonly Problem[],
  all: readonly Column<Problem>[],
): ReportTable | undefined {
  if (shown.length === 0) return undefined
  const columns = all.filter(({ isShown = true }) => isShown)
  return {
    columns: columns.map(({ title, isNumber = false }) => ({ title, isNumber })),
    rows: shown.map((problem) => columns.map(({ cell }) => cell(problem))),
  }
}

function columnsOf(
  shown: readonly ReportProblem[],
  settings: NotificationSettings,
): readonly Column<ReportProblem>[] {
  const { report, state } = wordsFor(settings.locale)
  const { columns } = report
  const isNumber = true
  return [
    { title: columns.problem, cell: (each) => cellOf(each, settings) },
    { title: columns.count, isNumber, cell: ({ count }) => ({ text: showCount(count) }) },
    {
      title: columns.change,
      isNumber,
      isShown: shown.some(({ isNew, countBefore }) => isNew || countBefore !== undefined),
      cell: (each) => ({ text: each.isNew ? report.isNew : changeOf(each) }),
    },
    {
      title: columns.people,
      isNumber,
      isShown: shown.some(({ people }) => people > 0),
      cell: ({ people }) => ({ text: showCount(people) }),
    },
    {
      title: columns.state,
      cell: (each) => ({ text: each.state === 'active' ? report.active : state[each.state] }),
    },
    {
      title: columns.assignee,
      isShown: shown.some(({ assignee }) => assignee !== undefined),
      cell: (each) => assigneeOf(each, settings),
    },
  ]
}

function assigneeOf(
  { assignee = '' }: Pick<ReportProblem, 'assignee'>,
  { sanitize }: NotificationSettings,
): ReportCell {
  return { text: shortText(assignee, sanitize, maxName) }
}

function cellOf(
  { title, ref }: Pick<ReportProblem, 'title' | 'ref'>,
  { sanitize }: NotificationSettings,
): ReportCell {
  return { text: shortText(title, sanitize, maxTitle) || '?', ref }
}

function changeOf({ count, countBefore }: ReportProblem): string {
  return countBefore === undefined ? '' : showChange(count, countBefore)
}

function listsOf(report: Report, settings: NotificationSettings): readonly ReportList[] {
  const words = wordsFor(settings.locale)
  const { lists } = words.report
  const { problems, from } = report
  const isMuteOver = ({ mutedUntil = 0 }: ReportProblem): boolean =>
    mutedUntil > report.to && mutedUntil <= report.to + dayMs
  const isOpen = ({ state, assignee, firstSeen }: ReportProblem): boolean =>
    state === 'active' && assignee === undefined && firstSeen < from
  const named: readonly (readonly [string, readonly ReportProblem[]])[] = [
    [lists.new, problems.filter(({ isNew }) => isNew)],
    [lists.back, problems.filter(({ isBack }) => isBack)],
    [lists.open, problems.filter((problem) => isOpen(problem) && !problem.isBack)],
    [lists.resolved, problems.filter(({ state }) => state === 'resolved')],
    [lists.unmuted, problems.filter(isMuteOver)],
  ]
  const ofProblems = named.map(([title, listed]) =>
    listOf(
      title,
      listed.map((problem) => itemOf(problem, settings)),
      maxItems,
      words,
    ),
  )
  const releases = report.releases.map((name) => releaseItem(name, report, settings))
  return [...ofProblems, listOf(lists.releases, releases, maxReleases, words)].filter(
    ({ items }) => items.length > 0,
  )
}

function listOf(
  title: string,
  items: readonly ReportCell[],
  max: number,
  words: Words,
): ReportList {
  const more = items.length - max
  return { title, items: items.slice(0, max), more: more > 0 ? words.andMore(showCount(more)) : '' }
}

function itemOf(problem: ReportProblem, settings: NotificationSettings): ReportCell {
  const { text, ref } = cellOf(problem, settings)
  return { text: problem.count > 0 ? `${showCount(problem.count)}× ${text}` : text, ref }
}

function releaseItem(name: string, report: Report, settings: NotificationSettings): ReportCell {
  const { report: words } = wordsFor(settings.locale)
  const fresh = report.problems.filter(({ isNew, release }) => isNew && release === name)
  const shown = shortText(name, settings.sanitize, maxName)
  if (fresh.length === 0) return { text: words.releaseNothing(shown) }
  const titles = fresh.slice(0, maxReleaseTitles).map((problem) => cellOf(problem, settings).text)
  const more = fresh.length > titles.length ? ', …' : ''
  return { text: words.release(shown, showCount(fresh.length), titles.join(', ') + more) }
}

function footOf(report: Report, words: Words): string {
  const { processes, messages } = words.report
  return joinTexts(
    [
      processes(showCount(report.processes)),
      messages(showCount(report.sent), showCount(report.edited)),
      lossesOf(report, words),
    ],
    ' · ',
  )
}

function lossesOf({ lostEvents, lostMessages }: Report, words: Words): string {
  if (lostEvents + lostMessages === 0) return words.report.nothingLost
  return joinTexts(
    [
      lostEvents > 0 ? words.report.lostEvents(showCount(lostEvents)) : '',
      lostMessages > 0 ? words.report.lostMessages(showCount(lostMessages)) : '',
    ],
    ', ',
  )
}

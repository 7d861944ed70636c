import { loadCroner } from '#load-web-api'
import type { HeartbeatOptions, ReportScheduleOptions } from './options.ts'
import { channelOf } from './routes.ts'
import type { Given } from './schema.ts'
import type { Target } from './target.ts'

/** A report with every option set. */
export interface ResolvedReport {
  /** When it comes, as it was given. */
  readonly at: string
  readonly timeZone: string
  readonly channel: string
  readonly when: 'always' | 'ifAny'
  readonly top: number
  /** Its last time up to a moment, both in milliseconds since 1970; `undefined` if there was none. */
  readonly latestAt: (now: number) => number | undefined
  /** Its first time after a moment, both in milliseconds since 1970; `undefined` if there is none. */
  readonly nextAt: (now: number) => number | undefined
}

/** A heartbeat with every option set. */
export type ResolvedHeartbeat = Required<Given<HeartbeatOptions>>

type GivenReport = string | Given<ReportScheduleOptions>

/** Two reports are at least so far apart, since occurrences are counted by quarters of an hour, in milliseconds. */
const minGapMs = 900_000
/** How many gaps are checked. */
const checkedGaps = 4

/** @throws TypeError for a time that cannot be read or never comes, or a channel with a webhook. */
export function resolveReports(
  given: GivenReport | readonly GivenReport[] | undefined,
  target: Target,
): readonly ResolvedReport[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) return [resolveReport(given as GivenReport, 'report', target)]
  return (given as readonly GivenReport[]).map((each, index) =>
    resolveReport(each, `report[${index}]`, target),
  )
}

function resolveReport(given: GivenReport, name: string, target: Target): ResolvedReport {
  const options: Partial<Given<ReportScheduleOptions>> =
    typeof given === 'string' ? { at: given } : given
  const { at = '', channel, when = 'always', top = 10 } = options
  if (channel !== undefined && target.kind === 'webhook')
    throw new TypeError(
      `Expected \`${name}.channel\` to be left out with a webhook, which posts to one channel, got ${JSON.stringify(channel)}`,
    )
  const timeZone = options.timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone
  const calendar = readCalendar(at, timeZone)
  if (typeof calendar === 'string') {
    const path = typeof given === 'string' ? name : `${name}.at`
    throw new TypeError(`Expected \`${path}\` to be ${calendar}, got ${JSON.stringify(options.at)}`)
  }
  return { at, timeZone, channel: channel ?? channelOf(target), when, top, ...calendar }
}

type Calendar = Pick<ResolvedReport, 'latestAt' | 'nextAt'>

const aTime = "a time, as in 'daily 09:00', 'mon,thu 09:00', 'every 6 h' or '0 9 * * 1-5'"
const anInterval = "an interval that divides a day: 'every 1 h', 2, 3, 4, 6, 8, 12 or 24"

/** @returns what was expected, where a time cannot be read, or comes never or too often */
function readCalendar(at: string, timezone: string): Calendar | string {
  const pattern = patternOf(at.trim())
  if (pattern === undefined) return interval.test(at.trim()) ? anInterval : aTime
  try {
    const { Cron } = loadCroner()
    const cron = new Cron(pattern, { timezone })
    const times = cron.nextRuns(checkedGaps + 1).map(Number)
    if (times.length === 0) return 'a time that comes'
    if (times.some((time, index) => time - (times[index - 1] ?? 0) < minGapMs))
      return "times at least 15 minutes apart, as in 'every 1 h'"
    return {
      latestAt(now) {
        // Croner looks for times before a second.
        const nextSecond = new Date((Math.floor(now / 1000) + 1) * 1000)
        return cron.previousRuns(1, nextSecond)[0]?.getTime()
      },
      nextAt: (now) => cron.nextRun(new Date(now))?.getTime(),
    }
  } catch {
    // Its messages do not name the option.
    return aTime
  }
}

const day = '(?:(?:sun|mon|fri)(?:day)?|tue(?:sday)?|wed(?:nesday)?|thu(?:rsday)?|sat(?:urday)?)'
const daysAndTime = new RegExp(
  `^(daily|${day}(?:[-,] ?${day})*) +([01]?\\d|2[0-3]):([0-5]\\d)$`,
  'i',
)
const interval = /^every (\d+) ?h(?:ours?)?$/i
/** Five fields, without seconds. */
const cronPattern = /^\S+(?: +\S+){4}$/

/** The cron expression of a time. */
function patternOf(at: string): string | undefined {
  const [, days, hour, minute] = daysAndTime.exec(at) ?? []
  if (days !== undefined) {
    // Croner knows names of three letters.
    const names = days.toLowerCase().replace(/[a-z]+/g, (name) => name.slice(0, 3))
    const weekdays = names === 'dai' ? '*' : names.replaceAll(' ', '')
    return `${Number(minute)} ${Number(hour)} * * ${weekdays}`
  }
  const hours = Number(interval.exec(at)?.[1] ?? 0)
  if (hours > 0)
    return 24 % hours === 0 ? `0 ${hours === 24 ? '0' : `*/${hours}`} * * *` : undefined
  return cronPattern.test(at) ? at : undefined
}

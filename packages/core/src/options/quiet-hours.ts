import type { QuietHoursOptions } from './options.ts'
import type { Given } from './schema.ts'

/** Quiet hours with every option set. */
export interface ResolvedQuietHours {
  /** In minutes since midnight. */
  readonly from: number
  /** In minutes since midnight. */
  readonly to: number
  /** The end as it was given, as in `'08:00'`. */
  readonly until: string
  readonly timeZone: string
  readonly except: 'fatal' | 'none'
}

/** @throws TypeError for quiet hours without a beginning or an end, or of the whole day. */
export function resolveQuietHours(
  given: Given<QuietHoursOptions> | undefined,
): ResolvedQuietHours | undefined {
  if (given === undefined) return undefined
  const { from, to, timeZone, except = 'fatal' } = given as Partial<Given<QuietHoursOptions>>
  const [start, end] = [expectTime('from', from), expectTime('to', to)]
  if (start === end)
    throw new TypeError(
      `Expected \`quietHours.to\` to be another time than \`quietHours.from\`, got ${JSON.stringify(to)}`,
    )
  return {
    from: start,
    to: end,
    until: String(to),
    timeZone: timeZone ?? new Intl.DateTimeFormat().resolvedOptions().timeZone,
    except,
  }
}

function expectTime(name: 'from' | 'to', time: string | undefined): number {
  if (time === undefined)
    throw new TypeError(`Expected \`quietHours.${name}\` to be a time as in '22:00', got undefined`)
  const [hours = 0, minutes = 0] = time.split(':').map(Number)
  return hours * 60 + minutes
}

const minuteMs = 60_000

/** Whether a time is within quiet hours, in milliseconds since 1970 as the wall clock shows it. */
export function isQuiet({ from, to, timeZone }: ResolvedQuietHours, time: number): boolean {
  const minute = minuteOfDay(time, timeZone)
  return from < to ? from <= minute && minute < to : from <= minute || minute < to
}

/** In how many milliseconds the quiet hours of a time end; 0 outside of them. */
export function quietMs(hours: ResolvedQuietHours | undefined, time: number): number {
  if (hours === undefined) return 0
  let end = time
  // Minute by minute, since an hour may be missing or occur twice; for less than a day and two hours.
  while (isQuiet(hours, end)) end = nextMinute(end)
  return end - time
}

function nextMinute(time: number): number {
  return (Math.floor(time / minuteMs) + 1) * minuteMs
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** Minutes since midnight on the clocks of a time zone. */
function minuteOfDay(time: number, timeZone: string): number {
  let format = formats.get(timeZone)
  if (format === undefined) {
    const digits = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
    format = new Intl.DateTimeFormat('en-GB', { timeZone, ...digits })
    formats.set(timeZone, format)
  }
  const [hour = 0, minute = 0] = format.format(time).split(':').map(Number)
  return hour * 60 + minute
}

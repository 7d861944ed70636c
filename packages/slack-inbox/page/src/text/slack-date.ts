import type { SlackDate } from './inline.ts'

const day: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'long', day: 'numeric' }
const shortDay: Intl.DateTimeFormatOptions = { year: 'numeric', month: 'short', day: 'numeric' }
const longDay: Intl.DateTimeFormatOptions = { weekday: 'long', ...day }
const minutes: Intl.DateTimeFormatOptions = { hour: 'numeric', minute: '2-digit' }

/** @see https://docs.slack.dev/messaging/formatting-message-text#date-formatting */
const tokens: Readonly<Record<string, (at: Date, now: Date) => string>> = {
  date_num: (at) =>
    [at.getFullYear(), at.getMonth() + 1, at.getDate()]
      .map((part) => String(part).padStart(2, '0'))
      .join('-'),
  date: (at) => show(at, day),
  date_short: (at) => show(at, shortDay),
  date_long: (at) => show(at, longDay),
  date_slash: (at) => show(at, { year: 'numeric', month: '2-digit', day: '2-digit' }),
  date_pretty: (at, now) => nearDay(at, now) ?? show(at, day),
  date_short_pretty: (at, now) => nearDay(at, now) ?? show(at, shortDay),
  date_long_pretty: (at, now) => nearDay(at, now) ?? show(at, longDay),
  day_divider_pretty: (at, now) => nearDay(at, now) ?? show(at, longDay),
  date_long_full: (at) => show(at, longDay),
  time: (at) => show(at, minutes),
  time_secs: (at) => show(at, { ...minutes, second: '2-digit' }),
  ago: (at, now) => ago((now.getTime() - at.getTime()) / 1000),
}

/** A date as Slack formats it, or the fallback if it is invalid. */
export function showSlackDate({ timestamp, format, fallback }: SlackDate, now: Date): string {
  const at = new Date(timestamp * 1000)
  if (Number.isNaN(at.getTime())) return fallback
  return format.replaceAll(/\{(\w{1,30})\}/g, (whole, name: string) =>
    Object.hasOwn(tokens, name) ? (tokens[name]?.(at, now) ?? whole) : whole,
  )
}

export function showTime(at: Date): string {
  return show(at, minutes)
}

/** The date and the time with seconds, for tooltips. */
export function showMoment(at: Date): string {
  return at.toLocaleString('en-US', { dateStyle: 'full', timeStyle: 'medium' })
}

/** The text of the divider between two days. */
export function showDay(at: Date, now: Date): string {
  return capitalised(nearDay(at, now) ?? show(at, longDay))
}

/** A time span such as "5 minutes ago". */
export function ago(seconds: number): string {
  const words = new Intl.RelativeTimeFormat('en-US', { numeric: 'auto' })
  const [size, unit] = units.find(([length]) => Math.abs(seconds) >= length) ?? [1, 'second']
  return words.format(-Math.trunc(seconds / size), unit)
}

const units: readonly (readonly [number, Intl.RelativeTimeFormatUnit])[] = [
  [31_536_000, 'year'],
  [2_592_000, 'month'],
  [86_400, 'day'],
  [3600, 'hour'],
  [60, 'minute'],
]

function show(at: Date, options: Intl.DateTimeFormatOptions): string {
  return at.toLocaleString('en-US', options)
}

function nearDay(at: Date, now: Date): string | undefined {
  const days = Math.round((midnight(now) - midnight(at)) / 86_400_000)
  return Math.abs(days) > 1 ? undefined : ['tomorrow', 'today', 'yesterday'][days + 1]
}

function midnight(at: Date): number {
  return new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime()
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1)
}

/** The time of a message. */
export function momentOf(ts: string): Date {
  return new Date(Number(ts) * 1000)
}

/** Whether two messages are from different days in the reader's time zone. */
export function isOtherDay(ts: string, before: string | undefined): boolean {
  return before === undefined || momentOf(ts).toDateString() !== momentOf(before).toDateString()
}

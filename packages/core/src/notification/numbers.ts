import type { Words } from './locale/locale.ts'
import type { Span } from './notification.ts'

const thousands = /\B(?=(?:\d{3})+$)/g

/** A number of occurrences: `1,204`. */
export function showCount(count: number): string {
  if (Math.abs(count) < 999) return String(Math.round(count))
  // `toLocaleString` loads a locale at its first call, which takes longer than all else of a process's first message.
  return String(Math.round(count)).replace(thousands, ',')
}

const msOf = { seconds: 1000, minutes: 60_000, hours: 3_600_000, days: 86_400_000 }
const units = ['days', 'hours', 'minutes', 'seconds'] as const

/** A duration in its two largest units: `1 h 39 min`. */
export function showDuration(durationMs: number, words: Words['duration']): string {
  const ms = Math.max(0, durationMs)
  const index = units.findIndex((unit) => ms >= msOf[unit])
  const [large, small] = [units[index], units[index + 1]]
  if (large === undefined || small === undefined) return `${Math.round(ms / 1000)}${words.seconds}`
  const larges = Math.floor(ms / msOf[large])
  const smalls = Math.floor((ms % msOf[large]) / msOf[small])
  const head = `${showCount(larges)}${words[large]}`
  // Seconds do not matter from ten minutes on.
  return smalls === 0 || (small === 'seconds' && larges >= 10)
    ? head
    : `${head} ${smalls}${words[small]}`
}

/** Occurrences per unit of time, in the unit that gives a number from 1 up: `3.1/s`, `12/min`. */
export function showRate(count: number, spanMs: number, words: Words): string {
  const perSecond = (count * 1000) / Math.max(spanMs, 1000)
  if (perSecond >= 1) return `${shortNumber(perSecond)}${words.rate.second}`
  if (perSecond * 60 >= 1) return `${shortNumber(perSecond * 60)}${words.rate.minute}`
  return `${shortNumber(perSecond * 3600)}${words.rate.hour}`
}

function shortNumber(value: number): string {
  return value < 10 ? String(Math.round(value * 10) / 10) : showCount(value)
}

const bars = '▁▂▃▄▅▆▇█'
const maxColumns = 12

/**
 * How often something happened, as a row of bars, the latest on the right; empty if there is nothing to compare. As many
 * minutes share a column as it takes to fit a phone.
 */
export function sparkline(perMinute: readonly number[]): string {
  const first = perMinute.findIndex((count) => count > 0)
  if (first < 0) return ''
  const minutes = perMinute.slice(first)
  if (minutes.length < 2) return ''
  const columns = inColumns(minutes)
  const highest = Math.max(...columns)
  return columns.map((count) => bars[barIndex(count, highest)]).join('')
}

/** The first column has what does not fill one. */
function inColumns(minutes: readonly number[]): readonly number[] {
  const perColumn = Math.ceil(minutes.length / maxColumns)
  const columns: number[] = []
  for (let end = minutes.length; end > 0; end -= perColumn) {
    columns.unshift(sumOf(minutes.slice(Math.max(0, end - perColumn), end)))
  }
  return columns
}

export function sumOf(numbers: readonly number[]): number {
  return numbers.reduce((sum, number) => sum + number, 0)
}

/** The lowest bar means none. */
function barIndex(count: number, highest: number): number {
  return count <= 0 ? 0 : Math.max(1, Math.round((count / highest) * (bars.length - 1)))
}

const dayMs = 86_400_000

/** How a moment is shown: `14:02 UTC`, `14:02:07 UTC` or `2026-11-29 14:02 UTC`. */
export type TimeFormat = Extract<Span, { readonly at: number }>['format']

/** A moment in UTC; `?` for one that no calendar has. */
export function utcTime(time: number, format: TimeFormat): string {
  if (!isDate(time)) return '?'
  const [date = '', clock = ''] = new Date(time).toISOString().split('T')
  if (format === 'seconds') return `${clock.slice(0, 8)} UTC`
  return format === 'time' ? `${clock.slice(0, 5)} UTC` : `${date} ${clock.slice(0, 5)} UTC`
}

/** The ends of a span of time, for a sentence that has both: `14:02` and `14:17 UTC`, with dates if they differ. */
export function utcRange(from: number, to: number): readonly [from: string, to: string] {
  const format = isSameUtcDay(from, to) ? 'time' : 'date'
  const [start, end] = [utcTime(from, format), utcTime(to, format)]
  return start === end ? [end, end] : [start.replace(/ UTC$/, ''), end]
}

/** Whether both moments are on one day in UTC. */
function isSameUtcDay(a: number, b: number): boolean {
  return Math.floor(a / dayMs) === Math.floor(b / dayMs)
}

/** Whether a time is within the range of `Date`. */
export function isDate(time: number): boolean {
  return Math.abs(time) <= 8.64e15
}

import type { DurationUnits, Words } from './locale/locale.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute
const day = 24 * hour

const thousands = /\B(?=(?:\d{3})+$)/g

/** A number of occurrences: `1,204`. */
export function showCount(count: number): string {
  if (Math.abs(count) < 999) return String(Math.round(count))
  // `toLocaleString` loads a locale at its first call, which takes longer than all else of a process's first message.
  return String(Math.round(count)).replace(thousands, ',')
}

/** A duration in its two largest units: `1 h 39 min`. */
export function showDuration(durationMs: number, units: DurationUnits): string {
  const ms = Math.max(0, durationMs)
  if (ms < minute) return `${Math.round(ms / second)}${units.seconds}`
  if (ms < hour)
    return inUnits(ms, { large: minute, small: second }, [units.minutes, units.seconds])
  if (ms < day) return inUnits(ms, { large: hour, small: minute }, [units.hours, units.minutes])
  return inUnits(ms, { large: day, small: hour }, [units.days, units.hours])
}

function inUnits(
  ms: number,
  { large, small }: { large: number; small: number },
  [largeUnit, smallUnit]: readonly [string, string],
): string {
  const larges = Math.floor(ms / large)
  const smalls = Math.floor((ms % large) / small)
  const head = `${showCount(larges)}${largeUnit}`
  // Seconds beside ten minutes and more tell nobody anything.
  return smalls === 0 || (small === second && larges >= 10) ? head : `${head} ${smalls}${smallUnit}`
}

/** Occurrences per unit of time, in the unit that gives a number from 1 up: `3.1/s`, `12/min`. */
export function showRate(count: number, spanMs: number, words: Words): string {
  const perSecond = (count * second) / Math.max(spanMs, second)
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
  const minutes = perMinute.length - first
  if (minutes < 2) return ''
  const columns = inColumns(perMinute, minutes)
  const highest = Math.max(...columns)
  let line = ''
  for (const count of columns) line += bars[barIndex(count, highest)] ?? ''
  return line
}

/** The last so many minutes; what does not fill a column stands in the first one. */
function inColumns(perMinute: readonly number[], minutes: number): readonly number[] {
  const perColumn = Math.ceil(minutes / maxColumns)
  const columns: number[] = []
  for (let end = perMinute.length; end > perMinute.length - minutes; end -= perColumn) {
    const start = Math.max(perMinute.length - minutes, end - perColumn)
    let sum = 0
    for (let index = start; index < end; index += 1) sum += perMinute[index] ?? 0
    columns.unshift(sum)
  }
  return columns
}

/** The lowest bar is for nothing at all. */
function barIndex(count: number, highest: number): number {
  return count <= 0 ? 0 : Math.max(1, Math.round((count / highest) * (bars.length - 1)))
}

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

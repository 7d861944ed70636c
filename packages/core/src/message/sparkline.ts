const bars = '▁▂▃▄▅▆▇█'
const maxColumns = 12

/**
 * How often something happened, as a row of bars, the latest on the right; empty if there is nothing to compare. As many
 * minutes share a column as it takes to fit a phone.
 */
export function sparkline(perMinute: readonly number[]): string {
  const first = perMinute.findIndex((count) => count > 0)
  if (first < 0) return ''
  const columns = inColumns(perMinute.slice(first))
  if (columns.length < 2) return ''
  const highest = Math.max(...columns)
  return columns.map((count) => bars[barIndex(count, highest)]).join('')
}

function inColumns(counts: readonly number[]): readonly number[] {
  const perColumn = Math.ceil(counts.length / maxColumns)
  const columns = Array.from({ length: Math.ceil(counts.length / perColumn) }, () => 0)
  counts.toReversed().forEach((count, index) => {
    const column = columns.length - 1 - Math.floor(index / perColumn)
    columns[column] = (columns[column] ?? 0) + count
  })
  return columns
}

/** The lowest bar is for nothing at all. */
function barIndex(count: number, highest: number): number {
  return count <= 0 ? 0 : Math.max(1, Math.round((count / highest) * (bars.length - 1)))
}

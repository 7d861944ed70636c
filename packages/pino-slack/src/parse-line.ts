/** pino writes the level first; a line that begins otherwise is parsed whole. */
const levelFirst = /^\{"level":(\d+)[,}]/

/**
 * Parses a line, or says `null` for one that is surely below the level: parsing every info line would cost the worker most of
 * its time.
 */
export function createLineParser(minSeverity: number): (line: string) => unknown {
  return (line) => {
    const level = levelFirst.exec(line)?.[1]
    if (level !== undefined && Number(level) < minSeverity) return null
    return JSON.parse(line)
  }
}

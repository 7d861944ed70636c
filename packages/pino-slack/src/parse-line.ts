import type { SlackSink } from '@slack-logger/core'
import type { LineFormat } from './options.ts'

/** pino writes the level first; a line that begins otherwise is parsed whole. */
const levelFirst = /^\{"level":(\d+)[,}]/
const fatalLevel = 60

/**
 * Parses a line, or says `null` for one that is surely below the level, or one of too many in a flood: parsing every line would
 * cost most of the time that there is.
 */
export function createLineParser(
  sink: Pick<SlackSink, 'intakeSeverity' | 'isFlooded' | 'skips'>,
  format: Pick<LineFormat, 'messageKey' | 'errorKey'>,
): (line: string) => unknown {
  const minSeverity = sink.intakeSeverity
  const messageStart = `"${format.messageKey}":"`
  const errorStart = `"${format.errorKey}":{`
  return (line) => {
    const level = levelFirst.exec(line)?.[1]
    if (level !== undefined && Number(level) < minSeverity) return null
    if (sink.isFlooded && level !== undefined && Number(level) < fatalLevel) {
      const message = textAfter(line, line.lastIndexOf(messageStart), messageStart)
      const errorAt = line.indexOf(errorStart)
      const errorMessage = textAfter(
        line,
        line.indexOf(errorMessageStart, errorAt),
        errorMessageStart,
      )
      const error = errorAt === -1 ? undefined : { message: errorMessage }
      if (sink.skips({ message, error })) return null
    }
    return JSON.parse(line)
  }
}

const errorMessageStart = '"message":"'

/** A text of the line as it stands there; one with an escape in it only looks unknown. */
function textAfter(line: string, at: number, start: string): string {
  if (at === -1) return ''
  const from = at + start.length
  return line.slice(from, line.indexOf('"', from))
}

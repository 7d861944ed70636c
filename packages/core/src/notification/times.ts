const dayMs = 86_400_000

/** Slack's date markup; each reader sees it in the own time zone. */
export type DateFormat = '{time}' | '{time_secs}' | '{date_short_pretty} {time}'

/**
 * A moment as each reader's own clock shows it, in mrkdwn.
 *
 * @see https://docs.slack.dev/messaging/formatting-message-text#date-formatting
 */
export function showTime(time: number, format: DateFormat): string {
  return markUp(time, format, utcTime(time, format))
}

function markUp(time: number, format: DateFormat, inUtc: string): string {
  return isDate(time) ? `<!date^${Math.floor(time / 1000)}^${format}|${inUtc}>` : inUtc
}

/** A span of time. */
export interface ShownTimes {
  /** As each reader's own clock shows it; with days if it did not begin and end on the same one. */
  readonly mrkdwn: string
  /** In UTC, for where Slack's markup is not understood. */
  readonly text: string
}

/** From one moment to another. */
export function showTimes(from: number, to: number): ShownTimes {
  const start = utcTime(from, '{time_secs}')
  const end = utcTime(to, '{time_secs}')
  const text = start === end ? start : `${start} – ${end}`
  const startMrkdwn = markUp(from, '{time_secs}', start)
  if (to - from < 1000) return { text, mrkdwn: startMrkdwn }
  if (isSameUtcDay(from, to)) {
    return { text, mrkdwn: `${startMrkdwn} – ${markUp(to, '{time_secs}', end)}` }
  }
  const format = '{date_short_pretty} {time}'
  return { text, mrkdwn: `${showTime(from, format)} – ${showTime(to, format)}` }
}

/** The moment in UTC, for where Slack's markup is not understood. */
export function utcTime(time: number, format: DateFormat): string {
  if (!isDate(time)) return '?'
  const secondsOfDay = Math.floor((time - Math.floor(time / dayMs) * dayMs) / 1000)
  const minutesOfDay = Math.floor(secondsOfDay / 60)
  const clock = `${twoDigits(Math.floor(minutesOfDay / 60))}:${twoDigits(minutesOfDay % 60)}`
  if (format === '{time}') return `${clock} UTC`
  if (format === '{time_secs}') return `${clock}:${twoDigits(secondsOfDay % 60)} UTC`
  // For the time alone, which each message shows, this takes four times as long as the above.
  const iso = new Date(time).toISOString()
  return `${iso.slice(0, iso.indexOf('T'))} ${clock} UTC`
}

function twoDigits(number: number): string {
  return number < 10 ? `0${number}` : String(number)
}

/** The range of `Date`. */
function isDate(time: number): boolean {
  return Math.abs(time) <= 8.64e15
}

function isSameUtcDay(a: number, b: number): boolean {
  return Math.floor(a / dayMs) === Math.floor(b / dayMs)
}

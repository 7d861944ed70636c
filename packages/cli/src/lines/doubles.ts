import { severityIn } from '@slack-logger/core/tooling'
import type { OnRecord } from './line-reader.ts'

/** A program prints an error in both forms within this time, in milliseconds. */
const withinMs = 2000
const maxOpen = 100

interface Seen {
  readonly record: Found
  readonly found: Parameters<OnRecord>[1]
  readonly time: number
}

type Found = Parameters<OnRecord>[0]

/**
 * Leaves out what a program prints twice: an error that it logs, and whose stack it then prints, or the other way round. Two stacks
 * in the same form are two errors.
 *
 * @param timeOf when a record was found, in milliseconds
 */
export function withoutDoubles(
  onRecord: OnRecord,
  timeOf: (record: Found) => number = () => performance.now(),
): OnRecord {
  const open: Seen[] = []
  return (record, found) => {
    const time = timeOf(record)
    while (open[0] !== undefined && (open[0].time < time - withinMs || open.length >= maxOpen))
      open.shift()
    const index = open.findIndex((seen) => seen.found !== found && isSame(seen.record, record))
    if (index >= 0) return void open.splice(index, 1)
    open.push({ record, found, time })
    onRecord(record, found)
  }
}

/** What was logged as a warning, and then ends the program, is an error. */
function isSame(before: Found, record: Found): boolean {
  const place = placeOf(before)
  return (
    place !== undefined &&
    severityIn({}, before) >= severityIn({}, record) &&
    place === placeOf(record)
  )
}

/** The first frames of the error; `undefined` for a record without. */
function placeOf({ error, message, fields }: Found): string | undefined {
  const { stack = fields['stack'] } = (error ?? {}) as { readonly stack?: unknown }
  const text = [stack, error, message].find(
    (one): one is string => typeof one === 'string' && one.includes('\n'),
  )
  const frames = text?.match(/^\s*(?:at \S.*|File ".*|\S+\.go:\d.*)$/gm)
  return frames
    ?.slice(0, 3)
    .map((frame) => frame.trim())
    .join('\n')
}

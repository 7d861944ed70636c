import { createReadStream } from 'node:fs'
import { stat } from 'node:fs/promises'
import { createGunzip } from 'node:zlib'
import {
  createSlackSink,
  createWindowLimiter,
  type LogRecord,
  type SlackOptions,
  type SlackSink,
} from '@slack-logger/core'
import { resolveOptions, type ResolvedOptions, severityIn } from '@slack-logger/core/tooling'
import { captureTo, channelOf, withoutEffects } from '../capture.ts'
import { withoutDoubles } from '../lines/doubles.ts'
import { LineReader } from '../lines/line-reader.ts'
import { type OptionFlags, readOptions } from '../options.ts'
import { ReplayClock } from './replay-clock.ts'

export interface ReplayFlags extends OptionFlags {
  readonly since?: string
  readonly json?: boolean
}

/** A message that would have notified. */
interface Notification {
  readonly time: string
  readonly channel: string
  readonly reason: string
  readonly text: string
}

/** After the last record, in milliseconds: what waits then is still shown. */
const afterMs = 3_600_000

/** Another policy, to compare with. */
const compared = { limit: 3, windowMs: 600_000 }

/**
 * Shows which alerts the records of a file would have made, at their own times.
 *
 * @throws for a file that cannot be read or has no records, and for a wrong `--since`
 */
export async function replay(file: string, flags: ReplayFlags): Promise<void> {
  const { since, json, ...optionFlags } = flags
  const from = since === undefined ? Number.NEGATIVE_INFINITY : parseSince(since)
  const { options } = await readOptions(optionFlags)
  const run = new Replay(options)
  for await (const records of recordsIn(file))
    for (const record of records) {
      const waiting = record.time >= from ? run.take(record) : undefined
      // Most records are taken at once.
      if (waiting !== undefined) await waiting
    }
  const result = await run.end()
  process.stdout.write(json === true ? `${JSON.stringify(result, null, 2)}\n` : textOf(result))
}

function parseSince(since: string): number {
  // `Date.parse` takes any number for a year or a month.
  const time = /^\d{4}-\d\d/.test(since) ? Date.parse(since) : Number.NaN
  if (!Number.isNaN(time)) return time
  throw new TypeError(`Expected --since to be a time, got ${since}`)
}

/** In bytes; with smaller pieces, a replay waits more for its file. */
const pieceSize = 256 * 1024

/** The records of each piece of a file, with the progress on a terminal. */
async function* recordsIn(file: string): AsyncGenerator<readonly LogRecord[]> {
  const { size } = await stat(file)
  let records: LogRecord[] = []
  /** Of the last line or record that has one. */
  let time = Number.NaN
  const take = withoutDoubles(
    (record, found) => {
      records.push(record)
      if (found === 'structured') time = record.time
    },
    (record) => record.time,
  )
  const reader = new LineReader(take, (line) => (time = timeIn(line) ?? time))
  const bytes = createReadStream(file, { highWaterMark: pieceSize })
  const read = file.endsWith('.gz') ? bytes.pipe(createGunzip()) : bytes
  if (read !== bytes) bytes.once('error', (error) => read.destroy(error))
  for await (const piece of read as AsyncIterable<Buffer>) {
    reader.read(piece)
    // What comes before the first time has that time.
    if (!Number.isNaN(time)) {
      yield timed(records, time)
      records = []
    }
    if (process.stderr.isTTY) process.stderr.write(progressBar(bytes.bytesRead / size))
  }
  reader.end()
  yield timed(records, Number.isNaN(time) ? Date.now() : time)
}

function timed(records: readonly LogRecord[], last: number): readonly LogRecord[] {
  if (!Number.isNaN(records[0]?.time)) return records
  const first = records.find((record) => !Number.isNaN(record.time))?.time ?? last
  return records.map((record) => (Number.isNaN(record.time) ? { ...record, time: first } : record))
}

const maxTimeHead = 60

/** The time with which a plain line begins; one without a zone is of this machine's. */
function timeIn(line: string): number | undefined {
  if (line.startsWith('{')) return undefined
  const [, day, time] =
    /(\d{4}[-/]\d\d[-/]\d\d)[T ](\d\d:\d\d:\d\d(?:[.,]\d{1,9})? ?(?:Z|UTC|[+-]\d\d:?\d\d)?)/.exec(
      line.slice(0, maxTimeHead),
    ) ?? []
  if (day === undefined || time === undefined) return undefined
  const zoned = time.replace(',', '.').replace(' ', '').replace('UTC', 'Z')
  const ms = Date.parse(`${day.replaceAll('/', '-')}T${zoned}`)
  return Number.isNaN(ms) ? undefined : ms
}

const barLength = 30

/** Over the one before; at the end, nothing is left of it. */
function progressBar(part: number): string {
  if (part >= 1) return '\r\u001B[K'
  const done = Math.floor(part * barLength)
  return `\r${'█'.repeat(done)}${'░'.repeat(barLength - done)} ${Math.floor(part * 100)} %`
}

interface ReplayResult {
  readonly records: number
  readonly alertRecords: number
  readonly notifications: readonly Notification[]
  /** Of the same records with another policy. */
  readonly windowed: number
}

/** A sink with the options of a service and the time of its records. */
class Replay {
  readonly #options: SlackOptions
  readonly #notifications: Notification[] = []
  readonly #resolved: ResolvedOptions
  readonly #limiter = createWindowLimiter(compared)
  #begun: { readonly clock: ReplayClock; readonly sink: SlackSink } | undefined
  #records = 0
  #alertRecords = 0
  #windowed = 0

  constructor(options: SlackOptions) {
    this.#options = options
    this.#resolved = resolveOptions(options, process.env)
  }

  /** @returns `undefined` if the record was taken in this turn */
  take(record: LogRecord): Promise<void> | undefined {
    this.#begun ??= this.#begin(record.time)
    const { clock, sink } = this.#begun
    this.#records += 1
    const { levels, severity } = this.#resolved
    if (severityIn(levels, record) >= severity) this.#alertRecords += 1
    const waiting = clock.advanceTo(record.time)
    if (waiting !== undefined) return waiting.then(() => sink.write(record))
    sink.write(record)
    return undefined
  }

  async end(): Promise<ReplayResult> {
    if (this.#begun === undefined)
      throw new TypeError(
        'Expected the file to have records: JSON or logfmt with a level, or errors',
      )
    const { clock, sink } = this.#begun
    await clock.settle()
    await clock.advanceTo(clock.now() + afterMs)
    return {
      records: this.#records,
      alertRecords: this.#alertRecords - sink.health().events.ignored,
      notifications: this.#notifications,
      windowed: this.#windowed,
    }
  }

  #begin(time: number): { readonly clock: ReplayClock; readonly sink: SlackSink } {
    const clock = new ReplayClock(time)
    const destination = captureTo(channelOf(this.#options), (post) => {
      if (post.thread !== undefined && post.isBroadcast !== true) return
      this.#notifications.push({
        time: new Date(Number(post.metadata?.['alert_at'] ?? clock.now())).toISOString(),
        channel: post.channel,
        reason: String(post.metadata?.['alert_reason'] ?? 'again'),
        text: post.message.split('\n')[0] ?? '',
      })
    })
    const onCounted = (fingerprint: string, at: number): void => {
      if (this.#limiter.admit(fingerprint, at)) this.#windowed += 1
    }
    const options = { ...withoutEffects(this.#options), destination }
    return { clock, sink: createSlackSink(options, { clock, onCounted }) }
  }
}

function textOf({ records, alertRecords, notifications, windowed: others }: ReplayResult): string {
  const lines = notifications.map(({ time, reason, channel, text }) =>
    [time.slice(0, 16).replace('T', ' '), reason.padEnd(10), channel.padEnd(10), text].join('  '),
  )
  const table = [
    ['policy', 'notifications'],
    ['these options', notifications.length],
    ['3 in 10 minutes of each problem', others],
    ['each alert on its own', alertRecords],
  ].map(([name, count]) => `${String(name).padEnd(34)}${String(count).padStart(13)}`)
  return `${[...lines, '', `${records} records, ${alertRecords} of them alerts`, '', ...table].join('\n')}\n`
}

import { priorities, type Priority } from '../delivery/delivery.ts'
import type { Arrived, SendRequest } from '../delivery/destination.ts'
import type { LogEvent } from '../event/log-event.ts'

/** The version of the format; a file with another one is set aside. */
const version = 1

/** Which process a file is from: its first line. */
export interface SpoolHeader {
  readonly pid: number
  readonly host: string
  /** In milliseconds since 1970. */
  readonly startedAt: number
  readonly release: string | undefined
}

/** What is kept of an alert from the moment it was decided: all that a message needs, redacted. */
export interface KeptEvent {
  readonly fingerprint: string
  readonly priority: Priority
  readonly channel: string
  readonly event: LogEvent
}

/** What is kept of a delivery that was under way at the end. */
export interface KeptRequest {
  readonly priority: Priority
  readonly channel: string
  readonly request: SendRequest
  /** Whether Slack may have it already. */
  readonly arrived: Arrived
}

/** One thing that is not told yet. */
export type SpoolEntry = {
  readonly id: number
  /** In milliseconds since 1970. */
  readonly at: number
  /** The id under which it was being sent, if it was. */
  triedAs?: string
} & (KeptEvent | KeptRequest)

/** What a file says. */
export interface SpoolContent {
  readonly header: SpoolHeader
  /** What is not told yet. */
  readonly entries: readonly SpoolEntry[]
  /** When the process ended in order, in milliseconds since 1970; `undefined` if it died. */
  readonly endedAt: number | undefined
  /** Lines that cannot be read, as the one that a process was writing when it died. */
  readonly unreadable: number
  readonly lastId: number
}

/** An event with everything in it can be large; beyond this it is kept without the data logged beside it. */
const maxLine = 200_000

export function headerLine(header: SpoolHeader): string {
  return line({ slackLoggerSpool: version, ...header })
}

export function entryLine(entry: SpoolEntry): string {
  const text = line(entry)
  if (text.length <= maxLine || !('event' in entry)) return text
  return line({ ...entry, event: { ...entry.event, fields: {}, request: undefined } })
}

/** Says that these are being sent under an id, by which they can be found in Slack. */
export function tryingLine(ids: readonly number[], as: string): string {
  return line({ trying: ids, as })
}

export function toldLine(ids: readonly number[]): string {
  return line({ told: ids })
}

export function endLine(at: number): string {
  return line({ endedAt: at })
}

/** Reads a file; `undefined` if it is none of ours. */
export function readSpool(text: string): SpoolContent | undefined {
  const [first = '', ...rest] = text.split('\n')
  const header = readHeader(parse(first))
  if (header === undefined) return undefined
  const content = new ContentReader()
  for (const each of rest) if (each !== '') content.read(parse(each))
  return { header, ...content.content }
}

/** Follows what a process wrote, line by line. */
class ContentReader {
  readonly #entries = new Map<number, SpoolEntry>()
  #endedAt: number | undefined
  #unreadable = 0
  #lastId = 0

  get content(): Omit<SpoolContent, 'header'> {
    return {
      entries: [...this.#entries.values()],
      endedAt: this.#endedAt,
      unreadable: this.#unreadable,
      lastId: this.#lastId,
    }
  }

  read(value: Parsed): void {
    if (isEntry(value)) {
      this.#entries.set(value.id, value)
      this.#lastId = Math.max(this.#lastId, value.id)
    } else if (isTold(value)) for (const id of value.told) this.#entries.delete(id)
    else if (isTrying(value)) this.#markTried(value.trying, value.as)
    else if (typeof value?.['endedAt'] === 'number') this.#endedAt = value['endedAt']
    else this.#unreadable += 1
  }

  #markTried(ids: readonly number[], as: string): void {
    for (const id of ids) {
      const entry = this.#entries.get(id)
      if (entry !== undefined) entry.triedAs = as
    }
  }
}

type Parsed = Readonly<Record<string, unknown>> | undefined

function line(value: object): string {
  return `${JSON.stringify(value)}\n`
}

function parse(text: string): Parsed {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Parsed) : undefined
  } catch {
    // Half a line is what a dying process leaves.
    return undefined
  }
}

function readHeader(value: Parsed): SpoolHeader | undefined {
  if (value?.['slackLoggerSpool'] !== version) return undefined
  const { pid, host, startedAt, release } = value
  if (typeof pid !== 'number' || typeof host !== 'string' || typeof startedAt !== 'number')
    return undefined
  return { pid, host, startedAt, release: typeof release === 'string' ? release : undefined }
}

function isTrying(
  value: Parsed,
): value is { readonly trying: readonly number[]; readonly as: string } {
  return Array.isArray(value?.['trying']) && typeof value['as'] === 'string'
}

function isTold(value: Parsed): value is { readonly told: readonly number[] } {
  return Array.isArray(value?.['told'])
}

function isEntry(value: Parsed): value is SpoolEntry & Record<string, unknown> {
  if (value === undefined) return false
  const { id, at, priority, channel, event, request } = value
  const isPlaced =
    typeof id === 'number' &&
    typeof at === 'number' &&
    typeof channel === 'string' &&
    Object.hasOwn(priorities, String(priority))
  return isPlaced && (isEvent(event, value['fingerprint']) || isRequest(request))
}

function isEvent(event: unknown, fingerprint: unknown): boolean {
  if (typeof event !== 'object' || event === null || typeof fingerprint !== 'string') return false
  const { message, level, severity, time, fields } = event as Partial<LogEvent>
  return (
    typeof message === 'string' &&
    typeof level === 'string' &&
    typeof severity === 'number' &&
    typeof time === 'number' &&
    typeof fields === 'object'
  )
}

function isRequest(request: unknown): boolean {
  if (typeof request !== 'object' || request === null) return false
  const { kind, channel } = request as Partial<SendRequest>
  return (kind === 'post' || kind === 'edit' || kind === 'upload') && typeof channel === 'string'
}

import type { Draft, Priority } from '../delivery/channel-queue.ts'
import type { Accepted } from '../delivery/destination.ts'
import type { LogEvent } from '../event/log-event.ts'

/** The version of the format; a file with another one is set aside. */
const version = 1
const priorityNames: readonly unknown[] = [
  'fatal',
  'new',
  'milestone',
  'thread',
  'edit',
] satisfies Priority[]

/** The first line of a file: its process. */
export interface SpoolHeader {
  readonly pid: number
  readonly host: string
  /** In milliseconds since 1970. */
  readonly startedAt: number
  readonly release: string | undefined
}

/** An alert from the moment it was decided: all that a message needs, redacted. */
export interface KeptEvent {
  readonly fingerprint: string
  readonly priority: Priority
  readonly channel: string
  readonly event: LogEvent
}

/** A delivery that was unsent when the process ended. */
export interface KeptRequest {
  readonly priority: Priority
  readonly channel: string
  readonly request: Draft
  readonly accepted: Accepted
}

/** One alert or delivery that is not sent yet. */
export type SpoolEntry = {
  readonly id: number
  /** In milliseconds since 1970. */
  readonly at: number
  /** The id under which it was being sent, if it was. */
  triedAs?: string
} & (KeptEvent | KeptRequest)

/** The content of a file. */
export interface SpoolContent {
  readonly header: SpoolHeader
  /** What is not sent yet. */
  readonly entries: readonly SpoolEntry[]
  /** When the process ended in order, in milliseconds since 1970; `undefined` if it died. */
  readonly endedAt: number | undefined
  /** Lines that cannot be read, such as the one that was being written when the process was killed. */
  readonly unreadable: number
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

/** These are about to be sent under an id, by which they can be looked up. */
export function sendingLine(ids: readonly number[], as: string): string {
  return line({ trying: ids, as })
}

export function sentLine(ids: readonly number[]): string {
  return line({ told: ids })
}

export function endLine(at: number): string {
  return line({ endedAt: at })
}

/** Reads a file line by line; `undefined` if it is none of ours. */
export function readSpool(text: string): SpoolContent | undefined {
  const [first = '', ...rest] = text.split('\n')
  const header = readHeader(parse(first))
  if (header === undefined) return undefined
  const entries = new Map<number, SpoolEntry>()
  let endedAt: number | undefined
  let unreadable = 0
  for (const each of rest) {
    if (each === '') continue
    const value = parse(each) ?? {}
    const { told, trying, as } = value
    if (isEntry(value)) entries.set(value.id, value)
    else if (Array.isArray(told)) for (const id of told) entries.delete(id as number)
    else if (Array.isArray(trying) && typeof as === 'string') {
      for (const entry of trying.map((id: number) => entries.get(id)))
        if (entry !== undefined) entry.triedAs = as
    } else if (typeof value['endedAt'] === 'number') endedAt = value['endedAt']
    else unreadable += 1
  }
  return { header, entries: [...entries.values()], endedAt, unreadable }
}

type Parsed = Readonly<Record<string, unknown>>

function line(value: object): string {
  return `${JSON.stringify(value)}\n`
}

function parse(text: string): Parsed | undefined {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null ? (value as Parsed) : undefined
  } catch {
    // Half a line is what a dying process leaves.
    return undefined
  }
}

/** Whether a value is an object whose properties have these types. */
function hasTypes(
  value: unknown,
  types: Readonly<Record<string, 'string' | 'number' | 'object'>>,
): value is Parsed {
  if (typeof value !== 'object' || value === null) return false
  return Object.entries(types).every(([name, type]) => typeof (value as Parsed)[name] === type)
}

function readHeader(value: Parsed | undefined): SpoolHeader | undefined {
  if (value?.['slackLoggerSpool'] !== version) return undefined
  if (!hasTypes(value, { pid: 'number', host: 'string', startedAt: 'number' })) return undefined
  const { pid, host, startedAt, release } = value as unknown as SpoolHeader
  return { pid, host, startedAt, release: typeof release === 'string' ? release : undefined }
}

function isEntry(value: Parsed): value is SpoolEntry & Parsed {
  const { fingerprint, priority, event, request } = value
  if (!hasTypes(value, { id: 'number', at: 'number', channel: 'string' })) return false
  return (
    priorityNames.includes(priority) &&
    ((typeof fingerprint === 'string' && isEvent(event)) || isRequest(request))
  )
}

function isEvent(event: unknown): boolean {
  return hasTypes(event, {
    message: 'string',
    level: 'string',
    severity: 'number',
    time: 'number',
    fields: 'object',
  })
}

function isRequest(request: unknown): boolean {
  if (!hasTypes(request, { channel: 'string' })) return false
  const { kind, file, notification } = request
  if (kind === 'upload') return typeof file === 'object'
  return (kind === 'post' || kind === 'edit') && hasTypes(notification, { kind: 'string' })
}

import { join } from 'node:path'
import type { Draft, Priority } from '../delivery/channel-queue.ts'
import type { Accepted } from '../delivery/destination.ts'
import type { Clock } from '../environment.ts'
import type { LogEvent } from '../event/log-event.ts'
import {
  type SpoolFolder,
  type TakenFile,
  openFile,
  ownPath,
  releaseFile,
  replaceFile,
  takeOver,
  writeWhole,
} from './folder.ts'

const maxBytes = 5_000_000

/** An append-only file of one process. */
export class SpoolFile {
  readonly #folder: SpoolFolder
  readonly #path: string
  #descriptor: number
  /** In bytes. */
  #size: number
  /** Of the first line, if this process wrote it. */
  #headerSize = 0
  /** Entries that are not sent yet. */
  readonly #open = new Set<number>()
  /** Whether the last write failed half-way, so that the next one must start a new line. */
  #isTorn = false

  private constructor(
    folder: SpoolFolder,
    path: string,
    { descriptor, size }: { readonly descriptor: number; readonly size: number },
  ) {
    this.#folder = folder
    this.#path = path
    this.#descriptor = descriptor
    this.#size = size
  }

  /** @throws what the file system throws */
  static create(folder: SpoolFolder, header: SpoolHeader): SpoolFile {
    const path = ownPath(folder, '.ndjson')
    const written = { text: headerLine(header), next: `${path}.new` }
    const file = new SpoolFile(folder, path, replaceFile(folder, path, written))
    file.#headerSize = file.#size
    return file
  }

  /**
   * Continues a file of another process.
   *
   * @throws what the file system throws
   */
  static adopt(
    folder: SpoolFolder,
    { path, size }: TakenFile,
    entries: readonly SpoolEntry[],
  ): SpoolFile {
    const descriptor = openFile(folder, path, { isNew: false })
    const file = new SpoolFile(folder, path, { descriptor, size })
    for (const { id } of entries) file.#open.add(id)
    // The process may have been killed in the middle of a line.
    file.#isTorn = true
    return file
  }

  get isEmpty(): boolean {
    return this.#open.size === 0
  }

  /** @throws what the file system throws, or an error for a full file, and nothing is kept then */
  append(id: number, line: string): void {
    if (this.#size + line.length > maxBytes) this.#compact()
    if (this.#size + line.length > maxBytes) throw new Error(`it has reached ${maxBytes / 1e6} MB`)
    this.write(line)
    this.#open.add(id)
  }

  /** @throws what the file system throws */
  write(line: string): void {
    const text = this.#isTorn ? `\n${line}` : line
    this.#isTorn = true
    this.#size += writeWhole(this.#folder.fileSystem, this.#descriptor, text)
    this.#isTorn = false
  }

  /** @throws what the file system throws; the entries count as sent in any case */
  markSent(ids: readonly number[]): void {
    const known = ids.filter((id) => this.#open.delete(id))
    if (known.length === 0) return
    if (this.isEmpty && this.#headerSize > 0) {
      this.#folder.fileSystem.ftruncateSync(this.#descriptor, this.#headerSize)
      this.#size = this.#headerSize
      this.#isTorn = false
    } else this.write(sentLine(known))
  }

  /** Shows that the process is alive. */
  touch(now: number): void {
    this.#folder.fileSystem.futimesSync(this.#descriptor, now / 1000, now / 1000)
  }

  /** Closes the file: deletes it if everything in it was sent, or leaves it to the next process. */
  close(now: number): void {
    const { fileSystem } = this.#folder
    if (!this.isEmpty) this.write(endLine(now))
    fileSystem.closeSync(this.#descriptor)
    if (this.isEmpty) fileSystem.unlinkSync(this.#path)
    else releaseFile(this.#folder, this.#path)
  }

  /** Rewrites the file without what was sent. */
  #compact(): void {
    const { fileSystem } = this.#folder
    const content = readSpool(fileSystem.readFileSync(this.#path, 'utf8'))
    if (content === undefined) return
    const unsent = content.entries.filter(({ id }) => this.#open.has(id))
    const text = [headerLine(content.header), ...unsent.map(entryLine)].join('')
    const next = `${this.#path}.new`
    const { descriptor, size } = replaceFile(this.#folder, this.#path, { text, next })
    fileSystem.closeSync(this.#descriptor)
    this.#descriptor = descriptor
    this.#size = size
    this.#isTorn = false
  }
}

/** The content of an earlier process's file, and the file itself, in which what is sent is marked. */
export interface Recovered extends SpoolContent {
  readonly file: SpoolFile
}

export interface RecoveryDeps {
  readonly folder: SpoolFolder
  readonly clock: Clock
  /** Called with the reason when a file cannot be read. */
  readonly onTrouble: (reason: string) => void
}

/** Takes over the files of processes that have ended. */
export function recoverSpools({ folder, clock, onTrouble }: RecoveryDeps): readonly Recovered[] {
  const now = clock.now()
  const given = { folder, extension: '.ndjson', now, onTrouble } as const
  const recovered = takeOver(given, (taken) => {
    const content = readSpool(taken.text)
    if (content === undefined) {
      folder.fileSystem.renameSync(taken.path, join(folder.path, `${taken.name}.aside`))
      onTrouble(`${taken.name} cannot be read; set aside`)
      return undefined
    }
    const file = SpoolFile.adopt(folder, taken, content.entries)
    file.touch(now)
    if (file.isEmpty) file.close(now)
    return { ...content, file }
  })
  return recovered.filter((each) => each !== undefined)
}

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
  return lineOf({ slackLoggerSpool: version, ...header })
}

export function entryLine(entry: SpoolEntry): string {
  const text = lineOf(entry)
  if (text.length <= maxLine || !('event' in entry)) return text
  return lineOf({ ...entry, event: { ...entry.event, fields: {}, request: undefined } })
}

/** These are about to be sent under an id, by which they can be looked up. */
export function sendingLine(ids: readonly number[], as: string): string {
  return lineOf({ trying: ids, as })
}

export function sentLine(ids: readonly number[]): string {
  return lineOf({ told: ids })
}

export function endLine(at: number): string {
  return lineOf({ endedAt: at })
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

function lineOf(value: object): string {
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

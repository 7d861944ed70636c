import { createHash, randomUUID } from 'node:crypto'
import { constants, type Stats } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, dirname, join } from 'node:path'
import type { SteadyClock } from '../clock.ts'
import {
  type FileSystem,
  hasSystemClock,
  type ProcessIdentity,
  type SinkEnvironment,
  userId,
} from '../environment.ts'
import type { ResolvedFleet } from '../options/resolve.ts'

/** A folder for files that only this user can access. */
export interface JournalFolder {
  readonly path: string
  /** A hash of service, environment and recipient in file names, so that each process sends only its own. */
  readonly owner: string
  /** The one of version 0.1, without the environment. */
  readonly oldOwner?: string
  readonly fileSystem: FileSystem
  readonly process: ProcessIdentity
}

/** A process touches its files at least this often, in milliseconds. */
export const heartbeatMs = 60_000
/** A file that was not touched for this long is abandoned, in milliseconds. */
const staleMs = 5 * heartbeatMs
/** A larger file was not written by this package, in bytes. */
const maxBytes = 20_000_000
/** Reading more at once would block the process for too long, in bytes. */
const maxBytesAtOnce = 6_000_000
/** Two readings of one process's start differ by less, unless the wall clock was set between them, in milliseconds. */
const startToleranceMs = 1000
/** A process that did not look for longer than this was stopped itself, as others may have been, in milliseconds. */
const maxLookGapMs = 2 * heartbeatMs

/** The end of a journal's name. */
const extension = '.journal'
/** The end of the name of a file that is being written. */
const unfinished = '.new'
/** The ends of the names of version 0.1. */
const oldExtensions = ['.ndjson', '.state.json']

/**
 * Creates the folder if it does not exist.
 *
 * @returns that it cannot be used and why, in words; `undefined` if it can
 */
export function prepareFolder(folder: JournalFolder): string | undefined {
  const reason = refusalOf(folder)
  if (reason === undefined) return undefined
  return `${folder.path} cannot be used: ${reason}; set \`spoolDir\` to another folder, or to false`
}

function refusalOf({ path, fileSystem, process }: JournalFolder): string | undefined {
  try {
    const reason = createFolder(fileSystem, path)
    if (reason !== undefined) return reason
    const stats = fileSystem.lstatSync(path)
    if (stats.isSymbolicLink() || !stats.isDirectory()) return 'it is no directory'
    // Windows has neither.
    if (process.uid === undefined) return undefined
    if (stats.uid !== process.uid) return 'it belongs to another user'
    return (stats.mode & 0o077) === 0 ? undefined : 'others can reach it; its mode must be 0700'
  } catch (error) {
    return reasonOf(error)
  }
}

/**
 * Creates a folder and those above it that are missing. Node's own recursion never returns where the folder above exists and still takes
 * none: in `/proc`, or behind a link to nowhere.
 *
 * @returns why it cannot be created
 */
function createFolder(fileSystem: FileSystem, path: string): string | undefined {
  const parent = dirname(path)
  const reason = makeFolder(fileSystem, path)
  if (reason !== 'ENOENT' || parent === path) return reason
  return createFolder(fileSystem, parent) ?? makeFolder(fileSystem, path)
}

function makeFolder(fileSystem: FileSystem, path: string): string | undefined {
  try {
    fileSystem.mkdirSync(path, { mode: 0o700 })
    return undefined
  } catch (error) {
    const reason = reasonOf(error)
    return reason === 'EEXIST' ? undefined : reason
  }
}

/** Why the file system failed: its code, or the message of an error without one. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

/** Identifies a process among those that may share a folder or a channel. */
export function holderOf({
  host,
  pid,
  startedAt,
}: Pick<ProcessIdentity, 'host' | 'pid' | 'startedAt'>): string {
  return `${shortHash(host)}-${pid}-${Math.round(startedAt).toString(36)}`
}

/** A path for a new file of this process. */
export function ownPath(folder: JournalFolder, end: string = extension): string {
  const serial = randomUUID().slice(0, 13)
  return join(folder.path, `${folder.owner}.${holderOf(folder.process)}.${serial}${end}`)
}

/** Leaves a file to the next process: its name no longer has a holder. */
export function releaseFile({ path: folder, fileSystem }: JournalFolder, path: string): void {
  const [owner, , ...rest] = basename(path).split('.')
  fileSystem.renameSync(path, join(folder, [owner, 'free', ...rest].join('.')))
}

/** Opens a file for appending. A new one must not exist yet, so that it cannot be somebody's link. */
export function openFile(
  { fileSystem }: JournalFolder,
  path: string,
  { isNew }: { readonly isNew: boolean },
): number {
  const { O_APPEND, O_RDWR, O_CREAT, O_EXCL } = constants
  // Windows has none.
  const { O_NOFOLLOW = 0 } = constants as Partial<typeof constants>
  const flags = O_APPEND | O_RDWR | O_NOFOLLOW | (isNew ? O_CREAT | O_EXCL : 0)
  return fileSystem.openSync(path, flags, 0o600)
}

/**
 * Writes a whole text.
 *
 * @returns its length in bytes
 * @throws what the file system throws, or an error for a full disk, which otherwise takes a part without an error
 */
export function writeWhole(fileSystem: FileSystem, descriptor: number, text: string): number {
  const bytes = fileSystem.writeSync(descriptor, text)
  if (bytes < Buffer.byteLength(text)) throw new Error('the disk is full')
  return bytes
}

/**
 * Writes a whole file under another name, and then puts it in the place of the one at `path`, if any.
 *
 * @returns its descriptor, and its size in bytes
 * @throws what {@link writeWhole} throws, with everything as it was before
 */
export function replaceFile(
  folder: JournalFolder,
  path: string,
  { text, next }: { readonly text: string; readonly next: string },
): { readonly descriptor: number; readonly size: number } {
  const { fileSystem } = folder
  const descriptor = openFile(folder, next, { isNew: true })
  try {
    const size = writeWhole(fileSystem, descriptor, text)
    fileSystem.renameSync(next, path)
    return { descriptor, size }
  } catch (error) {
    fileSystem.closeSync(descriptor)
    fileSystem.unlinkSync(next)
    throw error
  }
}

/** Whether a file is a journal, or one that this journal took over. */
function belongsTo(name: string, journal: string): boolean {
  return name === journal || name.startsWith(`${journal.slice(0, -extension.length)}.`)
}

/** A file that was taken over from another process. */
export interface TakenFile {
  /** Its name before. */
  readonly name: string
  readonly path: string
  /** Empty if the file is too large to be one of this package. */
  readonly text: string
}

/** What was taken over at once. */
export interface Takeover {
  readonly files: readonly TakenFile[]
  /** Whether there are more, since reading all of them would block the process for too long. */
  readonly isPartial: boolean
}

/** Takes over this owner's files of processes that have ended. Each goes to one process only, since only one rename succeeds. */
export function takeOver(given: {
  readonly folder: JournalFolder
  /** The path of this journal's file, whether there is one or not. */
  readonly ownFile: string
  readonly watch: ProcessWatch
  readonly clock: SteadyClock
  /** The names of journals whose processes are known to have ended, or to have lost the lead. */
  readonly ended: readonly string[]
  /** Whether this process may take what it finds; called when there is something. */
  readonly mayTake: () => boolean
  readonly onTrouble: (reason: string) => void
}): Takeover {
  const { folder, ownFile, watch, clock, ended, onTrouble } = given
  const { fileSystem } = folder
  const from = <Value>(what: string, use: () => Value): Value | undefined =>
    unlessMissing((reason) => onTrouble(`${what}: ${reason}`), use)
  const names = from(folder.path, () => fileSystem.readdirSync(folder.path)) ?? []
  const found = names.flatMap((name): FoundFile | readonly FoundFile[] => {
    const end = [extension, unfinished, ...oldExtensions].find((each) => name.endsWith(each))
    const path = join(folder.path, name)
    if (end === undefined || !isOf(folder, name, end)) return []
    if (belongsTo(name, basename(ownFile))) return []
    const [, holder = ''] = name.split('.')
    const stats = from(name, () => fileSystem.lstatSync(path))
    if (stats === undefined) return []
    const { mtimeMs: touchedAt, size } = stats
    const hasEnded = holder === 'free' || ended.some((each) => belongsTo(name, each))
    if (!hasEnded && !watch.hasEnded(name, touchedAt, clock)) return []
    return { name, path, end, touchedAt, size: size > maxBytes ? 0 : size }
  })
  let bytes = 0
  const files: TakenFile[] = []
  if (found.length === 0 || !given.mayTake()) return { files, isPartial: false }
  // A file that contains an older one comes before it.
  for (const file of found.toSorted((a, b) => b.touchedAt - a.touchedAt)) {
    bytes += file.size
    if (bytes > maxBytesAtOnce && files.length > 0) return { files, isPartial: true }
    const taken = from(file.name, () => takeFile(folder, file, ownFile))
    if (taken !== undefined) files.push(taken)
  }
  return { files, isPartial: false }
}

function isOf({ owner, oldOwner }: JournalFolder, name: string, end: string): boolean {
  if (name.startsWith(`${owner}.`)) return true
  return oldExtensions.includes(end) && name.startsWith(`${oldOwner}.`)
}

interface FoundFile {
  readonly name: string
  readonly path: string
  readonly end: string
  readonly touchedAt: number
  readonly size: number
}

function takeFile(
  folder: JournalFolder,
  { name, path, end }: FoundFile,
  ownFile: string,
): TakenFile | undefined {
  const { fileSystem } = folder
  if (!isTrusted(folder, path)) throw new Error('not of this service; left as it is')
  // Whoever takes over this journal before it has the content, takes over this file as well.
  const own = `${ownFile.slice(0, -extension.length)}.${randomUUID().slice(0, 8)}${end}`
  fileSystem.renameSync(path, own)
  if (end === unfinished) {
    fileSystem.unlinkSync(own)
    return undefined
  }
  const { size } = fileSystem.lstatSync(own)
  return { name, path: own, text: size > maxBytes ? '' : fileSystem.readFileSync(own, 'utf8') }
}

/** Finds out which processes have ended. */
export class ProcessWatch {
  readonly #process: ProcessIdentity
  /** For how long files were not touched while this process was running, by their names. */
  readonly #seen = new Map<string, SeenFile>()

  constructor(process: ProcessIdentity) {
    this.#process = process
  }

  /** Whether a holder's process has ended for certain. */
  isDead(holder: string): boolean {
    const [host, pid, startedAt] = holder.split('-')
    const own = this.#process
    if (host !== shortHash(own.host)) return false
    if (Number(pid) !== own.pid) return !own.isAlive(Number(pid))
    return Math.abs(Number.parseInt(startedAt ?? '', 36) - own.startedAt) > startToleranceMs
  }

  /** Whether the process that holds a file has ended, or left it alone for minutes. */
  hasEnded(name: string, touchedAt: number, clock: SteadyClock): boolean {
    const [, holder = ''] = name.split('.')
    if (this.isDead(holder)) return true
    const [host] = holder.split('-')
    // On another host or in another container, process ids have another meaning.
    if (host !== shortHash(this.#process.host)) return clock.wallNow() - touchedAt > staleMs
    // Another process may have got the id, or had this one's. A clock that was set forward makes no file old.
    const now = clock.now()
    const seen = this.#seen.get(name)
    const isSame = seen?.touchedAt === touchedAt
    const idleMs = isSame ? seen.idleMs + Math.min(now - seen.lookedAt, maxLookGapMs) : 0
    this.#seen.set(name, { touchedAt, idleMs, lookedAt: now })
    return idleMs > staleMs
  }
}

interface SeenFile {
  readonly touchedAt: number
  readonly idleMs: number
  readonly lookedAt: number
}

/** Reports why a use of files failed, unless there is none: there is no folder yet, or another process was faster. */
export function unlessMissing<Value>(
  onTrouble: (reason: string) => void,
  use: () => Value,
): Value | undefined {
  try {
    return use()
  } catch (error) {
    const reason = reasonOf(error)
    if (reason !== 'ENOENT' && reason !== 'ENOTDIR') onTrouble(reason)
    return undefined
  }
}

/** Whether this user wrote a file: a regular one, not shared, without further links. */
function isTrusted({ fileSystem, process }: JournalFolder, path: string): boolean {
  const stats = fileSystem.lstatSync(path)
  if (!stats.isFile() || stats.nlink !== 1) return false
  return process.uid === undefined || (stats.uid === process.uid && (stats.mode & 0o077) === 0)
}

/** A short hash, which distinguishes values without showing them. */
export function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16)
}

/** Identifies what a service sends to one place. */
function oldOwnerOf(service: string, recipient: readonly string[]): string {
  return shortHash(JSON.stringify([service, ...recipient]))
}

/** Identifies service, environment and destination: processes with the same one are a fleet. */
export function fleetOf(
  { service, environment }: { readonly service: string; readonly environment: string | undefined },
  recipient: readonly string[],
): string {
  return shortHash(JSON.stringify([oldOwnerOf(service, recipient), environment]))
}

/**
 * The name of a fleet among the processes of a running kernel: where several share the folder, as on a network drive, a socket is not
 * reached from another one, and each has a fleet of its own. Other systems than Linux say nothing of the kind.
 */
export function onThisKernel(
  fleet: string,
  { fileSystem }: Pick<JournalFolder, 'fileSystem'>,
): string {
  let kernel = ''
  try {
    kernel = fileSystem.readFileSync('/proc/sys/kernel/random/boot_id', 'utf8')
  } catch {
    // There is only one.
  }
  return shortHash(JSON.stringify([fleet, kernel]))
}

/** The folder of a sink's files; `undefined` if it keeps none. */
export function journalFolderOf(
  options: {
    readonly spoolDir: string | false | undefined
    readonly service: string
    readonly environment: string | undefined
    /** Identifies where messages go, so that a process sends only what was meant for the same place; `undefined` if nowhere. */
    readonly recipient: readonly string[] | undefined
    /** With a server, what the journal contains is kept there too, so that it needs no disk. */
    readonly fleet?: ResolvedFleet | false
  },
  environment: Pick<SinkEnvironment, 'variables' | 'fileSystem' | 'process' | 'clock'>,
): JournalFolder | undefined {
  const { spoolDir, service, recipient, fleet = false } = options
  const hasStore = fleet !== false && fleet.redis !== undefined
  if ((spoolDir === false && !hasStore) || recipient === undefined) return undefined
  // Tests and replays must not find the files of others.
  if (spoolDir === undefined && !hasSystemClock(environment)) return undefined
  const { fileSystem, process } = environment
  const folder = {
    path: spoolDir || journalPath(environment.variables, process.uid),
    owner: fleetOf(options, recipient),
    oldOwner: oldOwnerOf(service, recipient),
    fileSystem,
    process,
  }
  const isUsable = !hasStore || (spoolDir !== false && prepareFolder(folder) === undefined)
  return isUsable ? folder : { ...folder, fileSystem: noFiles }
}

/** Takes files and keeps none: for a journal that is kept elsewhere too, where there is no disk. */
const noFiles: FileSystem = {
  openSync: () => 0,
  writeSync: (_descriptor: number, text: unknown) => Buffer.byteLength(String(text)),
  closeSync: ignore,
  fstatSync: (() => found) as unknown as FileSystem['fstatSync'],
  lstatSync: (() => found) as unknown as FileSystem['lstatSync'],
  mkdirSync: () => undefined,
  readdirSync: () => [],
  readFileSync: (() => '') as unknown as FileSystem['readFileSync'],
  renameSync: ignore,
  unlinkSync: ignore,
  utimesSync: ignore,
  futimesSync: ignore,
}

const found: Partial<Stats> = {
  nlink: 1,
  uid: userId() ?? 0,
  mode: 0o700,
  isSymbolicLink: () => false,
  isDirectory: () => true,
}

function ignore(): void {
  // There is nothing to change.
}

/**
 * A folder of the service's own where systemd or the session names one, else one in the system's folder for temporary files, which
 * exists in every container; other users cannot access either.
 */
export function journalPath(
  variables: SinkEnvironment['variables'],
  uid: number | undefined,
): string {
  const [stateDirectory] = (variables['STATE_DIRECTORY'] ?? '').split(':')
  const base = stateDirectory || variables['XDG_STATE_HOME']
  if (base !== undefined && base !== '') return join(base, 'slack-logger')
  return join(tmpdir(), uid === undefined ? 'slack-logger' : `slack-logger-${uid}`)
}

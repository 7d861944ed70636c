import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import {
  type FileSystem,
  hasSystemClock,
  type ProcessIdentity,
  type SinkEnvironment,
} from '../environment.ts'

/** A folder for files that only this user can access. */
export interface SpoolFolder {
  readonly path: string
  /** A hash of recipient and service in file names, so that each process sends only its own. */
  readonly owner: string
  readonly fileSystem: FileSystem
  readonly process: ProcessIdentity
}

/** A process touches its files at least this often, in milliseconds. */
export const heartbeatMs = 60_000
/** A file that was not touched for this long is abandoned, in milliseconds. */
const staleMs = 5 * heartbeatMs
/** A larger file was not written by this package, in bytes. */
const maxBytes = 20_000_000
/** Two readings of one process's start differ by rounding, in milliseconds. */
const startToleranceMs = 5000

/** The end of a file's name, by its content: unsent alerts, or incidents. */
type Extension = '.ndjson' | '.state.json'

/**
 * Creates the folder if it does not exist.
 *
 * @returns that it cannot be used and why, in words; `undefined` if it can
 */
export function prepareFolder(folder: SpoolFolder): string | undefined {
  const reason = refusalOf(folder)
  if (reason === undefined) return undefined
  return `${folder.path} cannot be used: ${reason}; set \`spoolDir\` to another folder, or to false`
}

function refusalOf({ path, fileSystem, process }: SpoolFolder): string | undefined {
  try {
    fileSystem.mkdirSync(path, { recursive: true, mode: 0o700 })
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

/** Why the file system failed: its code, or the message of an error without one. */
export function reasonOf(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException
  return code ?? message
}

/** A path for a new file of this process. */
export function ownPath(folder: SpoolFolder, extension: Extension): string {
  const { host, pid, startedAt } = folder.process
  const holder = `${shortHash(host)}-${pid}-${Math.round(startedAt).toString(36)}`
  const serial = randomUUID().slice(0, 13)
  return join(folder.path, `${folder.owner}.${holder}.${serial}${extension}`)
}

/** Leaves a file to the next process: its name no longer has a holder. */
export function releaseFile({ path: folder, fileSystem }: SpoolFolder, path: string): void {
  const [owner, , ...rest] = basename(path).split('.')
  fileSystem.renameSync(path, join(folder, [owner, 'free', ...rest].join('.')))
}

/** Opens a file for appending. A new one must not exist yet, so that it cannot be somebody's link. */
export function openFile(
  { fileSystem }: SpoolFolder,
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
  folder: SpoolFolder,
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

/** A file that was taken over from another process. */
export interface TakenFile {
  /** Its name before. */
  readonly name: string
  readonly path: string
  /** In bytes. */
  readonly size: number
  /** Empty if the file is too large to be one of this package. */
  readonly text: string
}

/** Takes over this owner's files of processes that have ended. Each goes to one process only, since only one rename succeeds. */
export function takeOver<Content>(
  given: {
    readonly folder: SpoolFolder
    readonly extension: Extension
    readonly now: number
    readonly onTrouble: (reason: string) => void
  },
  read: (file: TakenFile) => Content,
): readonly Content[] {
  const { folder, extension, now, onTrouble } = given
  const { fileSystem } = folder
  const from = <Value>(what: string, use: () => Value): Value | undefined =>
    unlessMissing((reason) => onTrouble(`${what}: ${reason}`), use)
  const names = from(folder.path, () => fileSystem.readdirSync(folder.path)) ?? []
  return names.flatMap((name) => {
    if (!name.startsWith(`${folder.owner}.`) || !name.endsWith(extension)) return []
    const taken = from(name, () => {
      if (!isOrphan(folder, name, now)) return undefined
      const path = join(folder.path, name)
      if (!isTrusted(folder, path)) throw new Error('not of this service; left as it is')
      const own = ownPath(folder, extension)
      fileSystem.renameSync(path, own)
      const { size } = fileSystem.lstatSync(own)
      const text = size > maxBytes ? '' : fileSystem.readFileSync(own, 'utf8')
      return [read({ name, path: own, size, text })]
    })
    return taken ?? []
  })
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
    if (reason !== 'ENOENT') onTrouble(reason)
    return undefined
  }
}

function isOrphan(folder: SpoolFolder, name: string, now: number): boolean {
  const [, holder = ''] = name.split('.')
  if (holder === 'free') return true
  const [host, pid, startedAt] = holder.split('-')
  const { process, fileSystem } = folder
  const { mtimeMs: touchedAt } = fileSystem.lstatSync(join(folder.path, name))
  // On another host or in another container, process ids have another meaning.
  if (host !== shortHash(process.host)) return now - touchedAt > staleMs
  if (Number(pid) === process.pid) {
    return Math.abs(Number.parseInt(startedAt ?? '', 36) - process.startedAt) > startToleranceMs
  }
  return !process.isAlive(Number(pid)) || now - touchedAt > staleMs
}

/** Whether this user wrote a file: a regular one, not shared, without further links. */
function isTrusted({ fileSystem, process }: SpoolFolder, path: string): boolean {
  const stats = fileSystem.lstatSync(path)
  if (!stats.isFile() || stats.nlink !== 1) return false
  return process.uid === undefined || (stats.uid === process.uid && (stats.mode & 0o077) === 0)
}

/** A short hash, which distinguishes values without showing them. */
export function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16)
}

/** The folder of a sink's files; `undefined` if it keeps none. */
export function journalFolderOf(
  options: {
    readonly spoolDir: string | false | undefined
    readonly service: string
    /** Identifies where messages go, so that a process sends only what was meant for the same place; `undefined` if nowhere. */
    readonly recipient: readonly string[] | undefined
  },
  environment: Pick<SinkEnvironment, 'variables' | 'fileSystem' | 'process' | 'clock'>,
): SpoolFolder | undefined {
  const { spoolDir, service, recipient } = options
  if (spoolDir === false || recipient === undefined) return undefined
  // Tests and replays must not find the files of others.
  if (spoolDir === undefined && !hasSystemClock(environment)) return undefined
  const { fileSystem, process } = environment
  return {
    path: spoolDir ?? defaultPath(environment.variables, process.uid),
    owner: shortHash(JSON.stringify([service, ...recipient])),
    fileSystem,
    process,
  }
}

/**
 * A folder of the service's own where systemd or the session names one, else one in the system's folder for temporary files, which
 * exists in every container; other users cannot access either.
 */
function defaultPath(variables: SinkEnvironment['variables'], uid: number | undefined): string {
  const [stateDirectory] = (variables['STATE_DIRECTORY'] ?? '').split(':')
  const base = stateDirectory || variables['XDG_STATE_HOME']
  if (base !== undefined && base !== '') return join(base, 'slack-logger')
  return join(tmpdir(), uid === undefined ? 'slack-logger' : `slack-logger-${uid}`)
}

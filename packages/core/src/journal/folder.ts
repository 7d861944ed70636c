import { createHash, randomUUID } from 'node:crypto'
import { constants } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type FileSystem,
  hasSystemClock,
  type ProcessIdentity,
  type SinkEnvironment,
} from '../environment.ts'
import type { Target } from '../options/target.ts'

/** A place for spool files that only this user can reach. */
export interface SpoolFolder {
  readonly path: string
  /** Stands for destination and service in files' names, so that each posts only its own. */
  readonly owner: string
  readonly fileSystem: FileSystem
  readonly process: ProcessIdentity
}

/** A living process touches its files at least so often, in milliseconds. */
export const heartbeatMs = 60_000
/** What was not touched for so long has no living process, in milliseconds. */
const staleMs = 5 * heartbeatMs
/** The two readings of one process's start differ by rounding, in milliseconds. */
const startToleranceMs = 5000

/**
 * Makes the folder if it is not there.
 *
 * @returns why it cannot be used, in words; `undefined` if it can
 */
export function prepareFolder({ path, fileSystem, process }: SpoolFolder): string | undefined {
  try {
    fileSystem.mkdirSync(path, { recursive: true, mode: 0o700 })
    const stats = fileSystem.lstatSync(path)
    if (stats.isSymbolicLink() || !stats.isDirectory()) return 'it is no directory'
    // Windows knows neither.
    if (process.uid === undefined) return undefined
    if (stats.uid !== process.uid) return 'it belongs to another user'
    return (stats.mode & 0o077) === 0 ? undefined : 'others can reach it; its mode must be 0700'
  } catch (error) {
    return (error as NodeJS.ErrnoException).code ?? String(error)
  }
}

/** Tells a sink's files from those of all others. */
export function createSerial(): string {
  return randomUUID().slice(0, 13)
}

/** Opens a file for appending. A new one must be new: it may not be somebody's link. */
export function openFile(folder: SpoolFolder, path: string, isNew: boolean): number {
  const { O_APPEND, O_RDWR, O_CREAT, O_EXCL } = constants
  // Windows has none.
  const { O_NOFOLLOW = 0 } = constants as Partial<typeof constants>
  const flags = O_APPEND | O_RDWR | O_NOFOLLOW | (isNew ? O_CREAT | O_EXCL : 0)
  return folder.fileSystem.openSync(path, flags, 0o600)
}

/**
 * Writes a text to the end of it.
 *
 * @returns its length in bytes
 * @throws what the file system throws, or that the disk is full: of what does not fit it takes a part without a word
 */
export function writeWhole(fileSystem: FileSystem, descriptor: number, text: string): number {
  const bytes = fileSystem.writeSync(descriptor, text)
  if (bytes < Buffer.byteLength(text)) throw new Error('the disk is full')
  return bytes
}

/** What a file holds, by the end of its name: events that are not told yet, or incidents. */
export type Extension = '.ndjson' | '.state.json'

/** The name of a file that this process has. */
export function ownPath(
  folder: SpoolFolder,
  serial: string,
  extension: Extension = '.ndjson',
): string {
  const { host, pid, startedAt } = folder.process
  const holder = `${shortHash(host)}-${pid}-${Math.round(startedAt).toString(36)}`
  return join(folder.path, `${folder.owner}.${holder}.${serial}${extension}`)
}

/** The name of a file that no process has any more. */
export function freePath(
  folder: SpoolFolder,
  serial: string,
  extension: Extension = '.ndjson',
): string {
  return join(folder.path, `${folder.owner}.free.${folder.process.pid}-${serial}${extension}`)
}

/** Files of this owner that no living process has, as paths. */
export function findOrphans(
  folder: SpoolFolder,
  now: number,
  extension: Extension = '.ndjson',
): readonly string[] {
  const { fileSystem, path, owner } = folder
  const names = fileSystem.readdirSync(path).filter((name) => name.startsWith(`${owner}.`))
  return names
    .filter((name) => name.endsWith(extension) && isOrphan(folder, name, now))
    .map((name) => join(path, name))
}

function isOrphan(folder: SpoolFolder, name: string, now: number): boolean {
  const [, holder = ''] = name.split('.')
  if (holder === 'free') return true
  const [host, pid, startedAt] = holder.split('-')
  const { process, fileSystem } = folder
  const touchedAt = fileSystem.lstatSync(join(folder.path, name), {
    throwIfNoEntry: false,
  })?.mtimeMs
  // Another heir was faster.
  if (touchedAt === undefined) return false
  // On another host, or in another container, process numbers mean something else.
  if (host !== shortHash(process.host)) return now - touchedAt > staleMs
  if (Number(pid) === process.pid) {
    return Math.abs(Number.parseInt(startedAt ?? '', 36) - process.startedAt) > startToleranceMs
  }
  return !process.isAlive(Number(pid)) || now - touchedAt > staleMs
}

/** Whether a file is one that this user wrote: regular, not shared, not linked from elsewhere. */
export function isTrusted({ fileSystem, process }: SpoolFolder, path: string): boolean {
  const stats = fileSystem.lstatSync(path)
  if (!stats.isFile() || stats.nlink !== 1) return false
  return process.uid === undefined || (stats.uid === process.uid && (stats.mode & 0o077) === 0)
}

/** A few characters that tell values apart and do not show them. */
export function shortHash(value: string): string {
  return createHash('sha256').update(value).digest('hex').slice(0, 16)
}

/** Where a sink keeps what is not told yet; `undefined` if nowhere. */
export function spoolFolderOf(
  options: {
    readonly spoolDir: string | false | undefined
    readonly target: Target
    readonly service: string
  },
  environment: Pick<SinkEnvironment, 'variables' | 'fileSystem' | 'process' | 'clock'>,
): SpoolFolder | undefined {
  const { spoolDir, target, service } = options
  if (spoolDir === false || target.kind === 'preview' || target.kind === 'off') return undefined
  // Tests and replays must not find what others of their kind have left.
  if (spoolDir === undefined && !hasSystemClock(environment)) return undefined
  const { fileSystem, process } = environment
  return {
    path: spoolDir ?? defaultPath(environment.variables, process.uid),
    owner: shortHash(JSON.stringify([service, ...identityOf(target)])),
    fileSystem,
    process,
  }
}

/**
 * A folder of the service's own where systemd or the session names one, else one below the system's folder for temporary files,
 * which is there in every container; others cannot reach into either.
 */
function defaultPath(variables: SinkEnvironment['variables'], uid: number | undefined): string {
  const [stateDirectory] = (variables['STATE_DIRECTORY'] ?? '').split(':')
  const base = stateDirectory || variables['XDG_STATE_HOME']
  if (base !== undefined && base !== '') return join(base, 'slack-logger')
  return join(tmpdir(), uid === undefined ? 'slack-logger' : `slack-logger-${uid}`)
}

/** What messages go to, so that a service posts only what was meant for the same place. */
function identityOf(target: Target & { kind: 'webApi' | 'webhook' }): readonly string[] {
  if (target.kind === 'webhook') return [target.url]
  return [target.slackApiUrl, target.channel, installationOf(target.token)]
}

/** A bot token names its workspace and bot before its secret, which may change between two starts. */
function installationOf(token: string): string {
  return /^xoxb-\d+-\d+-/.exec(token)?.[0] ?? token
}

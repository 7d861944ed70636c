import * as fs from 'node:fs'
import { hostname } from 'node:os'
import { performance } from 'node:perf_hooks'
import * as timers from 'node:timers'

/** A timer that was set; it keeps no process alive unless `ref` is called. */
export interface Timer {
  cancel(): void
  ref?(): void
}

/** The time of a sink. */
export interface Clock {
  /** The time that messages show, in milliseconds since 1970. It may be set at any time: nothing waits for it. */
  now(): number
  /**
   * The time that passes, in milliseconds from any fixed moment; it is never set.
   *
   * @default `now`, for a time that is never set either
   */
  monotonic?(): number
  setTimer(callback: () => void, delayMs: number): Timer
}

/** The synchronous part of `node:fs` that the journal uses. */
export type FileSystem = Pick<
  typeof fs,
  | 'closeSync'
  | 'fstatSync'
  | 'futimesSync'
  | 'lstatSync'
  | 'mkdirSync'
  | 'openSync'
  | 'readFileSync'
  | 'readdirSync'
  | 'renameSync'
  | 'unlinkSync'
  | 'utimesSync'
  | 'writeSync'
>

/** Which process this is. */
export interface ProcessIdentity {
  readonly pid: number
  readonly host: string
  /** In milliseconds since 1970. */
  readonly startedAt: number
  /** `undefined` where users have no numbers. */
  readonly uid: number | undefined
  /** Whether another process of this host is running. */
  isAlive(pid: number): boolean
}

/** What a sink takes from its process, so that tests and replays can replace it. */
export interface SinkEnvironment {
  /** @default process.env */
  readonly variables: Readonly<Record<string, string | undefined>>
  /**
   * A sink with a clock of its own keeps nothing on disk unless `spoolDir` says where.
   *
   * @default the system's clock, with timers that keep no process alive and that the fake timers of a test do not stop
   */
  readonly clock: Clock
  /**
   * From 0 to 1.
   *
   * @default Math.random
   */
  readonly random: () => number
  /**
   * Takes the place of the network, so that messages are sent through it when `NODE_ENV` is `test`, too.
   *
   * @default `node:http`, or the global `fetch` where a service has replaced it or given it a dispatcher
   */
  readonly fetch: typeof globalThis.fetch | undefined
  /**
   * Takes one line without its newline.
   *
   * @default a synchronous write to file descriptor 2
   */
  readonly writeStderr: (line: string) => void
  /** @default node:fs */
  readonly fileSystem: FileSystem
  /** @default this process */
  readonly process: ProcessIdentity
  /** Called with each failure that is counted, with its fingerprint and when it was, in milliseconds since 1970. */
  readonly onCounted?: ((fingerprint: string, at: number) => void) | undefined
}

// As they are when this file is loaded. With the fake timers of a test, nothing would be sent until the test moves its time, a test that
// runs all timers would never end, and Jest warns of whoever uses them after their test file. Those of `node:timers` are also there, with
// `unref`, where a test has the globals of a browser.
const { setTimeout, clearTimeout } = timers
const monotonic = performance.now.bind(performance)
const now = Date.now.bind(Date)

const systemClock: Clock = {
  now,
  monotonic,
  setTimer: (callback, delayMs) => {
    const timeout = setTimeout(callback, delayMs)
    timeout.unref()
    return { cancel: () => clearTimeout(timeout), ref: () => timeout.ref() }
  },
}

/** A worker's `process.stderr` is lost at exit, so lines go to the descriptor itself. */
function writeStderr(line: string): void {
  fs.writeSync(2, `${line}\n`)
}

/** Writes a line as a caller said, and never throws. */
function writer(write: SinkEnvironment['writeStderr']): SinkEnvironment['writeStderr'] {
  return (line) => {
    try {
      write(line)
    } catch {
      // A closed or full stderr cannot be reported anywhere, and must not hurt the service.
    }
  }
}

/** Whether time is what it is for the rest of the machine. */
export function hasSystemClock({ clock }: Pick<SinkEnvironment, 'clock'>): boolean {
  return clock === systemClock
}

/** Fills in what a caller left out. */
export function resolveEnvironment(given: Partial<SinkEnvironment> = {}): SinkEnvironment {
  return {
    variables: given.variables ?? process.env,
    clock: given.clock ?? systemClock,
    random: given.random ?? Math.random,
    fetch: given.fetch,
    writeStderr: writer(given.writeStderr ?? writeStderr),
    fileSystem: given.fileSystem ?? fs,
    process: given.process ?? thisProcess(),
    onCounted: given.onCounted,
  }
}

/** Without a permission to read it, as in Deno, it is not known. */
function ifAllowed<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch {
    return undefined
  }
}

export const thisHost: string = ifAllowed(hostname) ?? 'unknown'

/** Of the process, which may have changed it since its start. */
export function userId(): number | undefined {
  return ifAllowed(() => process.getuid?.())
}

function thisProcess(): ProcessIdentity {
  return {
    pid: process.pid,
    host: thisHost,
    startedAt: now() - process.uptime() * 1000,
    uid: userId(),
    isAlive(pid) {
      try {
        return process.kill(pid, 0)
      } catch (error) {
        // Else it belongs to somebody else, or this process may not ask.
        return (error as NodeJS.ErrnoException).code !== 'ESRCH'
      }
    },
  }
}

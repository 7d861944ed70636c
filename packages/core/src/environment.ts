import { writeSync } from 'node:fs'

/** A timer that was set; it keeps no process alive unless `ref` is called. */
export interface Timer {
  cancel(): void
  ref?(): void
}

/** All the time that a sink knows. */
export interface Clock {
  /** In milliseconds since 1970. */
  now(): number
  setTimer(callback: () => void, delayMs: number): Timer
}

/** What a sink takes from the world around it, so that tests and replays can give their own. */
export interface SinkEnvironment {
  /** @default process.env */
  readonly variables: Readonly<Record<string, string | undefined>>
  /** @default the system's clock, with timers that keep no process alive */
  readonly clock: Clock
  /**
   * From 0 to 1.
   *
   * @default Math.random
   */
  readonly random: () => number
  /** @default the global `fetch` at the time of the call */
  readonly fetch: typeof globalThis.fetch
  /**
   * Takes one line without its newline.
   *
   * @default a synchronous write to file descriptor 2
   */
  readonly writeStderr: (line: string) => void
}

const systemClock: Clock = {
  now: () => Date.now(),
  setTimer: (callback, delayMs) => {
    const timeout = setTimeout(callback, delayMs)
    timeout.unref()
    return { cancel: () => clearTimeout(timeout), ref: () => timeout.ref() }
  },
}

/** A worker's `process.stderr` is lost at exit, so lines go to the descriptor itself. */
function writeStderr(line: string): void {
  try {
    writeSync(2, `${line}\n`)
  } catch {
    // A closed or full stderr leaves no place to say so, and must not hurt the service.
  }
}

/** Fills in what a caller left out. */
export function resolveEnvironment(given: Partial<SinkEnvironment> = {}): SinkEnvironment {
  return {
    variables: given.variables ?? process.env,
    clock: given.clock ?? systemClock,
    random: given.random ?? Math.random,
    fetch: given.fetch ?? ((input, init) => globalThis.fetch(input, init)),
    writeStderr: given.writeStderr ?? writeStderr,
  }
}

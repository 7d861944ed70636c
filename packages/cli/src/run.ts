import { type ChildProcess, spawn } from 'node:child_process'
import { constants } from 'node:os'
import { createSlackSink, type LogRecord } from '@slack-logger/core'
import { severityOf } from '@slack-logger/core/tooling'
import { withoutDoubles } from './lines/doubles.ts'
import { LineReader } from './lines/line-reader.ts'
import { type OptionFlags, readOptions } from './options.ts'

const passedOn = ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGUSR1', 'SIGUSR2'] as const

/** How a program ended. */
interface End {
  readonly code: number
  readonly signal: NodeJS.Signals | null
}

/**
 * Runs a program: passes on what it prints and the signals it is sent, alerts about the errors that it prints and about a crash, and ends as it
 * did.
 *
 * @throws for a program that cannot be started
 */
export async function run(given: readonly string[], flags: OptionFlags): Promise<void> {
  const { options } = await readOptions(flags)
  const [program = '', ...parameters] = given
  const child = spawn(program, parameters, { stdio: ['inherit', 'pipe', 'pipe'] })
  const sink = createSlackSink(options)
  const crash = new CrashReport((record) => sink.write(record))
  const asked = passSignals(child)
  const take = withoutDoubles((record, found) =>
    found === 'plain' ? crash.hold(record) : crash.take(record),
  )
  const [stdout, stderr] = [new LineReader(take), new LineReader(take)]
  for (const [name, lines] of [
    ['stdout', stdout],
    ['stderr', stderr],
  ] as const) {
    const stream = child[name]
    stream.on('data', (bytes: Buffer) => lines.read(bytes)).pipe(process[name], { end: false })
    // Nobody reads what is printed any longer: the program is to notice that, and may end by it.
    process[name].on('error', () => {
      crash.isUnread = true
      stream.destroy()
    })
  }
  child.stderr.on('data', (bytes: Buffer) => crash.printed(bytes))
  const end = await ended(child, program)
  child.stdout.destroy()
  child.stderr.destroy()
  stdout.end()
  stderr.end()
  crash.end(asked() ? { code: 0, signal: null } : end)
  process.exitCode = end.code
  await sink.close()
}

/** @returns whether the end of the program was asked for */
function passSignals(child: ChildProcess): () => boolean {
  let isAsked = false
  for (const signal of passedOn)
    process.on(signal, () => {
      isAsked ||= !signal.startsWith('SIGUSR')
      // A terminal sends it to both.
      if (signal !== 'SIGINT' || !process.stdin.isTTY) child.kill(signal)
    })
  return () => isAsked
}

function ended(child: ChildProcess, program: string): Promise<End> {
  return new Promise((resolve, reject) => {
    child.once('error', (error: NodeJS.ErrnoException) => {
      // As shells do.
      process.exitCode = error.code === 'ENOENT' ? 127 : 126
      reject(new Error(`${program} cannot be started: ${error.code ?? error.message}`))
    })
    child.once('exit', (code, signal) => {
      const end = { code: signal === null ? (code ?? 0) : 128 + constants.signals[signal], signal }
      const finish = (): void => {
        clearInterval(timer)
        resolve(end)
      }
      let arrived = true
      for (const stream of [child.stdout, child.stderr])
        stream?.on('data', () => {
          arrived = true
        })
      const isUnread = (): boolean =>
        [child.stdout, child.stderr].some((stream) => (stream?.readableLength ?? 0) > 0)
      child.once('close', finish)
      // A program that it started may go on, and keep its output open.
      const timer = setInterval(() => {
        if (!arrived && !isUnread()) finish()
        arrived = false
      }, quietMs)
    })
  })
}

/** After an end, further output is waited for until there was none for so long, in milliseconds. */
const quietMs = 500
/** For so long, an error that was printed may be why the program ends, in milliseconds. */
const causesWithinMs = 2000
const maxTail = 2000

/** Reports a crash once: with the error that was printed last, unless the program has reported it as fatal itself. */
class CrashReport {
  readonly #write: (record: LogRecord) => void
  #held: LogRecord | undefined
  #timer: NodeJS.Timeout | undefined
  #fatalAt = Number.NEGATIVE_INFINITY
  #lastErrorAt = Number.NEGATIVE_INFINITY
  /** What was printed to stderr last. */
  #tail = ''
  /** Whether nobody reads any longer what the program prints, so that printing fails. */
  isUnread = false

  constructor(write: (record: LogRecord) => void) {
    this.#write = write
  }

  take(record: LogRecord): void {
    const now = performance.now()
    const severity = record.severity ?? severityOf(record.level)
    if (severity >= fatal || isUncaught(record)) this.#fatalAt = now
    this.#lastErrorAt = severity >= error ? now : Number.NEGATIVE_INFINITY
    this.#write(record)
  }

  /** Keeps an error until it is known whether the program ends by it. */
  hold(record: LogRecord): void {
    this.#release()
    this.#held = record
    this.#timer = setTimeout(() => {
      this.#release()
      // winston ends the program 3 s after an uncaught error.
      this.#lastErrorAt = performance.now()
    }, causesWithinMs)
  }

  printed(bytes: Buffer): void {
    this.#tail = (this.#tail + bytes.toString()).slice(-maxTail)
  }

  end(end: End): void {
    const { code, signal } = end
    const message = this.isUnread ? undefined : describeEnd(end, this.#tail)
    if (this.isUnread && brokenPipe.test(JSON.stringify(this.#held?.error))) this.#held = undefined
    if (message === undefined || (this.#held === undefined && this.#isReported(end))) {
      this.#release()
      return
    }
    clearTimeout(this.#timer)
    const { error: cause, message: printed = '' } = this.#held ?? {}
    const fields = {
      ...(signal === null ? { exitCode: code } : { signal }),
      ...(printed !== '' && { printed }),
      ...(this.#held === undefined && this.#tail !== '' && { stderr: this.#tail }),
    }
    this.#write({
      level: 'fatal',
      time: Date.now(),
      message,
      ...(cause !== undefined && { error: cause }),
      fields,
    })
  }

  /** Whether the program has logged why it ends. Want of memory is nothing that it knows. */
  #isReported({ code, signal }: End): boolean {
    if (code === killed || heapIsFull.test(this.#tail)) return false
    const since = performance.now() - causesWithinMs
    return this.#fatalAt > since || (signal === null && this.#lastErrorAt > since)
  }

  #release(): void {
    clearTimeout(this.#timer)
    if (this.#held !== undefined) this.#write(this.#held)
    this.#held = undefined
  }
}

const [error, fatal] = [50, 60]

/** Whether winston's `exitOnError` or a listener of the service logs that nothing caught an error. */
function isUncaught({ message, fields }: LogRecord): boolean {
  return fields['exception'] === true || /^uncaught/i.test(message)
}

const brokenPipe = /\bEPIPE\b|BrokenPipe|Broken pipe/

const killed = 128 + constants.signals.SIGKILL
const ordered: ReadonlySet<number> = new Set(
  (['SIGTERM', 'SIGINT', 'SIGHUP'] as const).map((signal) => 128 + constants.signals[signal]),
)
const heapIsFull = /FATAL ERROR: .*(?:heap|memory)/i

/** What happened, if it was a crash. */
function describeEnd({ code, signal }: End, tail: string): string | undefined {
  if (code === 0 || ordered.has(code)) return undefined
  if (heapIsFull.test(tail))
    return 'The process ran out of memory: its JavaScript heap is full (--max-old-space-size)'
  if (code === killed)
    return 'The process was killed (SIGKILL), probably since the machine or its container ran out of memory'
  return signal === null
    ? `The process exited with code ${code}`
    : `The process was ended by ${signal}`
}

import { loadCore } from '#load-core'
import { Writable } from 'node:stream'
import type {
  FlushOptions,
  LogRecord,
  SinkEnvironment,
  SinkHealth,
  SlackSink,
} from '@slack-logger/core'
import { LineReader } from './line-reader.ts'
import { type PinoSlackOptions, resolvePinoOptions } from './options.ts'

/** A destination for pino in the application's own thread: a stream that takes one line of JSON with each write. */
export class SlackStream extends Writable {
  /** Read by `pino.multistream`, which would keep the lines below 30 from a stream without a level. */
  readonly levelVal: number = 0
  readonly #reader: LineReader
  readonly #sink: SlackSink

  /** @param environment for tests: replaces the clock, the network and the file system */
  constructor(options: PinoSlackOptions, environment?: Partial<SinkEnvironment>) {
    super({ decodeStrings: false })
    const resolved = resolvePinoOptions(options)
    this.#reader = new LineReader(resolved, { isInWorker: false })
    this.#sink = loadCore().createSlackSink(resolved.sink, environment)
    // pino emits it on any stream that a logger is made with.
    this.on('message', (message: unknown) => this.#reader.receive(message))
    // As pino's own destinations do once they can be written to.
    process.nextTick(() => this.emit('ready'))
  }

  /** Accepts one line, or the object that it would be. Returns at once, and neither throws nor emits an error, even after the end. */
  override write(line: unknown, ...others: readonly unknown[]): boolean {
    if (typeof line === 'string' || line instanceof Uint8Array) {
      const text = typeof line === 'string' ? line : Buffer.from(line).toString()
      const record = this.#reader.read(text, this.#sink.minLevel)
      if (record !== null) this.#sink.write(record)
    } else this.#sink.write(line as LogRecord)
    const callback = others.at(-1)
    if (typeof callback === 'function') process.nextTick(callback)
    return true
  }

  /**
   * Sends what is queued, calls back, and resolves with whether everything was sent within the time. `logger.flush(callback)` calls
   * it.
   */
  async flush(wanted?: (() => void) | FlushOptions): Promise<boolean> {
    const isDone = await this.#sink.flush(typeof wanted === 'function' ? {} : wanted)
    if (typeof wanted === 'function') wanted()
    return isDone
  }

  /** Like `end`, which sends what is queued and accepts no more lines, but returns a promise. */
  close(): Promise<void> {
    this.end()
    return this.#sink.close()
  }

  /** Sends a report now. Resolves with whether it was sent, or the leader of the fleet has been asked to. */
  report(): Promise<boolean> {
    return this.#sink.report()
  }

  /** Delivery statistics since start. */
  health(): SinkHealth {
    return this.#sink.health()
  }

  /** Called for the last line in `end(line)`. */
  override _write(line: unknown, _encoding: BufferEncoding, done: () => void): void {
    this.write(line)
    done()
  }

  override _final(done: () => void): void {
    void this.#sink.close().then(done)
  }

  /** Also called without `end`, by `destroy`. */
  override _destroy(reason: Error | null, done: (reason: Error | null) => void): void {
    void this.#sink.close().then(() => done(reason))
  }
}

/**
 * Creates a destination for pino without a worker: for bundlers, serverless functions and `pino.multistream`.
 *
 * @param environment for tests: replaces the clock, the network and the file system
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * const logger = pino(createSlackStream({ channel: '#alerts' }))
 */
export function createSlackStream(
  options: PinoSlackOptions = {},
  environment?: Partial<SinkEnvironment>,
): SlackStream {
  return new SlackStream(options, environment)
}

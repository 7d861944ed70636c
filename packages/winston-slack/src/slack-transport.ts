import {
  createSlackSink,
  type LogRecord,
  type SinkEnvironment,
  type SinkHealth,
  type SlackOptions,
  type SlackSink,
} from '@slack-logger/core'
import TransportStream from 'winston-transport'
import { ExceptionWatch } from './exception-watch.ts'
import { levelOf, readInfo, type WinstonInfo } from './read-info.ts'
import { alertSeverityOf, severityIn, type WinstonLevels } from './winston-levels.ts'

/** What the winston adapter accepts: everything a sink does, and what every winston transport does. */
export interface SlackTransportOptions extends Omit<SlackOptions, 'level' | 'contextLevel'> {
  /**
   * From which level on a record is an alert, by the logger's own levels.
   *
   * @default 'error'
   */
  readonly level?: string
  /** From which level on records below `level` are kept as context for the thread of the next alert. Off unless set. */
  readonly contextLevel?: string
  /** Whether records are ignored altogether. */
  readonly silent?: boolean
  /** Whether uncaught exceptions are logged here. */
  readonly handleExceptions?: boolean
  /** Whether unhandled rejections are logged here. */
  readonly handleRejections?: boolean
  /** A format of its own. Messages are built from the record and not from its formatted text, so few need one. */
  readonly format?: TransportStream.TransportStreamOptions['format']
}

/** winston ends the process 3 seconds after an uncaught exception, whatever is unsent; in milliseconds. */
const exceptionMs = 2500

/**
 * A winston transport that keeps one live Slack message per incident.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * const logger = winston.createLogger({
 *   transports: [new winston.transports.File({ filename: 'app.log' }), new SlackTransport({ channel: '#alerts' })],
 * })
 */
export class SlackTransport extends TransportStream {
  /** The name winston and its users know it by. */
  readonly name: string = 'slack'
  declare levels: WinstonLevels | undefined
  readonly #sink: SlackSink
  readonly #alertLevel: string
  readonly #exceptions: ExceptionWatch

  /** @param environment for tests: what stands for the world around the sink */
  constructor(options: SlackTransportOptions = {}, environment?: Partial<SinkEnvironment>) {
    const {
      level = 'error',
      contextLevel,
      silent,
      handleExceptions,
      handleRejections,
      format,
      ...rest
    } = options
    super({
      // Context must get in as well; the sink tells it from alerts.
      level: contextLevel ?? level,
      ...(silent !== undefined && { silent }),
      ...(handleExceptions !== undefined && { handleExceptions }),
      ...(handleRejections !== undefined && { handleRejections }),
      ...(format !== undefined && { format }),
    })
    this.#alertLevel = level
    this.#sink = createSlackSink(
      {
        ...rest,
        level: alertSeverityOf(level),
        ...(contextLevel !== undefined && { contextLevel: 0 }),
      },
      environment,
    )
    this.#exceptions = new ExceptionWatch(this)
    this.once('pipe', () => this.#expectKnown({ level, contextLevel }))
  }

  override log(info: WinstonInfo, next: () => void): void {
    if (!this.#exceptions.isRepeat(info)) this.#sink.write(this.#read(info))
    if (this.#exceptions.isAwaited(info)) {
      void this.#sink.flush({ timeoutMs: exceptionMs }).finally(this.#exceptions.take())
    }
    if (this.listenerCount('logged') > 0) setImmediate(() => this.emit('logged', info))
    // winston stalls every transport of a logger while one of them has not called back.
    next()
  }

  /** Sends what waits. Resolves with whether everything was sent within the time. */
  flush(options?: { readonly timeoutMs?: number }): Promise<boolean> {
    return this.#sink.flush(options)
  }

  /** What became of everything so far. */
  health(): SinkHealth {
    return this.#sink.health()
  }

  /** What winston calls when the transport is removed or the logger closed. */
  override close(): void {
    void this.#sink.close()
  }

  /** Holds back `finish`, and so that of `logger.end()`, until Slack has the last message. */
  override _final(done: () => void): void {
    void this.#sink.close().finally(done)
  }

  #read(info: WinstonInfo): LogRecord {
    const level = levelOf(info)
    const severity = severityIn(this.levels ?? {}, { level, alertLevel: this.#alertLevel })
    try {
      return readInfo(info, { now: Date.now(), severity })
    } catch (error) {
      // A getter that throws is no reason to hide that something was logged.
      const message = 'a record that cannot be read'
      return { level, severity, time: Date.now(), message, error, fields: {} }
    }
  }

  /** A level that the logger does not know would let nothing through, without a word. */
  #expectKnown(given: Readonly<Record<string, string | undefined>>): void {
    const levels = this.levels
    if (levels === undefined) return
    for (const [name, level] of Object.entries(given)) {
      if (level !== undefined && !Object.hasOwn(levels, level)) {
        const known = Object.keys(levels).map((label) => `'${label}'`)
        throw new TypeError(
          `Expected \`${name}\` to be one of the logger's levels ${known.join(', ')}, got '${level}'`,
        )
      }
    }
  }
}

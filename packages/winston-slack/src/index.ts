import { loadCore } from '#load-core'
import type {
  LogRecord,
  SinkEnvironment,
  SinkHealth,
  SlackOptions,
  SlackSink,
} from '@slack-logger/core'
import TransportStream from 'winston-transport'
import { ExceptionWatch } from './exception-watch.ts'
import {
  alertSeverityOf,
  levelOf,
  readInfo,
  severityIn,
  type WinstonInfo,
  type WinstonLevels,
} from './read-info.ts'

/** Options of the winston adapter: those of the sink and those of every winston transport. */
export interface SlackTransportOptions extends Omit<SlackOptions, 'level' | 'contextLevel'> {
  /**
   * The alert threshold: one of the logger's levels. This level and more severe ones alert.
   *
   * @default 'error'
   */
  readonly level?: string
  /** One of the logger's levels. Records from this level up to `level` are shown in the thread of the next alert. Off unless set. */
  readonly contextLevel?: string
  /** Whether to ignore all records. */
  readonly silent?: boolean
  /** Whether to log uncaught exceptions here. */
  readonly handleExceptions?: boolean
  /** Whether to log unhandled rejections here. */
  readonly handleRejections?: boolean
  /** A format for this transport. Messages are built from the record and not from its formatted text, so few need one. */
  readonly format?: TransportStream.TransportStreamOptions['format']
}

/** winston ends the process 3 seconds after an uncaught exception, even if something is not sent. */
const exceptionFlushMs = 2500

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
  /** The name of the transport in winston. */
  readonly name: string = 'slack'
  declare levels: WinstonLevels | undefined
  readonly #sink: SlackSink
  readonly #alertLevel: string
  readonly #exceptions: ExceptionWatch

  /** @param environment for tests: replaces the clock, the network and the file system */
  constructor(options: SlackTransportOptions = {}, environment?: Partial<SinkEnvironment>) {
    const { silent, handleExceptions, handleRejections, format, ...others } = options
    const { level: givenLevel, contextLevel: givenContextLevel, ...sinkOptions } = others
    // An empty string, as from an environment variable, counts as not given.
    const level = givenLevel || 'error'
    const contextLevel = givenContextLevel || undefined
    super({
      // The sink separates context from alerts.
      level: contextLevel ?? level,
      ...(silent !== undefined && { silent }),
      ...(handleExceptions !== undefined && { handleExceptions }),
      ...(handleRejections !== undefined && { handleRejections }),
      ...(format !== undefined && { format }),
    })
    this.#alertLevel = level
    this.#sink = loadCore().createSlackSink(
      {
        ...sinkOptions,
        level: alertSeverityOf(level),
        ...(contextLevel !== undefined && { contextLevel: 0 }),
      },
      environment,
    )
    this.#exceptions = new ExceptionWatch(this)
    this.once('pipe', () => this.#checkLevels({ level, contextLevel }))
  }

  override log(info: WinstonInfo, next: () => void): void {
    if (!this.#exceptions.isRepeat(info)) this.#sink.write(this.#read(info))
    if (this.#exceptions.isAwaited(info)) {
      void this.#sink
        .flush({ timeoutMs: exceptionFlushMs })
        .finally(this.#exceptions.takeListeners())
    }
    if (this.listenerCount('logged') > 0) setImmediate(() => this.emit('logged', info))
    // Until this is called, winston passes nothing to any transport of the logger.
    next()
  }

  /** Sends what is queued. Resolves with whether everything was sent within the time. */
  flush(options?: { readonly timeoutMs?: number }): Promise<boolean> {
    return this.#sink.flush(options)
  }

  /** Delivery statistics since start. */
  health(): SinkHealth {
    return this.#sink.health()
  }

  /** Called by winston when the transport is removed or the logger is closed. */
  override close(): void {
    void this.#sink.close()
  }

  /** Delays `finish`, and so the one of `logger.end()`, until the last message is sent. */
  override _final(done: () => void): void {
    void this.#sink.close().finally(done)
  }

  #read(info: WinstonInfo): LogRecord {
    const level = levelOf(info)
    const severity = severityIn(this.levels ?? {}, { level, alertLevel: this.#alertLevel })
    try {
      return readInfo(info, { now: Date.now(), severity })
    } catch (error) {
      // A getter threw; people should see that something was logged all the same.
      const message = 'a record that cannot be read'
      return { level, severity, time: Date.now(), message, error, fields: {} }
    }
  }

  /** With a level that the logger does not have, winston would silently pass nothing. */
  #checkLevels(given: Readonly<Record<string, string | undefined>>): void {
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

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
import { watchFormat } from './format-watch.ts'
import {
  contextSeverity,
  levelOf,
  minAlertSeverity,
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
  readonly level?: string | undefined
  /** One of the logger's levels. Records from this level up to `level` are shown in the thread of the next alert. Off unless set. */
  readonly contextLevel?: string | undefined
  /** Whether to ignore all records. */
  readonly silent?: boolean | undefined
  /** Whether to log uncaught exceptions here. */
  readonly handleExceptions?: boolean | undefined
  /** Whether to log unhandled rejections here. */
  readonly handleRejections?: boolean | undefined
  /** A format for this transport. Messages are built from the record and not from its formatted text, so few need one. */
  readonly format?: TransportStream.TransportStreamOptions['format'] | undefined
}

/** A logger of winston, or any other stream. */
type PipedLogger = Parameters<typeof watchFormat>[0] & { readonly levels?: WinstonLevels }

const defaultLevel = 'error'

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
  /**
   * The level that winston passes records from. Set it to change the alert threshold at run time; `undefined` sets the default.
   * With `contextLevel` it reads as the less severe of both.
   *
   * @throws TypeError for a level that the logger does not have
   */
  declare level: string
  readonly #createSink: () => SlackSink
  #sink: SlackSink
  #isClosed = false
  #alertLevel: string
  readonly #contextLevel: string | undefined
  readonly #exceptions: ExceptionWatch
  /** How many loggers pass their records here. */
  #loggers = 0

  /** @param environment for tests: replaces the clock, the network and the file system */
  constructor(options: SlackTransportOptions = {}, environment?: Partial<SinkEnvironment>) {
    const { silent, handleExceptions, handleRejections, format, ...others } = options
    const { level, contextLevel, ...sinkOptions } = others
    refuseOldFormatter(options.formatter)
    super({
      ...(silent !== undefined && { silent }),
      ...(handleExceptions !== undefined && { handleExceptions }),
      ...(handleRejections !== undefined && { handleRejections }),
      ...(format !== undefined && { format }),
    })
    this.#alertLevel = level || defaultLevel
    // An empty string, as from an environment variable, counts as not given.
    this.#contextLevel = contextLevel || undefined
    const levels = {
      level: minAlertSeverity,
      ...(this.#contextLevel !== undefined && { contextLevel: contextSeverity }),
    }
    this.#createSink = () => loadCore().createSlackSink({ ...sinkOptions, ...levels }, environment)
    this.#sink = this.#createSink()
    this.#exceptions = new ExceptionWatch(this)
    Object.defineProperty(this, 'level', {
      get: () => this.#leastSevereLevel(),
      set: (given: string | undefined) => {
        this.#setLevel(given)
      },
      enumerable: true,
      configurable: true,
    })
    // Any number of loggers may share a transport.
    this.setMaxListeners(0)
    this.on('pipe', (logger: PipedLogger) => this.#join(logger))
    this.on('unpipe', () => this.#leave())
  }

  override log(info: WinstonInfo, next?: () => void): boolean {
    if (!this.#exceptions.isRepeat(info)) this.#write(info)
    if (this.#exceptions.isAwaited(info)) {
      void this.#sink
        .flush({ timeoutMs: exceptionFlushMs })
        .finally(this.#exceptions.takeListeners())
    }
    if (this.listenerCount('logged') > 0) setImmediate(() => this.emit('logged', info))
    // Until this is called, winston passes nothing to any transport of the logger.
    next?.()
    return true
  }

  /** Sends what is queued. Resolves with whether everything was sent within the time. */
  flush(options?: { readonly timeoutMs?: number }): Promise<boolean> {
    return this.#sink.flush(options)
  }

  /** Sends a report now. Resolves with whether it was sent, or the leader of the fleet has been asked to. */
  report(): Promise<boolean> {
    return this.#sink.report()
  }

  /** Delivery statistics since start, or since the transport was last opened again. */
  health(): SinkHealth {
    return this.#sink.health()
  }

  /**
   * Sends what is queued, and closes the transport if no logger uses it then; the next record opens it again. Called by winston
   * when the transport is removed or a logger is closed. Resolves when that is done, and never rejects.
   */
  // oxlint-disable-next-line typescript/no-misused-promises -- winston does not wait, and this never rejects
  override async close(): Promise<void> {
    const sink = this.#sink
    const isSent = await sink.flush()
    // `logger.configure()` and `logger.clear().add()` remove a transport only to add it again. While Slack does not respond, the
    // sink goes on trying.
    if (isSent && this.#loggers === 0 && sink === this.#sink) await this.#close()
  }

  /** Delays `finish`, and so the one of `logger.end()`, until the last message is sent. */
  override _final(done: () => void): void {
    void this.#close().finally(done)
  }

  /** For a format of the transport winston copies the info, and the copy of an Error would have neither message nor stack. */
  override _write(info: unknown, encoding: BufferEncoding, callback: () => void): void {
    const copied = this.format !== undefined && info instanceof Error ? copyOf(info) : info
    // oxlint-disable-next-line no-underscore-dangle -- the name that streams give it
    super._write(copied, encoding, callback)
  }

  #write(info: WinstonInfo): void {
    if (this.#isClosed) {
      this.#sink = this.#createSink()
      this.#isClosed = false
    }
    this.#sink.write(this.#read(info))
  }

  #read(info: WinstonInfo): LogRecord {
    const level = levelOf(info)
    const severity = severityIn(this.levels ?? {}, { level, alertLevel: this.#alertLevel })
    try {
      return readInfo(info, { now: Date.now(), severity, isMasked: false })
    } catch (error) {
      // A getter threw; people should see that something was logged all the same.
      const message = 'a record that cannot be read'
      return { level, severity, time: Date.now(), message, error, fields: {} }
    }
  }

  #join(logger: PipedLogger): void {
    watchFormat(logger)
    this.#loggers += 1
    // winston-transport takes those of the first logger only, although the transport may move on to another.
    if (this.#loggers === 1) this.levels = logger.levels
    this.#checkLevels({ level: this.#alertLevel, contextLevel: this.#contextLevel })
    if (logger.levels !== undefined) this.#checkOrder(logger.levels)
  }

  #leave(): void {
    this.#loggers -= 1
    void this.close()
  }

  #close(): Promise<void> {
    this.#isClosed = true
    return this.#sink.close()
  }

  #setLevel(given: string | undefined): void {
    const level = given || defaultLevel
    this.#checkLevels({ level })
    this.#alertLevel = level
  }

  /** The sink separates context from alerts. */
  #leastSevereLevel(): string {
    const { levels } = this
    const contextLevel = this.#contextLevel ?? this.#alertLevel
    const isBelow = (levels?.[contextLevel] ?? 1) > (levels?.[this.#alertLevel] ?? 0)
    return isBelow ? contextLevel : this.#alertLevel
  }

  /** winston compares the records of all loggers by the levels of the first one, and would silently pass none of a level that it lacks. */
  #checkOrder(levels: WinstonLevels): void {
    const { levels: known = levels, level } = this
    const isPassed = (scale: WinstonLevels, label: string): boolean =>
      (scale[label] ?? Infinity) <= (scale[level] ?? -1)
    const lost = Object.keys(levels).find(
      (label) => isPassed(levels, label) && !isPassed(known, label),
    )
    if (lost === undefined) return
    throw new TypeError(
      `Expected the loggers of one transport to have the same levels, got '${lost}' in one of them only; use a transport for each`,
    )
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

function copyOf(error: Error): object {
  const { message, stack, cause } = error
  return Object.assign({}, error, { message, stack, cause })
}

/**
 * A formatter of winston-slack-webhook-transport takes the info, which has neither `text` nor `blocks`: it would write
 * `undefined: undefined`.
 */
function refuseOldFormatter(formatter: unknown): void {
  if (typeof formatter !== 'function' || formatter.length !== 1) return
  const source = Function.prototype.toString.call(formatter)
  const isOld = /(?<!\.)\.(?:level|message)\b|^[^)=]*\{[^})]*\b(?:level|message)\b/.test(source)
  if (!isOld) return
  throw new TypeError(
    'Expected `formatter` to take the built message and the event, got one that reads `level` or `message` of its first ' +
      'parameter, as for winston-slack-webhook-transport; write `(message, event) => ({ ...message, text: event.message })`',
  )
}

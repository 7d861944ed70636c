import { loadCore } from '#load-core'
import type { Writable } from 'node:stream'
import { workerData } from 'node:worker_threads'
import type {
  FlushOptions,
  LogRecord,
  SinkEnvironment,
  SinkHealth,
  SlackSink,
} from '@slack-logger/core'
import build from 'pino-abstract-transport'
import { type PinoSlackOptions, resolvePinoOptions, type ResolvedPinoOptions } from './options.ts'
import { type LineFormat, readLine } from './read-line.ts'

export type { PinoSlackOptions } from './options.ts'

/**
 * The transport that pino loads into a worker.
 *
 * @throws TypeError for a wrong option, which ends the application at its start.
 * @example
 * const logger = pino({ transport: { target: '@slack-logger/pino-slack', options: { channel: '#alerts' } } })
 */
export default async function pinoSlack(options: PinoSlackOptions = {}): Promise<Writable> {
  const resolved = resolvePinoOptions(options)
  const config = await receivePinoConfig()
  const levels = { ...config.levels?.values, ...resolved.sink.levels }
  const sink = loadCore().createSlackSink({ ...resolved.sink, levels })
  const format = lineFormat(sink, resolved, config)
  const stream = build(
    // Nothing here waits for Slack, so the stream never delays the application.
    (records) => void records.on('data', (record: LogRecord) => sink.write(record)),
    {
      // `parse: 'lines'` parses each line as well, only to drop the result. A line for which this returns `null` is skipped.
      parseLine: (line) => readLine(line, format),
      metadata: false,
      close: () => sink.close(),
    },
  )
  return Object.assign(stream, {
    /** Called for `logger.flush(callback)`. */
    flush: (callback: () => void) => void sink.flush().then(() => callback()),
  })
}

/** What pino sends to a transport in a worker about the logger. */
interface PinoConfig {
  readonly levels?: {
    readonly labels: Readonly<Record<number, string>>
    readonly values: Readonly<Record<string, number>>
  }
  readonly messageKey?: string
  readonly errorKey?: string
}

/** pino sends the config as soon as a logger uses the transport, usually before the worker has started. */
const maxConfigWaitMs = 1000

/**
 * Resolves with the config of the logger, or with an empty one if pino sends none.
 *
 * pino-abstract-transport waits forever for a config that does not arrive: while no logger uses the transport, and where another
 * target of the same worker received it first. The worker would not start, and the application would not end.
 */
async function receivePinoConfig(): Promise<PinoConfig> {
  const data = workerData as { workerData?: { pinoWillSendConfig?: boolean } } | null
  if (data?.workerData?.pinoWillSendConfig !== true) return {}
  const configured = build(() => undefined, { expectPinoConfig: true })
  const timeout = new Promise<PinoConfig>((resolve) => {
    setTimeout(resolve, maxConfigWaitMs, {}).unref()
  })
  return Promise.race([configured as Promise<PinoConfig>, timeout])
}

function lineFormat(
  sink: SlackSink,
  options: ResolvedPinoOptions,
  config: PinoConfig = {},
): LineFormat {
  const ownLevels = Object.entries(options.sink.levels ?? {})
  return {
    messageKey: options.messageKey ?? config.messageKey ?? 'msg',
    errorKey: options.errorKey ?? config.errorKey ?? 'err',
    nestedKey: options.nestedKey,
    labels: {
      ...config.levels?.labels,
      ...Object.fromEntries(ownLevels.map(([label, level]) => [level, label])),
    },
    minLevel: sink.minLevel,
  }
}

/** A destination for pino in the application's own thread. */
export interface SlackStream {
  /** Accepts one line of JSON. Returns at once and never throws. */
  write(line: string): void
  /**
   * Sends what is queued, calls back, and resolves with whether everything was sent within the time. `logger.flush(callback)` calls
   * it.
   */
  flush(wanted?: (() => void) | FlushOptions): Promise<boolean>
  /** Sends what is queued, then accepts no more lines. */
  end(callback?: () => void): void
  /** Like `end`, but returns a promise. */
  close(): Promise<void>
  /** Delivery statistics since start. */
  health(): SinkHealth
}

/**
 * Creates a destination for pino without a worker: for bundlers, serverless functions and `pino.multistream`.
 *
 * @param environment for tests: replaces the clock, the network and the file system
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * const logger = pino({}, createSlackStream({ channel: '#alerts' }))
 */
export function createSlackStream(
  options: PinoSlackOptions = {},
  environment?: Partial<SinkEnvironment>,
): SlackStream {
  const resolved = resolvePinoOptions(options)
  const sink = loadCore().createSlackSink(resolved.sink, environment)
  const format = lineFormat(sink, resolved)
  return {
    write(line) {
      const record = readLine(toText(line), format)
      if (record !== null) sink.write(record)
    },
    async flush(wanted) {
      const isDone = await sink.flush(typeof wanted === 'function' ? {} : wanted)
      if (typeof wanted === 'function') wanted()
      return isDone
    },
    end: (callback) => void sink.close().then(() => callback?.()),
    close: () => sink.close(),
    health: () => sink.health(),
  }
}

/** pino writes strings, but anything else may write to the stream. */
function toText(written: unknown): string {
  return typeof written === 'string' ? written : String(written)
}

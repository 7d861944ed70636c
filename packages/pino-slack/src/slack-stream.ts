import {
  createSlackSink,
  type FlushOptions,
  type SinkEnvironment,
  type SinkHealth,
} from '@slack-logger/core'
import { splitOptions, type LineFormat, type PinoSlackOptions } from './options.ts'
import { LineTaker } from './take-line.ts'

/** A destination for pino in the process of the application itself. */
export interface SlackStream {
  /** Takes one line of JSON. Returns at once and never throws. */
  write(line: string): void
  /**
   * Sends what waits. Resolves with whether everything was sent within the time, and then calls back, which is what
   * `logger.flush(callback)` asks for.
   */
  flush(wanted?: (() => void) | FlushOptions): Promise<boolean>
  /** Sends what waits, then accepts no more. */
  end(callback?: () => void): void
  /** As `end`, for `await`. */
  close(): Promise<void>
  /** What became of everything so far. */
  health(): SinkHealth
}

/**
 * A stream for pino without a worker: for bundlers, serverless functions and `pino.multistream`.
 *
 * @param environment for tests: what stands for the world around the sink
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * const logger = pino({}, createSlackStream({ channel: '#alerts' }))
 */
export function createSlackStream(
  options: PinoSlackOptions = {},
  environment?: Partial<SinkEnvironment>,
): SlackStream {
  const { line, sink: sinkOptions } = splitOptions(options)
  const sink = createSlackSink(sinkOptions, environment)
  const format: LineFormat = {
    messageKey: line.messageKey ?? 'msg',
    errorKey: line.errorKey ?? 'err',
    nestedKey: line.nestedKey,
    labels: labelsOf(sinkOptions.levels ?? {}),
  }
  const lines = new LineTaker(sink, format)
  return {
    write: (text) => lines.take(toText(text)),
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

/** pino writes texts, but anything can hold the stream. */
function toText(written: unknown): string {
  return typeof written === 'string' ? written : String(written)
}

function labelsOf(levels: Readonly<Record<string, number>>): Readonly<Record<number, string>> {
  return Object.fromEntries(Object.entries(levels).map(([label, value]) => [value, label]))
}

import { loadCore } from '#load-core'
import type { TransformCallback, Writable } from 'node:stream'
import type { LogRecord } from '@slack-logger/core'
import build from 'pino-abstract-transport'
import { LineReader, receivePinoConfig } from './line-reader.ts'
import { type PinoSlackOptions, resolvePinoOptions } from './options.ts'

export type { PinoSlackOptions } from './options.ts'
export { createSlackStream, type SlackStream } from './slack-stream.ts'

/**
 * The transport that pino loads into a worker.
 *
 * @throws TypeError for a wrong option, which ends the application at its start.
 * @example
 * const logger = pino({ transport: { target: '@slack-logger/pino-slack', options: { channel: '#alerts' } } })
 */
export default async function pinoSlack(options: PinoSlackOptions = {}): Promise<Writable> {
  const resolved = resolvePinoOptions(options)
  const reader = new LineReader(resolved, { isInWorker: true })
  await receivePinoConfig(reader)
  const sink = loadCore().createSlackSink({ ...resolved.sink, levels: reader.severities })
  const write = (line: string): void => {
    const record = reader.read(line, sink.minLevel)
    if (record !== null) sink.write(record)
  }
  const close = async (): Promise<void> => {
    await nextTurn()
    await sink.close()
  }
  const stream = build(
    // Nothing here waits for Slack, so the stream never delays the application.
    (records) => void records.on('data', (record: LogRecord) => sink.write(record)),
    {
      // `parse: 'lines'` parses each line as well, only to drop the result. A line for which this returns `null` is skipped.
      parseLine: (line) => {
        if (!reader.isWaiting) return reader.read(line, sink.minLevel)
        // The config of a logger that is made after the start arrives in the same turn as its first lines, but behind them.
        setImmediate(write, line)
        return null
      },
      metadata: false,
      close,
    },
  )
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the stream
  const { _flush: readLast } = stream
  return Object.assign(stream, {
    /** pino ends the worker of a `pipeline` as soon as its last stream is finished. */
    _flush(done: TransformCallback) {
      readLast.call(stream, (failure) => void close().then(() => done(failure)))
    },
    /** Called for `logger.flush(callback)`. */
    flush: (callback: () => void) =>
      void nextTurn()
        .then(() => sink.flush())
        .then(() => callback()),
  })
}

/** Lines may wait for it. */
function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}

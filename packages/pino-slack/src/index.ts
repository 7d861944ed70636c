import type { Transform } from 'node:stream'
import { createSlackSink } from '@slack-logger/core'
import build from 'pino-abstract-transport'
import { splitOptions, type LineFormat, type PinoSlackOptions } from './options.ts'
import { createLineParser } from './parse-line.ts'
import { receivePinoConfig } from './pino-config.ts'
import { readLine } from './read-line.ts'

export { createSlackStream, type SlackStream } from './slack-stream.ts'
export type { PinoSlackOptions } from './options.ts'

/**
 * The transport as pino loads it into a worker.
 *
 * @throws TypeError for a wrong option, which ends the application at its start.
 * @example
 * const logger = pino({ transport: { target: '@slack-logger/pino-slack', options: { channel: '#alerts' } } })
 */
export default async function pinoSlack(options: PinoSlackOptions = {}): Promise<Transform> {
  const { line, sink: sinkOptions } = splitOptions(options)
  const config = await receivePinoConfig()
  const sink = createSlackSink({
    ...sinkOptions,
    levels: { ...config.levels?.values, ...sinkOptions.levels },
  })
  const format: LineFormat = {
    messageKey: line.messageKey ?? config.messageKey ?? 'msg',
    errorKey: line.errorKey ?? config.errorKey ?? 'err',
    nestedKey: line.nestedKey,
    labels: config.levels?.labels ?? {},
  }
  const stream = build(
    (source) => {
      // Taken at once: back-pressure here would end as a freeze of `logger.fatal`.
      source.on('data', (parsed: Record<string, unknown>) => sink.write(readLine(parsed, format)))
    },
    { parseLine: createLineParser(sink, format), close: () => sink.close() },
  )
  return Object.assign(stream, {
    /** What `logger.flush(callback)` asks for. */
    flush: (callback: () => void): void => void sink.flush().then(() => callback()),
  })
}

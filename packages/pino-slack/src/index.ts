import type { Writable } from 'node:stream'
import { createSlackSink } from '@slack-logger/core'
import { LineStream } from './line-stream.ts'
import { splitOptions, type LineFormat, type PinoSlackOptions } from './options.ts'
import { receivePinoConfig } from './pino-config.ts'
import { LineTaker } from './take-line.ts'

export { createSlackStream, type SlackStream } from './slack-stream.ts'
export type { PinoSlackOptions } from './options.ts'

/**
 * The transport as pino loads it into a worker.
 *
 * @throws TypeError for a wrong option, which ends the application at its start.
 * @example
 * const logger = pino({ transport: { target: '@slack-logger/pino-slack', options: { channel: '#alerts' } } })
 */
export default async function pinoSlack(options: PinoSlackOptions = {}): Promise<Writable> {
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
  const lines = new LineTaker(sink, format)
  return new LineStream({
    take: (text) => lines.take(text),
    flush: () => sink.flush(),
    close: () => sink.close(),
  })
}

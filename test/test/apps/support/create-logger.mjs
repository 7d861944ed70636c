import { once } from 'node:events'
import { createSlackSink } from '@slack-logger/core'
import { discordDestination } from '@slack-logger/discord'
import { createSlackStream } from '@slack-logger/pino-slack'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'

const target = '@slack-logger/pino-slack'
const nothing = { target: 'pino/file', options: { destination: '/dev/null' } }

/** The kinds of loggers that a service may have. */
const kinds = {
  worker: (options) => pino({ transport: { target, options } }),
  targets: (options) => pino({ transport: { targets: [{ target, options }, nothing] } }),
  stream: (options) => pino({}, createSlackStream(options)),
  winston: (options) =>
    winston.createLogger({
      levels: { ...winston.config.npm.levels, fatal: 0 },
      transports: [new SlackTransport(options)],
    }),
  sink: (options) => createSlackSink(options),
}

/** `DISCORD` has the options of Discord as JSON, where messages go there; in a worker they are data. */
function destinationFor(kind) {
  const { DISCORD } = process.env
  if (DISCORD === undefined) return {}
  const destinationOptions = JSON.parse(DISCORD)
  return kind === 'worker' || kind === 'targets'
    ? { destination: '@slack-logger/discord', destinationOptions }
    : { destination: discordDestination(destinationOptions) }
}

export const createLogger = (kind, options = {}) =>
  kinds[kind]({ ...destinationFor(kind), ...options })

/** Resolves when the logger's worker is ready, if it has one. */
export async function workerOf(logger) {
  const stream = logger[pino.symbols.streamSym]
  if (stream?.ready === false) await once(stream, 'ready')
}

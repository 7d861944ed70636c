import { once } from 'node:events'
import { createSlackStream } from '@slack-logger/pino-slack'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'

const target = '@slack-logger/pino-slack'
const nothing = { target: 'pino/file', options: { destination: '/dev/null' } }

/** The kinds of loggers that a service may have. */
const kinds = {
  worker: () => pino({ transport: { target } }),
  targets: () => pino({ transport: { targets: [{ target }, nothing] } }),
  stream: () => pino({}, createSlackStream()),
  winston: () => winston.createLogger({ transports: [new SlackTransport()] }),
}

export const createLogger = (kind) => kinds[kind]()

/** Resolves when the logger's worker is ready, if it has one. */
export async function workerOf(logger) {
  const stream = logger[pino.symbols.streamSym]
  if (stream?.ready === false) await once(stream, 'ready')
}

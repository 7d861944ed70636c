// pino with the transport that `TARGET` names, in its worker.
import pino from 'pino'
import { storm } from './support/storm.mjs'
import { pinoTarget } from './support/pino-target.mjs'

const transport = pino.transport(pinoTarget())
const logger = pino(transport)
const isQuiet = process.env.LEVEL === 'info'
await new Promise((resolve) => transport.once('ready', resolve))
await storm(isQuiet ? (error) => logger.info(error.message) : (error) => logger.error(error), {
  drain: () => new Promise((resolve) => logger.flush(resolve)),
})

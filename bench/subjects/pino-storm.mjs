// pino with the transport `TARGET` in its worker.
import pino from 'pino'
import { makesRecords } from './support/errors.mjs'
import { storm } from './support/storm.mjs'
import { pinoTarget } from './support/pino-target.mjs'

const transport = pino.transport(pinoTarget())
const logger = pino(transport)
const logInfo = (error) => logger.info(error.message)
const logError = (error) => logger.error(error)
const logRecord = ({ message, fields }) => logger.error(fields, message)
const logOther = makesRecords ? logRecord : logError
await new Promise((resolve) => transport.once('ready', resolve))
await storm(process.env.LEVEL === 'info' ? logInfo : logOther, {
  drain: () => new Promise((resolve) => logger.flush(resolve)),
})

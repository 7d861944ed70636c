import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'
import { endProcess } from '../support/ends.mjs'

const { END, EXIT_ON_ERROR, IS_HANDLER } = process.env
const slack = new SlackTransport({ handleExceptions: true, handleRejections: true })
const exitOnError = { true: true, false: false, function: () => false }[EXIT_ON_ERROR]
const handlers =
  IS_HANDLER === 'true' ? { exceptionHandlers: [slack], rejectionHandlers: [slack] } : {}
const logger = winston.createLogger({ transports: [slack], exitOnError, ...handlers })
setTimeout(() => endProcess(END), 100)
setTimeout(() => logger.error('the service continues'), 1500)

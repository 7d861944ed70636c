// pino with the stream `STREAM` in the same process.
import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'
import { makesRecords } from './support/errors.mjs'
import { storm } from './support/storm.mjs'

const streams = {
  file: () => pino.destination({ dest: '/dev/null', sync: true }),
  parsing: () => ({ write: (line) => void JSON.parse(line) }),
  ours: () => createSlackStream(),
}
const stream = streams[process.env.STREAM]()
const logger = pino({}, stream)
const isOurs = process.env.STREAM === 'ours'
const logError = (error) => logger.error(error)
const logRecord = ({ message, fields }) => logger.error(fields, message)
await storm(makesRecords ? logRecord : logError, {
  drain: async () => (isOurs ? new Promise((resolve) => stream.flush(resolve)) : undefined),
  more: () => (isOurs ? { events: stream.health().events } : {}),
})

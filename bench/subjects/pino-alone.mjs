// pino into /dev/null, or into the stream of `STREAM` in the same process.
import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'
import { storm } from './support/storm.mjs'

const streams = {
  file: () => pino.destination({ dest: '/dev/null', sync: true }),
  parsing: () => ({ write: (line) => void JSON.parse(line) }),
  ours: () => createSlackStream(),
}
const stream = streams[process.env.STREAM]()
const logger = pino({}, stream)
const isOurs = process.env.STREAM === 'ours'
await storm((error) => logger.error(error), {
  drain: async () => (isOurs ? new Promise((resolve) => stream.flush(resolve)) : undefined),
  more: () => (isOurs ? { events: stream.health().events } : {}),
})

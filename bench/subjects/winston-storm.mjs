// winston with the transport `TRANSPORT`.
import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'
import TransportStream from 'winston-transport'
import SlackHook from 'winston-slack-webhook-transport'
import { nextTurn } from './support/clocks.mjs'
import { makesRecords } from './support/errors.mjs'
import { storm } from './support/storm.mjs'

/** Reads the stack, as every transport that reports errors must, and drops the record. */
class NullTransport extends TransportStream {
  log(info, next) {
    void (info.err ?? info).stack
    next()
  }
}

const transports = {
  null: () => new NullTransport(),
  ours: () => new SlackTransport(),
  peer: () => new SlackHook({ webhookUrl: process.env.SLACK_WEBHOOK }),
}
const transport = transports[process.env.TRANSPORT]()
const logger = winston.createLogger({ transports: [transport] })
const isOurs = process.env.TRANSPORT === 'ours'

const counts = { logged: 0, done: 0 }
if (process.env.TRANSPORT === 'peer') transport.on('logged', () => (counts.done += 1))

/** The peer emits `logged` for each response; ending its logger before would throw. */
async function drain() {
  if (isOurs) return transport.flush()
  while (process.env.TRANSPORT === 'peer' && counts.done < counts.logged) await nextTurn()
}

const logError = (error) => {
  counts.logged += 1
  logger.error('request failed', error)
}
const logRecord = ({ message, fields }) => logger.error(message, fields)

await storm(makesRecords ? logRecord : logError, {
  drain,
  more: () => (isOurs ? { events: transport.health().events } : {}),
})

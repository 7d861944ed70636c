// winston with the transport that `TRANSPORT` names.
import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'
import TransportStream from 'winston-transport'
import SlackHook from 'winston-slack-webhook-transport'
import { nextTurn } from './support/clocks.mjs'
import { storm } from './support/storm.mjs'

/** Reads the stack, as everything that reports an error must, and drops the record. */
class NullTransport extends TransportStream {
  log(info, next) {
    void info.stack
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

const counts = { logged: 0, answered: 0 }
if (process.env.TRANSPORT === 'peer') transport.on('logged', () => (counts.answered += 1))

/** The peer tells of each answer; ending its logger while records wait would throw. */
async function drain() {
  if (isOurs) return transport.flush()
  while (process.env.TRANSPORT === 'peer' && counts.answered < counts.logged) await nextTurn()
}

const log = (error) => {
  counts.logged += 1
  logger.error('request failed', error)
}

await storm(log, {
  drain,
  more: () => (isOurs ? { events: transport.health().events } : {}),
})

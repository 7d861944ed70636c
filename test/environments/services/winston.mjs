import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'

const slack = new SlackTransport({ service: 'checkout', handleExceptions: true })
winston.createLogger({ transports: [slack] })
const charge = (order) => order.card.id
setImmediate(() => charge({ id: 123 }))

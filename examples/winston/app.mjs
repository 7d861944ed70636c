import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'

const logger = winston.createLogger({
  level: 'info',
  format: winston.format.combine(winston.format.timestamp(), winston.format.json()),
  transports: [
    new winston.transports.File({ filename: process.env.LOG_FILE ?? 'app.log' }),
    new SlackTransport({ level: 'error', service: 'invoices', release: '2.0.1' }),
  ],
})

export function renderInvoice(invoice) {
  if (invoice.lines.length === 0) throw new RangeError(`invoice ${invoice.id} has no lines`)
}

logger.info('invoices is ready')
try {
  renderInvoice({ id: 2041, lines: [] })
} catch (error) {
  logger.error('invoice 2041 could not be rendered', error)
}
logger.warn('the printer is slow')
logger.end()

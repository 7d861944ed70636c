import pino from 'pino'

const logger = pino({
  customLevels: { audit: 55, notice: 35 },
  messageKey: 'text',
  errorKey: 'problem',
  nestedKey: 'payload',
  transport: {
    target: '@slack-logger/pino-slack',
    options: { level: 'audit', nestedKey: 'payload' },
  },
})
logger.error('an error below audit')
logger.audit(new RangeError('the ledger does not add up'), 'the books are wrong')

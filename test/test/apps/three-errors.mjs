import { createLogger } from './support/create-logger.mjs'

const logger = createLogger(process.env.KIND)
for (const message of ['the card was refused', 'no stock is left', 'a mail bounced'])
  logger.error(message)

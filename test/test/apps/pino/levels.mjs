import { once } from 'node:events'
import pino from 'pino'

const syslog = { emerg: 0, alert: 1, crit: 2, error: 3, warning: 4, notice: 5, info: 6, debug: 7 }
const target = '@slack-logger/pino-slack'
const levels = { customLevels: syslog, useOnlyCustomLevels: true, levelComparison: 'DESC' }
const options = { ...levels, level: 'debug' }

async function createLogger() {
  const { USED } = process.env
  if (USED === 'option') return pino({ ...options, transport: { target } })
  if (USED === 'targets') return pino(options, pino.transport({ targets: [{ target, level: 0 }] }))
  if (USED === 'pipeline') return pino(options, pino.transport({ pipeline: [{ target }] }))
  const transport = pino.transport({ target })
  if (USED === 'later') await once(transport, 'ready')
  return pino(options, transport)
}

const logger = await createLogger()
logger.emerg('the disk is gone')
logger.info('order placed')

import { once } from 'node:events'
import pino from 'pino'

const syslog = { emerg: 0, alert: 1, crit: 2, error: 3, warning: 4, notice: 5, info: 6, debug: 7 }
const target = '@slack-logger/pino-slack'
const transport = pino.transport(
  process.env.USED === 'targets' ? { targets: [{ target, level: 0 }] } : { target },
)
if (process.env.USED === 'later') {
  await once(transport, 'ready')
}
const levels = { customLevels: syslog, useOnlyCustomLevels: true, levelComparison: 'DESC' }
const logger = pino({ ...levels, level: 'debug' }, transport)
logger.emerg('the disk is gone')
logger.info('order placed')

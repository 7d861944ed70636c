import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'

const destination =
  process.env.IN_PROCESS === 'true'
    ? createSlackStream()
    : pino.transport({ target: '@slack-logger/pino-slack' })
const logger = pino({}, destination)
logger.error(new Error('the card was refused'))
logger.flush(() => {
  console.log('flushed')
  process.kill(process.pid, 'SIGKILL')
})

import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'

const file = pino.destination({ dest: process.env.LOG_FILE, sync: true })
const logger = pino({}, pino.multistream([{ stream: file }, { stream: createSlackStream() }]))
for (let i = 0; i < 1000; i += 1) logger.error(new Error('the card was refused'))

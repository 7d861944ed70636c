import { fileURLToPath } from 'node:url'
import { createSlackSink } from '@slack-logger/core'
import { createSlackStream } from '@slack-logger/pino-slack'
import { SlackTransport } from '@slack-logger/winston-slack'
import pino from 'pino'
import winston from 'winston'
import { errorCases } from './support/error-cases.mjs'
import { notingHooks } from './support/noting-hooks.mjs'

const options = { spoolDir: false, ignore: [] }
const hooks = fileURLToPath(new URL('support/noting-hooks.mjs', import.meta.url))
const sink = createSlackSink({ ...options, ...notingHooks('sink') })
const stream = pino(createSlackStream({ ...options, ...notingHooks('stream') }))
const target = '@slack-logger/pino-slack'
const worker = pino({ transport: { target, options: { ...options, hooks } } })
const logger = winston.createLogger({
  format: winston.format((info) => info)(),
  transports: [new SlackTransport({ ...options, ...notingHooks('winston') })],
})

for (const [name, error] of await errorCases()) {
  sink.write({ level: 'error', time: Date.now(), message: name, error, fields: {} })
  stream.error({ err: error }, name)
  worker.error({ err: error }, name)
  if (typeof error === 'object' && !Array.isArray(error)) logger.error(name, { err: error })
}

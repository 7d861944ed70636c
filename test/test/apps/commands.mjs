import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { createSlackStream } from '@slack-logger/pino-slack'
import pino from 'pino'
import { workerOf } from './support/create-logger.mjs'

const target = fileURLToPath(new URL('support/clock-transport.mjs', import.meta.url))
const kinds = {
  worker: () => pino({ transport: { target } }),
  stream: () => pino({}, createSlackStream()),
}
const logger = kinds[process.env.KIND]()
await workerOf(logger)

/** Each takes the rest of its line. */
const commands = {
  error: (text) => logger.error(text),
  fatal: (text) => logger.fatal(text),
  /** Nothing runs in this thread meanwhile. */
  block: (ms) => void Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, Number(ms)),
}

console.log('ready')
for await (const line of createInterface({ input: process.stdin })) {
  const [command, ...rest] = line.split(' ')
  commands[command](rest.join(' '))
}

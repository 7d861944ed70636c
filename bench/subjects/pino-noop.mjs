import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { failure, storm } from './cpu.mjs'

const target = fileURLToPath(new URL('noop-transport.mjs', import.meta.url))
const logger = pino({ transport: { target } })
await storm(
  () => logger.error(failure()),
  () => new Promise((resolve) => logger.flush(resolve)),
)

// The longest of three `logger.fatal` calls with 2,000 queued records while Slack never responds.
import pino from 'pino'
import { report } from './support/clocks.mjs'
import { makeError } from './support/errors.mjs'
import { pinoTarget } from './support/pino-target.mjs'

const backlog = Number(process.env.RECORDS ?? 2000)
const transport = pino.transport(pinoTarget())
transport.on('error', () => undefined)
await new Promise((resolve) => transport.once('ready', resolve))
const logger = pino(transport)
for (let n = 0; n < backlog; n += 1) logger.error(makeError(n))
await new Promise((resolve) => setTimeout(resolve, 500))
const times = []
for (let n = 0; n < 3; n += 1) {
  const before = performance.now()
  try {
    logger.fatal(new Error('out of memory'))
  } catch {
    // Peers throw after ten seconds; only the time matters here.
  }
  times.push(performance.now() - before)
}
report({ longestMs: Math.max(...times) })
// The exit flush is not part of this measurement.
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200)

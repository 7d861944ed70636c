// The longest of three `logger.fatal` with 2,000 records before them and a Slack that never answers.
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
    // Peers give up after ten seconds: the time is what counts here.
  }
  times.push(performance.now() - before)
}
report({ longestMs: Math.max(...times) })
// Waiting for a Slack that hangs is measured elsewhere.
setTimeout(() => process.kill(process.pid, 'SIGKILL'), 200)

// `node serve.mjs FRAMEWORK MODE`: runs one service and sends its port to the parent process.
import { once } from 'node:events'
import pino from 'pino'
import { services } from './services.mjs'

const [framework, mode] = process.argv.slice(2)

const server = await services[framework](await setUp())
if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
// For systems that do not report the CPU time of threads.
process.on('message', () => process.send({ cpuUs: cpuUs() }))
process.send({ port: server.address().port })

async function setUp() {
  if (mode === 'own') return {}
  if (mode === 'quiet' || mode === 'passed') return { isQuiet: true, isPassed: mode === 'passed' }
  if (mode === 'logs') {
    return { isQuiet: true, log: logWith(pino(pino.destination(process.env.LOG_FILE))) }
  }
  const logger = await createLogger()
  if (mode === 'alerts') return { isQuiet: true, log: logWith(logger) }
  return {
    isQuiet: true,
    options: { logger, skipEndpoints: mode === 'skips' ? ['/fail/:id'] : [] },
  }
}

/** Logs the error and its request, as a service without the exception handler does. */
function logWith(logger) {
  return (err, { method, url }) => logger.error({ err, request: { method, url } }, err.message)
}

/** One logger with two transports, as in the README. */
async function createLogger() {
  const { pinoMixin } = await import('@slack-logger/exception-handler')
  const targets = [
    { target: 'pino/file', options: { destination: process.env.LOG_FILE } },
    { target: '@slack-logger/pino-slack', level: 'error', options: { service: 'bench' } },
  ]
  return pino(mode === 'scopes' ? { mixin: pinoMixin() } : {}, pino.transport({ targets }))
}

function cpuUs() {
  const { user, system } = process.cpuUsage()
  return user + system
}

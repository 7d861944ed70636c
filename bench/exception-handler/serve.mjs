// `node serve.mjs FRAMEWORK MODE`: one service as a process of its own, which tells its port.
import { once } from 'node:events'
import pino from 'pino'
import { services } from './services.mjs'

const [framework, mode] = process.argv.slice(2)

const server = await services[framework](await setUp())
if (!server.listening) await once(server.listen(0, '127.0.0.1'), 'listening')
// Where nobody else can tell what the main thread took.
process.on('message', () => process.send({ cpuUs: cpuUs() }))
process.send({ port: server.address().port })

async function setUp() {
  if (mode === 'own') return {}
  if (mode === 'quiet') return { isQuiet: true }
  const file = pino.destination(process.env.LOG_FILE)
  if (mode === 'logs') return { isQuiet: true, log: logWith(pino(file)) }
  if (mode === 'alerts') return { isQuiet: true, log: logWith(await createLogger(file)) }
  return {
    isQuiet: true,
    options: {
      logger: await createLogger(file),
      skipEndpoints: mode === 'skips' ? ['/fail/:id'] : [],
    },
  }
}

/** A line with the error and its request, as a service writes it that does it by hand. */
function logWith(logger) {
  return (err, { method, url }) => logger.error({ err, request: { method, url } }, err.message)
}

/** The file on the main thread, Slack in a worker: what `docs/pino.md` has for a busy logger. */
async function createLogger(file) {
  const { pinoMixin } = await import('@slack-logger/exception-handler')
  const slack = pino.transport({
    target: '@slack-logger/pino-slack',
    options: { service: 'bench' },
  })
  return pino(
    mode === 'scopes' ? { mixin: pinoMixin() } : {},
    pino.multistream([
      { level: 'info', stream: file },
      { level: 'error', stream: slack },
    ]),
  )
}

function cpuUs() {
  const { user, system } = process.cpuUsage()
  return user + system
}

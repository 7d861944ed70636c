// The time from `pino.transport(…)` until its worker is ready. A transport waits briefly for pino's configuration.
import pino from 'pino'
import { report } from './support/clocks.mjs'
import { pinoTarget } from './support/pino-target.mjs'

const before = performance.now()
const transport = pino.transport(pinoTarget())
pino(transport)
const blockedMs = performance.now() - before
await new Promise((resolve) => transport.once('ready', resolve))
report({ blockedMs, readyMs: performance.now() - before })
transport.end()

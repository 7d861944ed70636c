// From `pino.transport(…)` to its worker being ready.
import pino from 'pino'
import { report } from './support/clocks.mjs'
import { pinoTarget } from './support/pino-target.mjs'

const before = performance.now()
const transport = pino.transport(pinoTarget())
const blockedMs = performance.now() - before
await new Promise((resolve) => transport.once('ready', resolve))
report({ blockedMs, readyMs: performance.now() - before })
transport.end()

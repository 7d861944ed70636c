// The milliseconds of CPU and of time that `require(MODULE)` takes in a process that has loaded `PRESENT`, and the CPU with a transport.
import { createRequire } from 'node:module'
import { processCpu, report } from './support/clocks.mjs'

/** Creates a transport, because an entry may load parts of itself lazily. */
const makers = {
  '@slack-logger/pino-slack': ({ createSlackStream }) => createSlackStream(),
  '@slack-logger/winston-slack': ({ SlackTransport }) => new SlackTransport(),
}

const require = createRequire(import.meta.url)
for (const name of (process.env.PRESENT ?? '').split(' ').filter(Boolean)) require(name)
const before = { cpu: processCpu(), at: performance.now() }
const loaded = require(process.env.MODULE)
const imported = { cpuMs: (processCpu() - before.cpu) / 1e6, wallMs: performance.now() - before.at }
const made = makers[process.env.MODULE]?.(loaded)
report({ ...imported, madeCpuMs: (processCpu() - before.cpu) / 1e6 })
void made?.close()

// What `require(MODULE)` adds to a process that has `PRESENT` already, in milliseconds of CPU and of time; and with a transport made of it.
import { createRequire } from 'node:module'
import { processCpu, report } from './support/clocks.mjs'

/** An entry may load late what it takes to make one. */
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

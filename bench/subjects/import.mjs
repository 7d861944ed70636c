// What `require(MODULE)` adds to a process that has `PRESENT` already, in milliseconds of CPU and of time.
import { createRequire } from 'node:module'
import { processCpu, report } from './support/clocks.mjs'

const require = createRequire(import.meta.url)
for (const name of (process.env.PRESENT ?? '').split(' ').filter(Boolean)) require(name)
const before = { cpu: processCpu(), at: performance.now() }
require(process.env.MODULE)
report({ cpuMs: (processCpu() - before.cpu) / 1e6, wallMs: performance.now() - before.at })

import { monitorEventLoopDelay } from 'node:perf_hooks'
import { mainThreadCpu, nextTurn, peakRssMb, processCpu, report } from './clocks.mjs'
import { makeError } from './errors.mjs'

const warmUps = 1000
const number = (name, otherwise) => Number(process.env[name] ?? otherwise)

/** Logs `RECORDS` errors, `BURST` a turn, and reports the cost until `drain` has resolved. */
export async function storm(log, { drain = async () => undefined, more = () => ({}) } = {}) {
  const records = number('RECORDS', 200_000)
  const burst = number('BURST', 1000)
  for (let warm = 0; warm < Math.min(warmUps, records); warm += 1) log(makeError(warm))
  await new Promise((resolve) => setTimeout(resolve, 300))
  settleHeap()
  const delays = monitorEventLoopDelay({ resolution: 1 })
  delays.enable()
  const before = { main: mainThreadCpu(), all: processCpu(), at: performance.now() }
  await logAll(log, { records, burst })
  const loggedAt = performance.now()
  delays.disable()
  await drain()
  const mainNs = mainThreadCpu() - before.main
  report({
    records: records + Math.min(warmUps, records),
    appNs: mainNs / records,
    workerNs: Math.max(0, processCpu() - before.all - mainNs) / records,
    loggedMs: loggedAt - before.at,
    drainedMs: performance.now() - before.at,
    delayP99Ms: delays.percentile(99) / 1e6,
    peakMb: peakRssMb(),
    ...more(),
  })
}

/**
 * Runs a full garbage collection, as every service soon has. After the first one, V8 creates objects with computed keys, as those of
 * winston and `nextTick`, some 2 µs slower, and it must not happen during the measurement of one subject only.
 */
function settleHeap() {
  globalThis.gc?.()
}

async function logAll(log, { records, burst }) {
  for (let logged = 0; logged < records; logged += burst) {
    for (let i = logged; i < Math.min(records, logged + burst); i += 1) log(makeError(warmUps + i))
    await nextTurn()
  }
}

// The memory that a sink keeps after many distinct problems. Run with `--expose-gc`.
import { createSlackSink } from '@slack-logger/core'
import { mainThreadCpu, nextTurn, peakRssMb, report } from './support/clocks.mjs'
import { wordOf } from './support/errors.mjs'

const records = Number(process.env.RECORDS ?? 1_000_000)
const sink = createSlackSink()
const isOurs = process.env.SINK === 'ours'
const write = (n) => {
  const error = Object.assign(new Error(`${wordOf(n)} was refused`), { code: `E_${wordOf(n)}` })
  void error.stack
  if (isOurs) sink.write({ level: 'error', time: Date.now(), message: '', error, fields: {} })
}
const heapMb = () => {
  globalThis.gc()
  return process.memoryUsage().heapUsed / 2 ** 20
}

for (let n = 0; n < 1000; n += 1) write(n)
await nextTurn()
const before = { heap: heapMb(), cpu: mainThreadCpu() }
for (let n = 0; n < records; n += 1) {
  write(1000 + n)
  if (n % 1000 === 999) await nextTurn()
}
const appNs = (mainThreadCpu() - before.cpu) / records
report({ keptMb: heapMb() - before.heap, appNs, peakMb: peakRssMb(), events: sink.health().events })
setTimeout(() => process.exit(), 200)

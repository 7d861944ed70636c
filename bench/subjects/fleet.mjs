import { createSlackSink } from '@slack-logger/core'

/** A process of a fleet, or without one: its first alert, and then a flood of equal errors. */
const sink = createSlackSink({ service: 'shop', fleet: process.env.FLEET === 'true' })
const records = Number(process.env.RECORDS)

function log(name, level = 'error') {
  const error = new Error(`${name} failed`)
  error.stack = `Error: ${name} failed\n    at ${name} (/srv/app/src/${name}.js:7:11)`
  sink.write({ level, time: Date.now(), message: '', error, fields: {} })
}

/** The sink's work in other turns is part of it. */
const nextTurn = () => new Promise((resolve) => setImmediate(resolve))

async function flood() {
  const before = process.cpuUsage()
  for (let record = 0; record < records; record += 1) {
    log('flood')
    if (record % 200 === 199) await nextTurn()
  }
  const { user, system } = process.cpuUsage(before)
  globalThis.gc()
  const { heapUsed, external } = process.memoryUsage()
  process.send({ cpuMs: (user + system) / 1000, memoryMb: (heapUsed + external) / 1e6 })
}

/** Logs until the process is killed. */
const load = () => setInterval(() => Array.from({ length: 20 }, () => log('load')), 5)

/** Says when this process leads. */
function watch() {
  const timer = setInterval(() => {
    if (sink.health().fleet.role !== 'leader') return
    clearInterval(timer)
    process.send('leads')
  }, 1)
}

process.on('message', (given) => {
  const [name, level] = [given].flat()
  if (level !== undefined) return log(name, level)
  if (name === 'flood') return void flood()
  if (name === 'load') return void load()
  if (name === 'watch') return watch()
  if (name === 'role') return process.send(sink.health().fleet)
  const loggedAt = Date.now()
  // Never deferred to see whether it belongs to a storm.
  log(name, 'fatal')
  return process.send(loggedAt)
})
process.send('started')

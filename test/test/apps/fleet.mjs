import { setTimeout as wait } from 'node:timers/promises'
import { createSlackSink } from '@slack-logger/core'

/** One process of a fleet, which does what the test asks for: see `support/fleet.ts`. */
const sink = createSlackSink(JSON.parse(process.env.OPTIONS))
const error = (name) => {
  const failure = new Error(`${name} failed`)
  failure.stack = `Error: ${name} failed\n    at ${name} (/srv/app/src/${name}.js:7:11)`
  return failure
}
const log = (problem, level = 'error') =>
  sink.write({ level, time: Date.now(), message: '', error: error(problem), fields: {} })
const steps = {
  async log({ problems, times = 1, level, perTurn = 500 }) {
    for (let time = 0; time < times; time += 1) {
      for (const problem of problems) log(problem, level)
      if (time % perTurn === perTurn - 1) await wait(1)
    }
  },
  block: (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  flush: () => sink.flush(),
  health: () => sink.health(),
  close: () => sink.close(),
  exit({ problems = [], level }) {
    for (const problem of problems) log(problem, level)
    process.exit(1)
  },
  die({ problems, level }) {
    for (const problem of problems) log(problem, level)
    process.kill(process.pid, 'SIGKILL')
  },
}
const run = async ([step, argument]) => {
  const result = await steps[step](argument)
  if (process.connected) process.send([step, result])
  if (step === 'close' && process.connected) process.disconnect()
}
process.on('message', (message) => void run(message))
process.send(['started'])

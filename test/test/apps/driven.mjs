import { setTimeout as wait } from 'node:timers/promises'
import { createLogger, workerOf } from './support/create-logger.mjs'
import { endProcess } from './support/ends.mjs'

/** A service that does what the test asks for: see `support/driven-app.ts`. */
const logger = createLogger(process.env.KIND, JSON.parse(process.env.OPTIONS))
const steps = {
  async log({ messages, level, everyMs }) {
    for (const message of messages) {
      logger[level](message)
      if (everyMs > 0) await wait(everyMs)
    }
  },
  block: (ms) => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms),
  shiftClock: (ms) => globalThis.shiftClock(ms),
  async end({ end, afterMs, messages }) {
    await wait(afterMs)
    process.disconnect()
    setImmediate(() => {
      for (const message of messages) logger.error(message)
      endProcess(end)
    })
  },
}
const run = async ([step, argument]) => {
  await steps[step](argument)
  if (process.connected) process.send(step)
}
process.on('message', (message) => void run(message))
await workerOf(logger)
process.send('started')

// A process of a fleet: logs the given problems at a steady rate until it is asked to end, or one alert, and reports what it took.
import { setTimeout as wait } from 'node:timers/promises'
import { createSlackSink } from '@slack-logger/core'

const { kind, options, problems = 1, everyMs = 50 } = JSON.parse(process.env.SUBJECT)
const sink = createSlackSink(options)
const errors = Array.from({ length: problems }, (_, index) => {
  const error = new TypeError(`step ${index} failed`)
  error.stack = `TypeError: step ${index} failed\n    at step${index} (/srv/app/src/step${index}.js:7:11)`
  return error
})
const log = (error) =>
  sink.write({
    level: 'error',
    time: Date.now(),
    message: 'order failed',
    error,
    fields: { order: 17 },
  })

const steps = {
  async first() {
    // What is loaded late is loaded.
    await wait(1500)
    process.send({ loggedAt: Date.now() })
    log(errors[0])
    await wait(3000)
    global.gc?.()
    process.send({ memoryMb: process.memoryUsage().rss / 2 ** 20 })
  },
  async steady() {
    process.on('message', () => process.exit())
    process.send('ready')
    for (;;) {
      for (const error of errors) log(error)
      await wait(everyMs)
    }
  },
}
await steps[kind]()
if (kind === 'first') process.exit()

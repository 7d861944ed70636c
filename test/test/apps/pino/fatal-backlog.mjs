import { setTimeout } from 'node:timers/promises'
import pino from 'pino'

const logger = pino({ transport: { target: '@slack-logger/pino-slack' } })
for (let count = 0; count < 2000; count += 1) logger.error(`backlog ${count.toString(36)}`)
await setTimeout(2000)
let longest = 0
for (let count = 0; count < 5; count += 1) {
  const before = performance.now()
  logger.fatal('the database is gone')
  longest = Math.max(longest, performance.now() - before)
}
console.log(JSON.stringify({ longest }))

// bunyan-slack, called as bunyan does: a stream that receives each record as a line of JSON.
import { createRequire } from 'node:module'
import { storm } from './support/storm.mjs'

const { default: BunyanSlack } = createRequire(import.meta.url)('bunyan-slack')
let broken = 0
const pending = []
const stream = new BunyanSlack({
  webhookUrl: process.env.SLACK_WEBHOOK,
  onError: () => (broken += 1),
})

function line({ name, message, stack }) {
  const err = { name, message, stack }
  return JSON.stringify({ name: 'bench', level: 50, msg: message, time: new Date(), err, v: 0 })
}

const log = (error) => void pending.push(stream.write(line(error)))

await storm(log, { drain: () => Promise.all(pending), more: () => ({ broken }) })

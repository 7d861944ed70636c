// The cost of rendering a message, from the record to the body of its request, on a virtual clock without rate limits.
import { createSlackSink } from '@slack-logger/core'
import { createVirtualClock } from '@slack-logger/slack-inbox'
import { mainThreadCpu, report } from './support/clocks.mjs'

const records = Number(process.env.RECORDS ?? 3000)
const warmUps = Math.min(500, records)
const clock = createVirtualClock()
const bodies = { count: 0, characters: 0 }
const fetch = async (_url, { body }) => {
  bodies.count += 1
  bodies.characters += body.length
  return new Response('ok')
}
const sink = createSlackSink(
  {
    webhookUrl: 'http://127.0.0.1/services/T/B/X',
    // Each occurrence posts a message.
    repeat: { policy: 'window', limit: 1_000_000, windowMs: 1000 },
    spoolDir: false,
  },
  { clock, fetch, variables: {} },
)
const request = {
  method: 'POST',
  url: '/orders/123?coupon=x',
  headers: { 'user-agent': 'Mozilla/5.0', host: 'shop.example', authorization: 'Bearer secret' },
  remoteAddress: '203.0.113.9',
  body: { items: [{ id: 17, amount: 2 }], token: 'secret' },
}

function charge(n) {
  return new TypeError(`order ${n} was refused`, { cause: new Error('connect ECONNREFUSED') })
}

/** Advances a second for each message, which is Slack's rate limit. */
async function send(from, to) {
  for (let n = from; n < to; n += 1) {
    const error = charge(n)
    const fields = { orderId: n, traceId: '4bf92f3577b34da6a3ce929d0e0e4736' }
    sink.write({ level: 'error', time: clock.now(), message: 'no charge', error, request, fields })
    await clock.advance(1000)
  }
}

await send(0, warmUps)
const before = { cpu: mainThreadCpu(), ...bodies }
await send(warmUps, warmUps + records)
const messages = bodies.count - before.count
report({
  messages,
  appNs: (mainThreadCpu() - before.cpu) / messages,
  characters: (bodies.characters - before.characters) / messages,
})
await sink.close()

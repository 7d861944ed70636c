// From the call to the arrival in Slack, warm, a raw `fetch` and a sink by turns in the same process.
import { createSlackSink } from '@slack-logger/core'
import { startInbox } from '@slack-logger/slack-inbox'
import { report } from './support/clocks.mjs'
import { wordOf } from './support/errors.mjs'

/** Calls are this far apart, in milliseconds, so that Slack's pace of a message a second holds none back. */
const gapMs = 1050
const calls = Number(process.env.CALLS ?? 12)
const delayMs = Number(process.env.DELAY_MS ?? 0)

const inbox = await startInbox({ rateLimit: false })
if (delayMs > 0) inbox.fail({ delayMs, times: 1000 })
const webhookUrl = inbox.webhookUrl
// Each occurrence a message of its own, so that no storm and no repeat is held back.
const repeat = { policy: 'window', limit: 1000, windowMs: 3_600_000 }
const sink = createSlackSink({ webhookUrl, repeat }, { variables: {} })
const senders = {
  rawMs: async (text) => {
    const body = JSON.stringify({ text })
    const headers = { 'content-type': 'application/json' }
    const response = await fetch(webhookUrl, { method: 'POST', headers, body })
    await response.text()
  },
  oursMs: async (text) => {
    const error = new Error(text)
    sink.write({ level: 'error', time: Date.now(), message: '', error, fields: {} })
  },
}

async function timeOf(send, text) {
  const arrival = inbox.waitFor((message) => JSON.stringify(message).includes(text))
  const before = performance.now()
  const sent = send(text)
  await arrival
  const ms = performance.now() - before
  await sent
  return ms
}

const times = { rawMs: [], oursMs: [] }
for (let call = 0; call < calls; call += 1) {
  for (const [name, send] of Object.entries(senders)) {
    const ms = await timeOf(send, `${wordOf(call)}${name.toLowerCase()} was refused`)
    // The first two load what sends them.
    if (call >= Math.min(2, calls - 1)) times[name].push(ms)
    await new Promise((resolve) => setTimeout(resolve, gapMs))
  }
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
const ratios = times.oursMs.map((ms, index) => ms / times.rawMs[index])
report({ rawMs: median(times.rawMs), oursMs: median(times.oursMs), ratios })
await sink.close()
await inbox.close()

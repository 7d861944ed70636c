// The time from the call to the arrival in Slack, warm: a sink and a raw `fetch` of the same body take turns in one process.
import { createSlackSink } from '@slack-logger/core'
import { startInbox } from '@slack-logger/slack-inbox'
import { report } from './support/clocks.mjs'
import { wordOf } from './support/errors.mjs'

const calls = Number(process.env.CALLS ?? 75)
const warmUps = Math.min(35, calls - 1)
const delayMs = Number(process.env.DELAY_MS ?? 0)

/** The sink's clock runs faster by this factor, so that the rate limit of a message a second delays nothing. */
const speed = 10
const gapMs = 1100 / speed
const startedAt = Date.now()
const clock = {
  now: () => startedAt + (Date.now() - startedAt) * speed,
  setTimer(callback, ms) {
    const timer = setTimeout(() => callback(), ms / speed).unref()
    return { cancel: () => clearTimeout(timer), ref: () => timer.ref() }
  },
}

const inbox = await startInbox({ rateLimit: false })
if (delayMs > 0) inbox.fail({ delayMs, times: 1000 })
const sink = createSlackSink(
  // Each occurrence posts a message, so that no storm and no repeat delays one.
  {
    webhookUrl: inbox.webhookUrl,
    repeat: { policy: 'window', limit: 1000, windowMs: 3_600_000 },
  },
  { clock, variables: {} },
)

function sendBySink(text) {
  const error = new Error(`${text} was refused`)
  sink.write({ level: 'error', time: Date.now(), message: '', error, fields: {} })
}

async function sendByFetch(body) {
  const headers = { 'content-type': 'application/json; charset=utf-8' }
  const response = await fetch(inbox.webhookUrl, { method: 'POST', headers, body })
  await response.text()
}

/** The last body that the sink sent, with another text. */
function lastBody(text) {
  const { arguments: sent } = inbox.requests.at(-1)
  return JSON.stringify(sent).replaceAll(/\boutcome[a-z]+/g, text)
}

async function timeOf(send, { text, body }) {
  const hasText = (message) => JSON.stringify(message).includes(text)
  const arrival = inbox.waitFor(hasText, { timeoutMs: 30_000 })
  const before = performance.now()
  const done = send(body ?? text)
  await arrival
  const ms = performance.now() - before
  await done
  await new Promise((resolve) => setTimeout(resolve, gapMs + delayMs))
  return ms
}

const times = { ours: [], raw: [] }
for (let call = 0; call < calls; call += 1) {
  const word = wordOf(call)
  const ours = await timeOf(sendBySink, { text: `outcomea${word}` })
  const text = `outcomeb${word}`
  const raw = await timeOf(sendByFetch, { text, body: lastBody(text) })
  if (call < warmUps) continue
  times.ours.push(ours)
  times.raw.push(raw)
}
const median = (values) => values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]
report({ rawMs: median(times.raw), oursMs: median(times.ours) })
await sink.close()
await inbox.close()

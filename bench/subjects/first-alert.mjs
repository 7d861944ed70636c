// The time from the first call, AFTER_MS after the start of the process, to its arrival in Slack: with a sink or a raw `fetch`.
import { setTimeout as wait } from 'node:timers/promises'
import { report, wallMs } from './support/clocks.mjs'

const text = 'the very first one was refused'
const { SLACK_WEBHOOK: webhookUrl, SENDER: sender } = process.env
const { createSlackSink } = sender === 'ours' ? await import('@slack-logger/core') : {}
const sink = createSlackSink?.({ webhookUrl }, { variables: {} })

if (process.env.AFTER_MS !== undefined) await wait(Number(process.env.AFTER_MS))
const arrival = new Promise((resolve) => process.once('message', resolve))
process.send({ awaitText: text })
const before = wallMs()
if (sink === undefined) {
  const headers = { 'content-type': 'application/json' }
  const body = JSON.stringify({ text })
  void fetch(webhookUrl, { method: 'POST', headers, body }).then((response) => response.text())
} else {
  const error = new Error(text)
  sink.write({ level: 'error', time: Date.now(), message: '', error, fields: {} })
}
const callMs = wallMs() - before
const { arrivedAt } = await arrival
report({ callMs, arrivalMs: arrivedAt - before })
await sink?.close()

// The process that tells Slack what all processes of the service report: REDIS_URL=… SLACK_BOT_TOKEN=… SLACK_CHANNEL=… node leader.mjs
import { createSlackSink } from '@slack-logger/core'

const sink = createSlackSink({
  service: 'shop',
  environment: 'production',
  fleet: { redis: process.env.REDIS_URL, role: 'leader' },
})

// The sink keeps no process alive.
const alive = setInterval(() => undefined, 60_000)

process.once('SIGTERM', () => {
  void sink.close().then(() => clearInterval(alive))
})

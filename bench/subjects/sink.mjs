import { createSlackSink } from '@slack-logger/core'
import { measureArrivals } from './arrivals.mjs'

await measureArrivals(async (webhookUrl) => {
  const sink = createSlackSink({ webhookUrl }, { variables: {} })
  return (text) => {
    sink.write({
      level: 'error',
      time: Date.now(),
      message: '',
      error: new Error(text),
      fields: {},
    })
  }
})

import { measureArrivals } from './arrivals.mjs'

await measureArrivals(async (webhookUrl) => async (text) => {
  const response = await fetch(webhookUrl, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ text }),
  })
  await response.text()
})

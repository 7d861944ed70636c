import { startInbox } from '@slack-logger/slack-inbox'

/** Calls are this far apart, in milliseconds, so that Slack's pace of a message a second holds none back. */
const gapMs = 1100

/** Times `send(text)` until the inbox has the message, and sends the median in microseconds. */
export async function measureArrivals(prepare) {
  const inbox = await startInbox({ rateLimit: false })
  const send = await prepare(inbox.webhookUrl)
  const times = []
  for (let call = 0; call < Number(process.env.CALLS); call += 1) {
    const word = 'abcdefghijklmnopqrstuvwxyz'[call]
    const text = `${word}${word}${word} was refused`
    const arrival = inbox.waitFor((message) => JSON.stringify(message).includes(text))
    const before = performance.now()
    const done = send(text)
    await arrival
    times.push((performance.now() - before) * 1000)
    await done
    await new Promise((resolve) => setTimeout(resolve, gapMs))
  }
  await inbox.close()
  // The first two load what sends them.
  const warm = times.slice(2).toSorted((a, b) => a - b)
  process.send({ value: warm[Math.floor(warm.length / 2)] })
  process.disconnect()
}

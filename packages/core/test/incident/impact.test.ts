import { expect, test } from 'vitest'
import { Impact } from '../../src/incident/impact.ts'
import { startVirtualSink } from './virtual-sink.ts'

const minute = 60_000

test('the message shows the affected endpoints, their shares, and the number of users', async () => {
  await using slack = await startVirtualSink()

  for (let time = 0; time < 20; time += 1) {
    slack.failIn('charge', {
      request: {
        method: 'POST',
        url: time % 10 === 0 ? '/carts/pay?coupon=x' : `/orders/${time}`,
        user: { id: time % 7 },
      },
    })
  }
  await slack.clock.advance(minute)

  const fields = JSON.stringify(slack.inbox.messages()[0]?.blocks)
  expect(fields).toContain('90 % POST /orders/:id, 10 % POST /carts/pay')
  expect(fields).toContain('*Users* 7')
})

test('an endpoint that contains a secret is shown without it', async () => {
  await using slack = await startVirtualSink()
  const token = 'xoxb-123456789012-abcdefghijklmnop'

  for (const url of ['/login', `/reset/${token}`]) {
    slack.failIn('charge', { request: { method: 'GET', url } })
  }
  await slack.clock.advance(minute)

  expect(JSON.stringify(slack.inbox.requests)).not.toContain(token)
})

test('up to three occurrences that differ are shown, and no more', async () => {
  await using slack = await startVirtualSink()

  for (const item of ['apples', 'pears', 'apples', 'plums', 'nuts']) {
    const stack = `Error: no ${item}\n    at take (/app/src/stock.js:7:11)`
    slack.fail('', { error: { type: 'Error', message: `no ${item}`, stack } })
  }
  await slack.clock.advance(minute)

  const fields = JSON.stringify(slack.inbox.messages()[0]?.blocks)
  expect(fields).toContain('*Also* Error: no pears | Error: no plums')
  expect(fields).not.toContain('nuts')
})

test('the counters are bounded', () => {
  const impact = new Impact()

  for (let time = 0; time < 100_000; time += 1) impact.add(`GET /${time}`, `user ${time}`)

  expect(impact.endpoints).toHaveLength(20)
  expect(impact.users).toBe(500)
  expect(impact.requests).toBe(100_000)
})

import { afterAll, describe, expect, test } from 'vitest'
import { Calls } from '../src/calls.ts'
import { createSharedPace } from '../src/shared-pace.ts'
import { createSource } from '../src/source.ts'
import { Time } from '../src/time.ts'
import { FaultProxy } from './support/fault-proxy.ts'
import { joinFleet, newFleet, systemClock } from './support/fleet.ts'
import { runRedis } from './support/run-redis.ts'

const server = await runRedis('a shared pace is')
afterAll(() => server?.[Symbol.asyncDispose]())
const opened: Calls[] = []
afterAll(() => {
  for (const calls of opened) calls.close()
})

/** The pace as one of several services knows it. */
function paceOf(url: string, prefix: string) {
  const source = createSource(url)
  const calls = new Calls({ source, time: new Time(systemClock), random: Math.random })
  opened.push(calls)
  return createSharedPace(calls, prefix, () => false)
}

const url = `redis://127.0.0.1:${server?.port}`
const post = { kind: 'post', channel: '#alerts', pace: { burst: 3, everyMs: 60_000 } } as const

describe.skipIf(server === undefined)('services with one app', () => {
  test('share the burst of a channel, and then one post in a while', async () => {
    const prefix = `{${newFleet()}}:`
    const [shop, mail] = [paceOf(url, prefix), paceOf(url, prefix)]

    const waits = [
      await shop.waitMs(post),
      await mail.waitMs(post),
      await shop.waitMs(post),
      await mail.waitMs(post),
      await shop.waitMs({ ...post, channel: '#billing' }),
    ]

    expect(waits).toEqual([0, 0, 0, expect.any(Number), 0])
    expect(waits[3]).toBeGreaterThan(59_000)
  })

  test('share the edits of all channels', async () => {
    const prefix = `{${newFleet()}}:`
    const [shop, mail] = [paceOf(url, prefix), paceOf(url, prefix)]
    const edit = { ...post, kind: 'edit' } as const

    for (let count = 0; count < 5; count += 1)
      expect([await shop.waitMs(edit), await mail.waitMs({ ...edit, channel: '#b' })]).toEqual([
        0, 0,
      ])

    expect(await shop.waitMs(edit)).toBeGreaterThan(1000)
  })

  test('leave a channel alone that one of them must leave alone', async () => {
    const prefix = `{${newFleet()}}:`
    const [shop, mail] = [paceOf(url, prefix), paceOf(url, prefix)]

    shop.hold('#alerts', 30_000)

    await expect.poll(() => mail.waitMs(post)).toBeGreaterThan(29_000)
    expect(await mail.waitMs({ ...post, channel: '#billing' })).toBe(0)
  })

  test('go by their own pace where the server does not answer', async () => {
    await using proxy = await FaultProxy.start(server?.port ?? 0, { isMute: true })

    expect(await paceOf(proxy.url, '{a}:').waitMs(post)).toBe(0)
  })

  test('do not ask a server again for an alert that was cut off from it', async () => {
    await using proxy = await FaultProxy.start(server?.port ?? 0, { isMute: true })
    await using a = joinFleet({ fleet: newFleet(), redis: proxy.url, id: 'a' })
    await expect.poll(() => a.member.is, { interval: 5 }).toBe('alone')
    const { requests } = proxy

    expect(await a.link.pace?.waitMs(post)).toBe(0)
    expect(proxy.requests).toBe(requests)
  })
})

import { setTimeout as wait } from 'node:timers/promises'
import { afterAll, describe } from 'vitest'
import type { FleetLink } from '@slack-logger/core'
import { testLinkContract } from '../../core/test/contracts/fleet-link.ts'
import { createRedisLink } from '../src/index.ts'
import { newFleet, systemClock } from './support/fleet.ts'
import { runRedis } from './support/run-redis.ts'

const server = await runRedis('the contract of the link over Redis is')
afterAll(() => server?.[Symbol.asyncDispose]())

describe.skipIf(server === undefined)('over Redis', () => {
  testLinkContract('the link over Redis', async () => {
    const fleet = newFleet()
    const links: FleetLink[] = []
    return {
      link: () => {
        const process = {
          pid: links.length,
          host: 'host',
          startedAt: 0,
          uid: 0,
          isAlive: () => true,
        }
        const deps = { fleet, sender: fleet, clock: systemClock, random: Math.random, process }
        const link = createRedisLink({ redis: `redis://127.0.0.1:${server?.port}` }, deps)
        links.push(link)
        return link
      },
      async until(isSo) {
        const deadline = performance.now() + 8000
        while (!isSo() && performance.now() < deadline) await wait(2)
        // A report is acknowledged when the server has it, and merged a moment later.
        await wait(50)
      },
      async [Symbol.asyncDispose]() {
        for (const link of links) await link.close()
      },
    }
  })
})

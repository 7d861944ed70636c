import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Redis } from 'ioredis'
import { afterAll, beforeEach, describe, expect, test } from 'vitest'
import { FaultProxy } from './support/fault-proxy.ts'
import { joinFleet, newFleet } from './support/fleet.ts'
import { runMember } from './support/run-member.ts'
import { freePort, runRedis } from './support/run-redis.ts'

const server = await runRedis('processes over Redis are')
afterAll(() => server?.[Symbol.asyncDispose]())
const port = server?.port ?? 0
const url = `redis://127.0.0.1:${port}`
const admin = new Redis(url, { lazyConnect: true })
afterAll(() => admin.disconnect())

describe.skipIf(server === undefined)('a process', () => {
  let fleet: string
  beforeEach(() => {
    fleet = newFleet()
  })

  test('ends by itself as leader, as follower, and where the server does not answer', async () => {
    await using mute = await FaultProxy.start(port, { isMute: true })

    expect(await runMember({ fleet, redis: url, id: 'a' })).toMatchObject({ code: 0, stderr: '' })
    expect(await runMember({ fleet, redis: mute.url, id: 'b' })).toMatchObject({
      code: 0,
      stderr: '',
    })
    await using leader = joinFleet({ fleet, redis: url, id: 'c' })
    await expect.poll(() => leader.member.is, { timeout: 15_000 }).toBe('lead')
    expect(await runMember({ fleet, redis: url, id: 'd' })).toMatchObject({ code: 0, stderr: '' })
  })

  test('leaves in order when it is asked to', async () => {
    const run = await runMember({ fleet, redis: url, id: 'a' }, { waits: true })

    expect(run).toMatchObject({ stdout: 'lead\nclosed\n', stderr: '', code: 0 })
    expect(run.tookMs).toBeLessThan(1500)
    expect(await admin.hget(`slack-logger:{${fleet}}:leader`, 'until')).toBe('0')
    expect(await admin.zcard(`slack-logger:{${fleet}}:members`)).toBe(0)
  })

  test('leaves in a second where the server stopped answering', async () => {
    await using proxy = await FaultProxy.start(port)
    await using a = joinFleet({ fleet, redis: proxy.url, id: 'a' })
    await expect.poll(() => a.member.is).toBe('lead')
    a.link.store?.append('x')
    proxy.fault = { isMute: true }
    a.link.store?.append('y')
    const from = performance.now()

    await a.link.close()

    expect(performance.now() - from).toBeLessThan(1300)
  })
})

test(
  'eight processes report 200,000 occurrences through a network that loses every seventh answer and breaks at every eleventh, and all are counted once',
  { timeout: 120_000 },
  async (context) => {
    if (server === undefined) return context.skip()
    const fleet = newFleet()
    await using proxy = await FaultProxy.start(port, {
      fate: (answer) => (answer % 11 === 0 ? 'break' : answer % 7 === 0 ? 'swallow' : 'pass'),
    })
    await using leader = joinFleet({ fleet, redis: url, id: 'leader', role: 'leader' })
    await expect.poll(() => leader.member.is).toBe('lead')
    const members = Array.from({ length: 8 }, (_, index) => ({
      fleet,
      redis: proxy.url,
      id: `member ${index}`,
      role: 'follower',
      occurrences: 25_000,
      reports: 50,
    }))

    const runs = await Promise.all(members.map((member) => runMember(member, { waits: true })))

    expect(runs.map(({ stdout }) => stdout.trim().split('\n').at(-1))).toEqual(
      members.map(() => 'closed'),
    )
    await expect.poll(() => leader.member.total).toBe(200_000)
  },
)

describe.skipIf(server === undefined)('a server with TLS and a user', () => {
  test('is reached by an address', async () => {
    const tls = await freePort()
    const values = {
      'tls-port': tls,
      'tls-auth-clients': 'no',
      'tls-ca-cert-file': tlsFile('cert'),
      'tls-cert-file': tlsFile('cert'),
      'tls-key-file': tlsFile('key'),
      user: `alerts on >s3cret ${permissions}`,
    }
    const args = Object.entries(values).flatMap(([name, value]) => [
      `--${name}`,
      ...String(value).split(' '),
    ])
    await using secured = await runRedis('TLS is', { args })
    const run = await runMember(
      {
        fleet: newFleet(),
        redis: `rediss://alerts:s3cret@localhost:${tls}`,
        id: 'a',
        keyPrefix: 'slack-logger:',
      },
      { waits: true, env: { NODE_EXTRA_CA_CERTS: tlsFile('cert') } },
    )

    expect(secured).toBeDefined()
    expect(run).toMatchObject({ stdout: 'lead\nclosed\n', stderr: '' })
  })

  test('needs no more permissions than the page of the package says', () => {
    const page = readFileSync(new URL('../README.md', import.meta.url), 'utf8')

    expect(page).toContain(permissions)
  })
})

/** What a user of the server needs. */
const permissions =
  '~slack-logger:* resetchannels -@all +evalsha +eval +get +strlen +xread +xdel +zrem +time +hmget +hset +zadd +zremrangebyscore +zcard +expire +xlen +xadd +xtrim +set +append +pttl'

function tlsFile(name: string): string {
  return fileURLToPath(new URL(`../../core/test/tls/${name}.pem`, import.meta.url))
}

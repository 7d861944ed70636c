import { setTimeout as wait } from 'node:timers/promises'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import { createFleet } from './support/fleet.ts'
import { countsOf, namedTwice, roots, textOf, unnamed, until } from './support/reader.ts'
import { runApp } from './support/run-app.ts'
import { tempFolder } from './support/temp-folder.ts'

test.each([
  ['cluster', 4],
  ['cluster', 8],
  ['pino workers', 8],
  ['threads', 5],
])(
  'what %s of one application log together is one message, and nothing keeps the application alive (%i parts)',
  async (kind, parts) => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    const env = { KIND: kind, PARTS: String(parts), SLACK_LOGGER_SPOOL_DIR: folder.path }

    const run = await runApp('fleet-of.mjs', { apiUrl: inbox.apiUrl, env })

    expect(run).toMatchObject({ code: 0, stderr: '' })
    expect(latestCounts(inbox)).toEqual([parts * 100])
  },
  60_000,
)

test('a cluster of eight that is reloaded to the next release, one by one as by PM2, is one message with all occurrences', async () => {
  await using inbox = await startInbox()
  using folder = tempFolder()
  const env = { SLACK_LOGGER_SPOOL_DIR: folder.path }

  const run = await runApp('cluster-primary.mjs', { apiUrl: inbox.apiUrl, env })

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(latestCounts(inbox)).toEqual([Number(run.stdout)])
  expect(roots(inbox).map(textOf).join('\n')).toContain('1.1.0')
}, 60_000)

describe('a short-lived process of the same service that fails', () => {
  test('beside a server that leads, it adds to the messages of the server and ends at once', async () => {
    await using inbox = await startInbox()
    await using fleet = createFleet(inbox)
    const server = await fleet.start()
    await server.log('chargeCard')
    await until(() => roots(inbox).length === 1)

    const job = await fleet.start()
    const tookMs = await job.exit(['chargeCard', 'sendMail'])
    await server.log('chargeCard')
    await server.flush()
    await until(() => String(latestCounts(inbox)) === '3,1')

    expect(latestCounts(inbox)).toEqual([3, 1])
    expect(tookMs).toBeLessThan(1500)
    expect(job.stderr).toEqual([])
  })

  test('before the server has a problem, it sends its own, and the server continues there', async () => {
    await using inbox = await startInbox()
    await using fleet = createFleet(inbox)
    const server = await fleet.start()

    const job = await fleet.start()
    const tookMs = await job.exit(['chargeCard'])
    const sent = roots(inbox).length
    await server.log('chargeCard')
    await server.flush()
    await until(() => String(latestCounts(inbox)) === '2')

    expect([sent, ...latestCounts(inbox)]).toEqual([1, 2])
    expect(tookMs).toBeLessThan(2500)
  })
})

describe('a fatal record in a process that exits', () => {
  test.each([1, 0])(
    'is sent although the leader is stopped (reports before: %i)',
    async (before) => {
      await using inbox = await startInbox()
      await using fleet = createFleet(inbox)
      const leader = await fleet.start()
      await leader.log('readStock')
      await until(() => roots(inbox).length === 1)
      const follower = await fleet.start()
      await follower.log('readStock', { times: before })
      await follower.flush()
      await leader.signal('SIGSTOP')

      const tookMs = await follower.exit(['chargeCard'], 'fatal')

      expect(roots(inbox).map(({ text }) => text)).toContainEqual(
        expect.stringContaining('chargeCard'),
      )
      expect(tookMs).toBeLessThan(3000)
    },
  )

  test('is never lost where all processes exit with their leader: Slack has it, or the next start sends it', async () => {
    await using inbox = await startInbox()
    await using fleet = createFleet(inbox)
    const problems = ['chargeCard', 'sendMail', 'readStock', 'printBill', 'findUser', 'packBox']
    const members = await Promise.all(problems.map(() => fleet.start()))
    for (const member of members) await member.log('openSocket')
    await Promise.all(members.map((member) => member.flush()))

    await Promise.all(
      members.map((member, index) => member.exit(problems.slice(index, index + 1), 'fatal')),
    )

    const sent = problems.length - unnamed(inbox, problems).length
    const next = await fleet.start()
    await until(() => unnamed(inbox, problems).length === 0, 20_000)

    expect(unnamed(inbox, problems)).toEqual([])
    expect(namedTwice(inbox, problems)).toEqual([])
    // Slack takes one post a second.
    expect(sent).toBeGreaterThanOrEqual(2)
    await next.close()
  }, 60_000)
})

test('of eight processes, a window policy lets through as many messages as it says', async () => {
  await using inbox = await startInbox()
  await using fleet = createFleet(inbox)
  const repeat = { policy: 'window', limit: 3, windowMs: 600_000 } as const
  const members = await Promise.all(Array.from({ length: 8 }, () => fleet.start({ repeat })))

  for (let round = 0; round < 5; round += 1) {
    await Promise.all(members.map((member) => member.log('chargeCard', { times: 20 })))
    await wait(300)
  }
  await Promise.all(members.map((member) => member.flush()))

  expect(roots(inbox)).toHaveLength(3)
}, 60_000)

describe('where no fleet is possible, a process sends messages of its own', () => {
  test('and says so in one line: a path that is too long for a socket', async () => {
    await using inbox = await startInbox()
    using folder = tempFolder()
    const spoolDir = `${folder.path}/${'x'.repeat(100)}`
    await using fleet = createFleet(inbox)

    const member = await fleet.start({ spoolDir })
    await member.log('chargeCard', { times: 5 })
    await member.log('sendMail')
    await member.flush()

    expect(roots(inbox)).toHaveLength(2)
    expect(linesOf(member)).toEqual([
      expect.stringMatching(/too long for a socket; this process sends messages of its own$/),
    ])
  })

  test('and its journal says why in one line: a folder that cannot be written', async () => {
    await using inbox = await startInbox()
    await using fleet = createFleet(inbox)

    const member = await fleet.start({ spoolDir: '/proc/slack-logger' })
    await member.log('chargeCard', { times: 5 })
    await member.flush()

    expect(roots(inbox)).toHaveLength(1)
    expect(linesOf(member)).toEqual([expect.stringContaining('/proc/slack-logger cannot be used')])
    expect((await member.health()).fleet?.role).toBe('alone')
  })

  test.skipIf(process.getuid?.() !== 0)(
    'and its journal says why in one line: another user’s folder',
    async () => {
      await using inbox = await startInbox()
      await using fleet = createFleet(inbox)
      const mine = await fleet.start()
      await mine.log('chargeCard')
      await mine.flush()

      const other = await fleet.start({}, { user: { uid: 65_534, gid: 65_534 } })
      await other.log('chargeCard')
      await other.flush()

      expect(roots(inbox)).toHaveLength(2)
      expect(linesOf(other)).toEqual([
        expect.stringMatching(/the journal: .*(EACCES|another user)/),
      ])
    },
  )
})

function linesOf({ stderr }: { readonly stderr: readonly string[] }): readonly string[] {
  return stderr.filter((line) => line !== '')
}

/** The number of occurrences that each root shows now. */
function latestCounts(inbox: Inbox): readonly number[] {
  return roots(inbox).map((root) => countsOf(root).at(-1) ?? 0)
}

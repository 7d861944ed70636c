import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { createSlackSink, type SlackOptions, type SlackSink } from '@slack-logger/core'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { afterAll, describe, expect, test } from 'vitest'
import { runRedis } from '../../redis/test/support/run-redis.ts'
import { type AppRun, runFile } from '../../../test/test/support/run-app.ts'
import { tempFolder } from '../../../test/test/support/temp-folder.ts'
import { program } from './support/program.ts'

const server = await runRedis('the command incidents with Redis is')
afterAll(() => server?.[Symbol.asyncDispose]())

/** A service with a journal, and the command with the same options. */
async function start(given: SlackOptions = {}) {
  const inbox = await startInbox()
  const folder = tempFolder()
  const spoolDir = join(folder.path, 'journal')
  const env = { SLACK_LOGGER_SPOOL_DIR: spoolDir }
  const sinks: SlackSink[] = []
  return {
    inbox,
    spoolDir,
    startService(options: SlackOptions = {}): SlackSink {
      const { apiUrl: slackApiUrl } = inbox
      const to = { token: 'xoxb-test', channel: '#alerts', slackApiUrl, spoolDir }
      const sink = createSlackSink({
        service: 'shop',
        environment: 'production',
        ...to,
        ...given,
        ...options,
      })
      sinks.push(sink)
      return sink
    },
    run: (...parameters: readonly string[]): Promise<AppRun> =>
      runFile(program, {
        apiUrl: inbox.apiUrl,
        env: { ...env, NODE_ENV: 'production' },
        parameters: ['incidents', ...parameters, '--service', given.service ?? 'shop'],
      }),
    async [Symbol.asyncDispose]() {
      await Promise.all(sinks.map((sink) => sink.close()))
      await inbox.close()
      folder[Symbol.dispose]()
    },
  }
}

function fail(sink: SlackSink, name = 'chargeCard'): void {
  const error = Object.assign(new Error(`${name} failed`), {
    stack: `Error: ${name} failed\n    at ${name} (/srv/${name}.js:1:1)`,
  })
  sink.write({ level: 'error', time: Date.now(), message: 'it failed', error, fields: {} })
}

interface Listed {
  readonly key: string
  readonly state: string
  readonly count: number
  readonly title: string
}

const listOf = ({ stdout }: AppRun): readonly Listed[] => JSON.parse(stdout) as Listed[]

const rootOf = (inbox: Inbox, name: string): string | undefined =>
  inbox.messages().find(({ text }) => text.includes(name))?.text

test('lists what a running service has open, and what a service that has ended left open', async () => {
  await using service = await start()
  const running = service.startService()
  fail(running)
  await running.flush()

  const whileRunning = await service.run()
  await running.close()
  const afterwards = await service.run('--json')

  expect(whileRunning).toMatchObject({ code: 0, stderr: '' })
  expect(whileRunning.stdout).toMatch(
    /^key {7}state {3}count {2}last seen {9}channel {2}problem\n[\da-f]{8} {2}active {6}1 {2}\d{4}-\d\d-\d\d \d\d:\d\d {2}#alerts {2}Error: chargeCard failed\n$/,
  )
  expect(listOf(afterwards)).toEqual([
    {
      key: expect.stringMatching(/^[\da-f]{8}$/),
      state: 'active',
      count: 1,
      firstSeen: expect.any(String),
      lastSeen: expect.any(String),
      channel: '#alerts',
      title: 'Error: chargeCard failed',
    },
  ])
}, 30_000)

test('says that nothing is open, or that there is no such service', async () => {
  await using service = await start()
  const without = await service.run()
  const sink = service.startService()
  fail(sink)
  await sink.flush()
  const [listed] = listOf(await service.run('--json'))
  await service.run('resolve', listed?.key ?? '')

  expect(without).toMatchObject({ code: 0 })
  expect(without.stdout).toMatch(/^No service with these options has written anything down: give /)
  expect(await service.run()).toMatchObject({ code: 0, stdout: 'No incident is open.\n' })
  expect((await service.run('--json')).stdout).toBe('[]\n')
}, 30_000)

const ways = [
  { what: 'by the service that runs', isRunning: true, redis: false },
  { what: 'by itself where no process runs', isRunning: false, redis: false },
  { what: 'by the service that runs, over Redis', isRunning: true, redis: true },
  { what: 'by itself where no process runs, over Redis', isRunning: false, redis: true },
]

describe.each(ways)('changes an incident $what', ({ isRunning, redis }) => {
  const address = `redis://127.0.0.1:${server?.port}`
  const serverOptions: SlackOptions = redis ? { fleet: { redis: address } } : {}
  const flags = redis ? ['--redis', address] : []

  test.skipIf(redis && server === undefined)(
    'and its message shows who did it',
    async () => {
      const service = `shop-${isRunning}`
      await using shop = await start({ service, ...serverOptions })
      const run = async (...parameters: readonly string[]): Promise<AppRun> =>
        shop.run(...parameters, ...flags)
      const sink = shop.startService()
      fail(sink)
      fail(sink, 'sendMail')
      await sink.flush()
      if (!isRunning) await sink.close()
      const open = listOf(await run('--json'))
      const keyOf = (name: string) => open.find(({ title }) => title.includes(name))?.key ?? ''

      const resolved = await run('resolve', keyOf('chargeCard'))
      const muted = await run('mute', keyOf('sendMail').slice(0, 6), '2h')

      expect(resolved).toMatchObject({
        code: 0,
        stderr: '',
        stdout: 'Resolved: Error: chargeCard failed\n',
      })
      expect(muted).toMatchObject({
        code: 0,
        stderr: '',
        stdout: 'Muted: Error: sendMail failed\n',
      })
      await expect.poll(() => rootOf(shop.inbox, 'chargeCard')).toMatch(/^✅ /)
      await expect.poll(() => rootOf(shop.inbox, 'sendMail')).toMatch(/^🔇 /)
      await expect
        .poll(() => JSON.stringify(shop.inbox.messages({ channel: 'alerts' })))
        .toMatch(/Muted until/)
      const lines = () =>
        shop.inbox.messages().flatMap(({ ts }) => shop.inbox.thread(ts).map(({ text }) => text))
      await expect.poll(() => lines().join()).toMatch(/Resolved by \S+ \(shell\)/)
      expect(listOf(await run('--json')).map(({ state }) => state)).toEqual(['muted'])
      expect(
        listOf(await run('--json', '--all'))
          .map(({ state }) => state)
          .toSorted(),
      ).toEqual(['muted', 'resolved'])
      const reopened = await run('reopen', keyOf('chargeCard'))
      const again = await run('reopen', keyOf('chargeCard'))
      expect(reopened).toMatchObject({ code: 0, stdout: 'Reopened: Error: chargeCard failed\n' })
      expect(again).toMatchObject({ code: 1, stdout: '' })
      expect(again.stderr).toMatch(/ is active: there is nothing to reopen\n$/)
    },
    60_000,
  )
})

test('lists what is back after it was resolved, and resolves it again', async () => {
  await using service = await start()
  const sink = service.startService()
  fail(sink)
  await sink.flush()
  const [{ key } = { key: '' }] = listOf(await service.run('--json'))
  await service.run('resolve', key)
  await expect.poll(() => rootOf(service.inbox, 'chargeCard')).toMatch(/^✅ /)

  fail(sink)

  await expect
    .poll(async () => listOf(await service.run('--json')), { timeout: 15_000 })
    .toEqual([expect.objectContaining({ key, state: 'active', count: 2 })])
  expect(await service.run('resolve', key)).toMatchObject({ code: 0 })
}, 40_000)

test('mutes without a duration until it is unmuted', async () => {
  await using service = await start()
  const sink = service.startService()
  fail(sink)
  await sink.flush()
  const [{ key } = { key: '' }] = listOf(await service.run('--json'))

  const muted = await service.run('mute', key)
  await expect.poll(() => rootOf(service.inbox, 'chargeCard')).toMatch(/^🔇 /)
  const unmuted = await service.run('unmute', key)
  await expect.poll(() => rootOf(service.inbox, 'chargeCard')).toMatch(/^🔴 /)

  expect(muted).toMatchObject({ code: 0, stdout: 'Muted: Error: chargeCard failed\n' })
  expect(unmuted).toMatchObject({ code: 0, stdout: 'Unmuted: Error: chargeCard failed\n' })
}, 30_000)

test.each([
  [
    ['resolve', 'ffffffff'],
    'Expected a key of slack-logger incidents --all, got ffffffff: give --service, --environment and --channel as the service has them',
  ],
  [['resolve', ''], 'Expected at least 4 characters of a key, got “”'],
  [
    ['mute', 'ffffffff', 'soon'],
    'Expected the duration to be minutes, hours or days as in 30m, 2h or 1d, got soon',
  ],
  [
    ['mute', 'ffffffff', '0h'],
    'Expected the duration to be minutes, hours or days as in 30m, 2h or 1d, got 0h',
  ],
])('says what is wrong: %s', async (parameters, reason) => {
  await using service = await start()

  const run = await service.run(...parameters)

  expect(run).toMatchObject({ code: 1, stdout: '', stderr: `slack-logger: ${reason}\n` })
})

test('says that a journal cannot be read, and lists the others', async () => {
  await using service = await start()
  const sink = service.startService()
  fail(sink)
  await sink.close()
  const [name = ''] = readdirSync(service.spoolDir)
  const path = join(service.spoolDir, name)
  const text = readFileSync(path, 'utf8')
  writeFileSync(
    join(service.spoolDir, name.replace('.journal', '0.journal')),
    text.replace('"slackLoggerJournal":1', '"slackLoggerJournal":2'),
  )

  const one = await service.run('--json')
  writeFileSync(path, 'damaged')
  const none = await service.run()

  expect(listOf(one)).toHaveLength(1)
  expect(one.stderr).toBe(
    'slack-logger: 1 of 2 journals cannot be read: written by another version, or damaged\n',
  )
  expect(none).toMatchObject({
    code: 1,
    stdout: '',
    stderr:
      'slack-logger: 2 of 2 journals cannot be read: written by another version, or damaged\n',
  })
}, 30_000)

test('what people and errors are called is one line of dead text in a terminal', async () => {
  await using service = await start()
  const sink = service.startService()
  fail(sink, 'charge\u001B[2J\u001B]0;x\u0007\u009B31m\r\nCard\u202E')
  await sink.close()
  const [name = ''] = readdirSync(service.spoolDir)
  const path = join(service.spoolDir, name)
  const by = { user: 'U1', name: 'a\u001B[31md\na\u202E', via: 'button' }
  const triage = JSON.stringify({ assignee: by, notes: [], audit: [] })
  writeFileSync(
    path,
    readFileSync(path, 'utf8').replaceAll(
      '"state":"active"',
      `"state":"active","triage":${triage}`,
    ),
  )

  const table = await service.run()
  const json = await service.run('--json')

  for (const { stdout } of [table, json]) {
    expect(stdout).toContain('ad a[U+202E]')
    // oxlint-disable-next-line no-control-regex -- none must be there
    expect(stdout).not.toMatch(/[\u0000-\u0009\u000B-\u001F\u007F-\u009F\u202E]/)
  }
  expect(table.stdout.trimEnd().split('\n')).toHaveLength(2)
}, 30_000)

test('asks for the options of the service if the incident is not one of those given', async () => {
  await using service = await start()
  const sink = service.startService()
  fail(sink)
  await sink.flush()
  const [listed] = listOf(await service.run('--json'))

  const run = await service.run('resolve', listed?.key ?? '', '--environment', 'staging')

  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).not.toContain('removing old buttons')
  expect(service.inbox.messages()[0]?.editCount).toBe(0)
  expect(run.stderr).toContain(`got ${listed?.key}: `)
  expect(run.stderr).toContain(
    'give --service, --environment and --channel as the service has them',
  )
}, 30_000)

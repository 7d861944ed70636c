import { spawnSync } from 'node:child_process'
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { type AppRun, runFile } from '../../../test/test/support/run-app.ts'
import { tempFolder } from '../../../test/test/support/temp-folder.ts'
import { program } from './support/program.ts'

const start = Date.UTC(2026, 0, 2, 3, 4)
const minute = 60_000

const failureAt = (time: number, name = 'chargeCard') =>
  JSON.stringify({
    level: 50,
    time,
    msg: 'it failed',
    err: {
      type: 'Error',
      message: `${name} failed`,
      stack: `Error: ${name} failed\n    at ${name} (/srv/${name}.js:1:1)`,
    },
  })

async function replay(lines: readonly string[], ...flags: readonly string[]): Promise<AppRun> {
  using folder = tempFolder()
  writeFileSync(join(folder.path, 'app.log'), `${lines.join('\n')}\n`)
  const parameters = ['replay', 'app.log', '--service', 'shop', '--channel', '#alerts', ...flags]
  // A journal, a fleet or a request would need one of them.
  const env = { SLACK_BOT_TOKEN: 'xoxb-1', SLACK_API_URL: 'http://127.0.0.1:1/api/' }
  return await runFile(program, { parameters, cwd: folder.path, env })
}

const readJson = ({ stdout }: AppRun) =>
  JSON.parse(stdout) as {
    readonly records: number
    readonly alertRecords: number
    readonly windowed: number
    readonly notifications: readonly { readonly text: string }[]
  }

const readTimes = ({ stdout }: AppRun) =>
  (JSON.parse(stdout) as { notifications: readonly { time: string }[] }).notifications.map(
    ({ time }) => time,
  )

test('lines of plain text have the time with which they begin, and others that of the line before', async () => {
  const lines = [
    'Error: before the first time',
    '    at start (/srv/shop/app.js:1:1)',
    '2026-01-02 03:04:05,678Z ERROR no stock',
    '[2026-01-02T04:00:00.000Z] [INFO] going on',
    'TypeError: no card',
    '    at charge (/srv/shop/pay.js:7:9)',
    '2026-01-02T05:00:00Z INFO going on',
    failureAt(start - minute),
  ]

  const times = readTimes(await replay(lines, '--json'))

  expect(times).toEqual([
    '2026-01-02T03:04:05.678Z',
    '2026-01-02T03:04:05.678Z',
    '2026-01-02T04:00:00.000Z',
    // What happened before notifies at once.
    '2026-01-02T04:00:00.000Z',
  ])
})

test('counts what is ignored as no alerts, and knows own levels', async () => {
  using folder = tempFolder()
  const config = join(folder.path, 'options.json')
  writeFileSync(config, JSON.stringify({ ignore: [{ errorType: 'Error' }], levels: { audit: 30 } }))
  const audit = JSON.stringify({ level: 'audit', time: start, msg: 'ada signed in' })

  const { records, alertRecords, notifications } = readJson(
    await replay([failureAt(start), audit], '--json', '--config', config),
  )

  expect({ records, alertRecords, notifications }).toEqual({
    records: 2,
    alertRecords: 0,
    notifications: [],
  })
})

test('reads a compressed file', async () => {
  using folder = tempFolder()
  writeFileSync(join(folder.path, 'app.log.gz'), gzipSync(`${failureAt(start)}\n`))

  const { code, stdout } = await runFile(program, {
    parameters: ['replay', 'app.log.gz', '--channel', '#alerts', '--json'],
    cwd: folder.path,
    env: { SLACK_BOT_TOKEN: 'xoxb-1' },
  })

  expect([code, stdout]).toEqual([0, expect.stringContaining('"alertRecords": 1')])
})

test('shows when the records of a file would have notified, at their own times', async () => {
  const lines = [
    failureAt(start),
    JSON.stringify({ level: 30, time: start, msg: 'ready' }),
    'a plain line',
    ...Array.from({ length: 99 }, (_, index) => failureAt(start + index * 1000)),
    failureAt(start + 30 * minute, 'sendMail'),
  ]

  const { code, stdout, stderr } = await replay(lines)

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
  expect(stdout).toMatch(
    /^2026-01-02 03:04 {2}new {7} {2}#alerts {5}🔴 Error: chargeCard failed · shop/,
  )
  expect(stdout).toMatch(
    /^2026-01-02 03:34 {2}new {7} {2}#alerts {5}🔴 Error: sendMail failed · shop/m,
  )
  expect(stdout).toContain('102 records, 101 of them alerts\n')
  expect(stdout).toMatch(/^each alert on its own +101$/m)
})

test('compares with other policies, and prints JSON', async () => {
  const lines = Array.from({ length: 60 }, (_, index) => failureAt(start + index * minute))

  const { records, alertRecords, notifications, windowed } = readJson(await replay(lines, '--json'))

  expect({ records, alertRecords, windowed }).toEqual({
    records: 60,
    alertRecords: 60,
    // At minutes 0, 1, 2, and again 10 minutes after the last of them: 12, 13, 14 …
    windowed: 15,
  })
  expect(notifications.length).toBeLessThan(6)
  expect(notifications[0]).toEqual({
    time: '2026-01-02T03:04:00.000Z',
    channel: '#alerts',
    reason: 'new',
    text: expect.stringContaining('Error: chargeCard failed'),
  })
})

test('--since leaves out what was before', async () => {
  const lines = [failureAt(start), failureAt(start + minute, 'sendMail')]

  const run = await replay(lines, '--json', '--since', '2026-01-02T03:05Z')

  expect(readJson(run).notifications.map(({ text }) => text)).toEqual([
    expect.stringContaining('sendMail'),
  ])
})

test('errors in plain text have the time of the record before them', async () => {
  const stack = ['TypeError: no card', '    at chargeCard (/srv/pay.js:1:1)']
  const info = JSON.stringify({ level: 30, time: start, msg: 'ready' })

  const run = await replay([info, ...stack, info], '--json')

  expect(readJson(run).notifications).toMatchObject([
    { time: '2026-01-02T03:04:00.000Z', text: expect.stringContaining('TypeError: no card') },
  ])
})

test.skipIf(process.platform !== 'linux')(
  'a terminal shows a progress bar, and nothing is left of it',
  () => {
    using folder = tempFolder()
    const file = join(folder.path, 'app.log')
    writeFileSync(file, `${failureAt(start)}\n`.repeat(2000))
    const command = `${process.execPath} ${program} replay ${file} --service shop --channel '#alerts' >/dev/null`

    const { stdout } = spawnSync('script', ['-qec', command, '/dev/null'], {
      encoding: 'utf8',
      env: { ...process.env, SLACK_BOT_TOKEN: 'xoxb-1' },
    })

    expect(stdout).toMatch(/^(?:\r█+░+ \d\d? %)+\r.\[K$/)
  },
)

test.each([
  [['--since', 'noon'], 'Expected --since to be a time, got noon'],
  [[], 'Expected the file to have records: JSON or logfmt with a level, or errors'],
])('says what is wrong: %s', async (flags, reason) => {
  const run = await replay(['nothing'], ...flags)

  expect(run).toMatchObject({ code: 1, stdout: '', stderr: `slack-logger: ${reason}\n` })
})

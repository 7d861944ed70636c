import { spawnSync } from 'node:child_process'
import { createHash, randomBytes } from 'node:crypto'
import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { startInbox } from '@slack-logger/slack-inbox'
import pino from 'pino'
import { expect, test } from 'vitest'
import { startFile } from '../../../test/test/support/run-app.ts'
import { program } from './support/program.ts'

const line = (message: string): string => {
  let text = ''
  pino({}, { write: (written) => (text += written) }).error(new Error(message))
  return text
}

const start = (apiUrl: string) =>
  startFile(program, { apiUrl, parameters: ['pipe'], env: { SLACK_LOGGER_SPOOL_DIR: '' } })

test('what comes in goes out byte for byte, no faster than it is read', async () => {
  await using inbox = await startInbox()
  const pipe = start(inbox.apiUrl)
  const given = Buffer.concat([
    randomBytes(20_000_000),
    Buffer.from(`\n${line('at the end')}no newline`),
  ])
  const hash = createHash('sha256')
  let received = 0
  let maxAhead = 0

  pipe.stdin.end(given)
  for await (const bytes of pipe.stdout as AsyncIterable<Buffer>) {
    received += bytes.length
    hash.update(bytes)
    await nextTurn()
    maxAhead = Math.max(maxAhead, given.length - pipe.stdin.writableLength - received)
  }

  expect(hash.digest('hex')).toBe(createHash('sha256').update(given).digest('hex'))
  expect(maxAhead).toBeLessThan(2_000_000)
  expect(inbox.messages().map(({ text }) => text)).toEqual([expect.stringContaining('at the end')])
}, 60_000)

test('errors of all kinds arrive while the program runs', async () => {
  await using inbox = await startInbox()
  const pipe = start(inbox.apiUrl)
  pipe.stdout.resume()

  pipe.stdin.write(line('from pino'))
  pipe.stdin.write('TypeError: from console\n    at run (/srv/shop/app.js:3:9)\n')
  const messages = await Promise.all(
    ['from pino', 'from console'].map((part) => inbox.waitFor(({ text }) => text.includes(part))),
  )
  pipe.stdin.end()
  const [code] = (await once(pipe, 'exit')) as [number | null]

  expect(messages.map(({ text }) => text)).toEqual([
    expect.stringContaining('Error: from pino'),
    expect.stringContaining('TypeError: from console'),
  ])
  expect(code).toBe(0)
})

test('when nobody reads any longer, it ends after the alerts are sent', async () => {
  await using inbox = await startInbox()
  const pipe = start(inbox.apiUrl)
  pipe.stdin.on('error', () => undefined)

  pipe.stdin.write(line('before the end'))
  await once(pipe.stdout, 'data')
  pipe.stdout.destroy()
  const feeding = setInterval(() => pipe.stdin.write('more\n'), 10)
  const [code, signal] = (await once(pipe, 'exit')) as [number | null, string | null]
  clearInterval(feeding)

  expect([code, signal]).toEqual([0, null])
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('before the end'),
  ])
})

test.each([
  ['counted as it was logged', 'log.error(error); log.error(error)', '×2'],
  ['an alert that is no warning', 'log.warn(error)', 'Error: no card · node'],
])('an error that is logged, and ends the program, is %s', async (_, logged, shown) => {
  await using inbox = await startInbox()
  const pipe = start(inbox.apiUrl)
  pipe.stdout.resume()
  const source = `const log = require('pino')(require('pino').destination({ sync: true })); const error = new Error('no card'); ${logged}; throw error`
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', source], {
    cwd: import.meta.dirname,
    encoding: 'utf8',
  })

  pipe.stdin.end(stdout + stderr)
  await once(pipe, 'exit')

  expect(stderr).toContain('Error: no card')
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('Error: no card · '),
  ])
  expect(JSON.stringify(inbox.messages())).toContain(shown)
})

test.each([[['SIGHUP']], [['SIGINT', 'SIGINT']]] as const)(
  'at %s it sends what it has, and ends by that signal',
  async (signals) => {
    await using inbox = await startInbox()
    const pipe = start(inbox.apiUrl)
    const exit = once(pipe, 'exit')

    for (const signal of signals) {
      pipe.stdin.write(line('no card'))
      await once(pipe.stdout, 'data')
      pipe.kill(signal)
    }

    expect(await exit).toEqual([null, signals[0]])
    expect(inbox.messages().length).toBe(1)
  },
)

test('at SIGTERM it sends what it has, and ends by that signal', async () => {
  await using inbox = await startInbox()
  const pipe = start(inbox.apiUrl)
  pipe.stdin.on('error', () => undefined)

  pipe.stdin.write(`${line('one').trim()}\nError: two\n    at run (/srv/shop/app.js:3:9)\n`)
  await once(pipe.stdout, 'data')
  pipe.kill('SIGTERM')
  const [code, signal] = (await once(pipe, 'exit')) as [number | null, string | null]

  expect([code, signal]).toEqual([null, 'SIGTERM'])
  expect(
    inbox
      .messages()
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual([expect.stringContaining('Error: one'), expect.stringContaining('Error: two')])
})

test('without a token, everything is passed on, and one line says that nothing is sent', async () => {
  const pipe = startFile(program, { parameters: ['pipe'] })

  pipe.stdin.end('a line\n')
  const [stdout, stderr] = await Promise.all([
    pipe.stdout.toArray().then((all) => all.join('')),
    pipe.stderr.toArray().then((all) => all.join('')),
  ])

  expect(stdout).toBe('a line\n')
  expect(stderr).toMatch(/^\[slack-logger\] nothing is sent: neither SLACK_BOT_TOKEN .*\n$/)
})

import { once } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { type Inbox, startInbox } from '@slack-logger/slack-inbox'
import { expect, test } from 'vitest'
import { runFile, startFile } from '../../../test/test/support/run-app.ts'
import { program } from './support/program.ts'

const runIn = ({ apiUrl }: Inbox, ...command: readonly string[]) =>
  runFile(program, {
    apiUrl,
    parameters: ['run', '--service', 'shop', '--', ...command],
    cwd: import.meta.dirname,
  })

const node = (source: string): readonly string[] => ['node', '-e', source]

test('a program that ends well prints what it prints, and nothing is sent', async () => {
  await using inbox = await startInbox()

  const { code, stdout, stderr } = await runIn(
    inbox,
    ...node(
      "process.stdout.write('one\\ntw'); process.stderr.write('three'); process.stdout.write('o')",
    ),
  )

  expect({ code, stdout, stderr }).toEqual({ code: 0, stdout: 'one\ntwo', stderr: 'three' })
  expect(inbox.messages()).toEqual([])
})

test('output that is read slowly is complete', async () => {
  await using inbox = await startInbox()
  const running = startFile(program, {
    apiUrl: inbox.apiUrl,
    parameters: ['run', '--', ...node("process.stdout.write('x'.repeat(5_000_000))")],
  })
  let received = 0

  for await (const bytes of running.stdout as AsyncIterable<Buffer>) {
    received += bytes.length
    await nextTurn()
  }

  expect(received).toBe(5_000_000)
})

test('options after the program are its own', async () => {
  await using inbox = await startInbox()

  const { stdout } = await runFile(program, {
    apiUrl: inbox.apiUrl,
    parameters: ['run', '--service', 'shop', 'node', '-p', 'process.argv[1]', '--', '--service'],
  })

  expect(stdout).toBe('--service\n')
})

test('an exit code is passed on, and is one alert with what was printed last', async () => {
  await using inbox = await startInbox()

  const { code } = await runIn(
    inbox,
    ...node("console.error('no port left'); process.exitCode = 3"),
  )

  expect(code).toBe(3)
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('The process exited with code 3'),
  ])
  const thread = inbox.thread(inbox.messages()[0]?.ts ?? '')
  expect(JSON.stringify(thread)).toContain('no port left')
})

test('an uncaught error is one alert, with its stack and the exit code', async () => {
  await using inbox = await startInbox()

  const { code } = await runIn(
    inbox,
    ...node("function chargeCard() { throw new TypeError('no card') } setImmediate(chargeCard)"),
  )

  expect(code).toBe(1)
  const [root, ...others] = inbox.messages()
  expect(others).toEqual([])
  expect(root?.text).toContain('TypeError: no card')
  expect(JSON.stringify(root)).toContain('The process exited with code 1')
  expect(JSON.stringify(inbox.thread(root?.ts ?? ''))).toContain('chargeCard')
})

test.each([
  ['pino', "const p = require('pino')(); p.fatal(new Error('no card')); process.exitCode = 1"],
  [
    'winston',
    "const w = require('winston'); w.createLogger({ handleExceptions: true, transports: [new w.transports.Console()] }); setImmediate(() => { throw new Error('no card') })",
  ],
  [
    'an error as the last line of pino',
    "require('pino')().error(new Error('no card')); process.exitCode = 1",
  ],
  ['console.log', "console.log(new Error('no card')); process.exitCode = 1"],
])('what %s reports before the program ends is the one alert', async (_, source) => {
  await using inbox = await startInbox()

  const { code } = await runIn(inbox, ...node(source))

  expect(code).toBe(1)
  expect(inbox.messages().map(({ text }) => text)).toEqual([expect.stringContaining('no card')])
})

test('an error that does not end the program is no crash', async () => {
  await using inbox = await startInbox()

  const { code } = await runIn(inbox, ...node("console.error(new Error('no card'))"))

  expect(code).toBe(0)
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('Error: no card'),
  ])
  expect(JSON.stringify(inbox.messages())).not.toContain('The process')
})

test.each([
  ['a signal', ['sh', '-c', 'kill -9 $$']],
  ['the code of a shell', ['sh', '-c', 'exit 137']],
])('a kill is reported as running out of memory, by %s', async (_, command) => {
  await using inbox = await startInbox()

  const { code } = await runIn(inbox, ...command)

  expect(code).toBe(137)
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('was killed (SIGKILL), probably since'),
  ])
})

test('an error that is logged before a kill does not hide it', async () => {
  await using inbox = await startInbox()
  // By default, pino writes in another thread, which the kill may come before.
  const source =
    "require('pino')(require('pino').destination({ sync: true })).fatal(new Error('no card')); process.kill(process.pid, 'SIGKILL')"

  await runIn(inbox, ...node(source))

  expect(
    inbox
      .messages()
      .map(({ text }) => text)
      .toSorted(),
  ).toEqual([expect.stringContaining('no card'), expect.stringContaining('was killed (SIGKILL)')])
})

test('a program that ends since nobody reads its output is no crash', async () => {
  await using inbox = await startInbox()
  const running = startFile(program, {
    apiUrl: inbox.apiUrl,
    parameters: ['run', '--', ...node("setInterval(() => console.log('x'), 50)")],
  })

  await once(running.stdout, 'data')
  running.stdout.destroy()
  const [code] = (await once(running, 'exit')) as [number]

  expect(code).toBe(1)
  expect(inbox.messages()).toEqual([])
})

test('an error that was printed seconds before the program ends by it is one alert', async () => {
  await using inbox = await startInbox()

  const { code } = await runIn(
    inbox,
    // As long as winston waits after an uncaught error.
    ...node("console.error(new Error('no card')); setTimeout(() => process.exit(1), 3000)"),
  )

  expect(code).toBe(1)
  expect(inbox.messages().map(({ text }) => text)).toEqual([expect.stringContaining('no card')])
})

test('a program that goes on in the background does not keep it', async () => {
  await using inbox = await startInbox()

  const { code } = await runIn(inbox, 'sh', '-c', 'sleep 30 & exit 0')

  expect(code).toBe(0)
})

test('a full JavaScript heap is reported as such', async () => {
  await using inbox = await startInbox()

  const { code } = await runIn(
    inbox,
    'node',
    '--max-old-space-size=20',
    '-e',
    'const all = []; for (;;) all.push(Array.from({ length: 1000 }, () => ({})))',
  )

  expect(code).not.toBe(0)
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('its JavaScript heap is full'),
  ])
}, 60_000)

test('another signal is named', async () => {
  await using inbox = await startInbox()

  const { code } = await runIn(inbox, 'sh', '-c', 'kill -SEGV $$')

  expect(code).toBe(139)
  expect(inbox.messages().map(({ text }) => text)).toEqual([
    expect.stringContaining('was ended by SIGSEGV'),
  ])
})

test('SIGTERM reaches the program, and its end is no crash', async () => {
  await using inbox = await startInbox()
  const source =
    "process.once('SIGTERM', () => { console.log('bye'); process.exit(1) }); setInterval(() => {}, 1000); console.log('ready')"
  const running = startFile(program, {
    apiUrl: inbox.apiUrl,
    parameters: ['run', '--', ...node(source)],
  })
  await once(running.stdout, 'data')

  running.kill('SIGTERM')
  const [[bye], [code]] = await Promise.all([
    once(running.stdout, 'data') as Promise<[Buffer]>,
    once(running, 'exit') as Promise<[number]>,
  ])

  expect(String(bye)).toBe('bye\n')
  expect(code).toBe(1)
  expect(inbox.messages()).toEqual([])
})

test('a program that is not there is one line and the exit code of a shell', async () => {
  await using inbox = await startInbox()

  const { code, stderr } = await runIn(inbox, 'no-such-program')

  expect(code).toBe(127)
  expect(stderr).toBe('slack-logger: no-such-program cannot be started: ENOENT\n')
})

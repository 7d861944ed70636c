import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { readCommandLine } from '../src/cli-options.ts'
import { startInbox } from '../src/index.ts'

test('without options the inbox starts on port 3333 on this machine', () => {
  const line = readCommandLine([])

  expect(line).toMatchObject({
    kind: 'start',
    options: { port: 3333, allowRemote: false, createChannels: false, rateLimit: true },
  })
})

test('command-line options become options of startInbox', () => {
  const line = readCommandLine(
    '--port 0 --host 0.0.0.0 --allow-remote --token 0123456789abcdef --keep m.jsonl --no-rate-limit --channel #pay --create-channels --discord'.split(
      ' ',
    ),
  )

  expect(line).toMatchObject({
    kind: 'start',
    options: {
      port: 0,
      host: '0.0.0.0',
      allowRemote: true,
      accessToken: '0123456789abcdef',
      keepFile: 'm.jsonl',
      rateLimit: false,
      createChannels: true,
      discord: true,
    },
  })
  expect(line.kind === 'start' && line.options.channels?.at(-1)).toEqual({ name: '#pay' })
})

test('the request URL and its secret are options of interactivity', () => {
  const line = readCommandLine(
    '--request-url http://localhost:3000/slack --signing-secret s3cret'.split(' '),
  )

  expect(line).toMatchObject({
    options: {
      interactivity: { requestUrl: 'http://localhost:3000/slack', signingSecret: 's3cret' },
    },
  })
})

test.for([
  ['--request-url', 'http://localhost:3000/slack'],
  ['--signing-secret', 's3cret'],
  ['--port', 'many'],
  ['--no-such-option', ''],
] as const)('rejects invalid options with a message: %s %s', async ([option, value]) => {
  const line = readCommandLine(value === '' ? [option] : [option, value])

  expect(line).toMatchObject({ kind: 'invalid', reason: expect.stringContaining(option) })
})

test('the page is opened with --open only', () => {
  expect(readCommandLine([])).toMatchObject({ opensPage: false })
  expect(readCommandLine(['--open'])).toMatchObject({ opensPage: true })
})

test('--help prints the help', () => {
  expect(readCommandLine(['--help'])).toEqual({ kind: 'help' })
})

test('the command is a file that exists before the build, since npm links only existing files', async () => {
  const file = manifest.bin['slack-inbox']

  const { stdout } = await promisify(execFile)(process.execPath, [file, '--help'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })

  expect(file).not.toContain('dist')
  expect(stdout).toContain('--port')
})

test('a port that is in use is named, with the option for another one', async () => {
  await using inbox = await startInbox()
  const { port } = new URL(inbox.apiUrl)

  const run = promisify(execFile)(process.execPath, [manifest.bin['slack-inbox'], '--port', port], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })

  await expect(run).rejects.toMatchObject({
    stderr: expect.stringMatching(`^slack-inbox: the port ${port} is in use, .*--port`),
  })
})

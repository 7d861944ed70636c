import { execFile } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, test } from 'vitest'
import manifest from '../package.json' with { type: 'json' }
import { readCommandLine } from '../src/cli-options.ts'

test('without options the inbox starts on its usual port, on this machine', () => {
  const line = readCommandLine([])

  expect(line).toMatchObject({
    kind: 'start',
    options: { port: 3333, allowRemote: false, createChannels: false, rateLimit: true },
  })
})

test('options become what startInbox takes', () => {
  const line = readCommandLine(
    '--port 0 --host 0.0.0.0 --allow-remote --token 0123456789abcdef --keep m.jsonl --no-rate-limit --channel #pay --create-channels'.split(
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
    },
  })
  expect(line.kind === 'start' && line.options.channels?.at(-1)).toEqual({ name: '#pay' })
})

test.for([
  ['--port', 'many'],
  ['--no-such-option', ''],
] as const)('what makes no sense is told: %s %s', async ([option, value]) => {
  const line = readCommandLine(value === '' ? [option] : [option, value])

  expect(line).toMatchObject({ kind: 'wrong', reason: expect.stringContaining(option) })
})

test('the page is opened only when that is asked for', () => {
  expect(readCommandLine([])).toMatchObject({ isOpened: false })
  expect(readCommandLine(['--open'])).toMatchObject({ isOpened: true })
})

test('help is help', () => {
  expect(readCommandLine(['--help'])).toEqual({ kind: 'help' })
})

test('the command is a file that is there before anything is built, since npm links only what it finds', async () => {
  const file = manifest.bin['slack-inbox']

  const { stdout } = await promisify(execFile)(process.execPath, [file, '--help'], {
    cwd: fileURLToPath(new URL('..', import.meta.url)),
  })

  expect(file).not.toContain('dist')
  expect(stdout).toContain('--port')
})

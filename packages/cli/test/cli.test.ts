import { once } from 'node:events'
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runFile, startFile } from '../../../test/test/support/run-app.ts'
import { tempFolder } from '../../../test/test/support/temp-folder.ts'
import manifest from '../package.json' with { type: 'json' }
import { program } from './support/program.ts'

test('help lists the commands and loads no core', async () => {
  using folder = tempFolder()

  const run = await runFile(program, {
    parameters: ['--help'],
    env: { NODE_V8_COVERAGE: folder.path },
  })

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('leader')
  const loaded = readdirSync(folder.path).map((file) =>
    readFileSync(join(folder.path, file), 'utf8'),
  )
  expect(loaded.join()).toContain('packages/cli/dist/cjs/cli.js')
  expect(loaded.join()).not.toContain('packages/core/')
})

test('prints its version', async () => {
  const run = await runFile(program, { parameters: ['--version'] })

  expect(run).toMatchObject({ code: 0, stdout: `${manifest.version}\n` })
})

test.each([
  [['leedr'], "error: unknown command 'leedr'\n(Did you mean leader?)"],
  [['leader', '--sevice', 'shop'], "error: unknown option '--sevice'\n(Did you mean --service?)"],
])('a misspelled name gets the closest known one: %s', async (parameters, reason) => {
  const run = await runFile(program, { parameters })

  expect(run).toMatchObject({ code: 1, stdout: '' })
  expect(run.stderr).toContain(reason)
})

test('a file of options is a module or JSON', async () => {
  using folder = tempFolder()
  const files = {
    'options.mjs': 'export default { level: true }',
    'options.json': '{"level": true}',
  }
  for (const [name, text] of Object.entries(files)) writeFileSync(join(folder.path, name), text)

  const runs = await Promise.all(
    Object.keys(files).map((name) =>
      runFile(program, { parameters: ['leader', '--config', name], cwd: folder.path }),
    ),
  )

  expect(runs.map(({ code }) => code)).toEqual([1, 1])
  for (const { stderr } of runs)
    expect(stderr).toMatch(/^slack-logger: Expected `level` to be .*, got true\n$/)
})

test('a file without options is refused', async () => {
  using folder = tempFolder()
  writeFileSync(join(folder.path, 'options.mjs'), 'export const level = 50')

  const run = await runFile(program, {
    parameters: ['leader', '--config', 'options.mjs'],
    cwd: folder.path,
  })

  expect(run.code).toBe(1)
  expect(run.stderr).toMatch(
    /^slack-logger: Expected .*options\.mjs to have the options as its default export\n$/,
  )
})

test.each([
  ['none.mjs', /Cannot find module/],
  ['broken.json', /SyntaxError/],
  ['options.yaml', /Unknown file extension/],
])('a file of options that cannot be loaded is named: %s', async (file, reason) => {
  using folder = tempFolder()
  for (const name of ['broken.json', 'options.yaml']) writeFileSync(join(folder.path, name), '{a')

  const run = await runFile(program, {
    parameters: ['leader', '--config', file],
    cwd: folder.path,
  })

  expect(run.code).toBe(1)
  expect(run.stderr).toMatch(/^slack-logger: Expected \S+ to be a module of JavaScript or JSON, /)
  expect(run.stderr).toMatch(reason)
  expect(run.stderr).toMatch(/^[^\n]*\n$/)
  expect(run.stderr).toContain(file)
  expect(run.stderr).not.toContain('options.js')
})

test('a wrong option leads to the help of its command', async () => {
  const run = await runFile(program, { parameters: ['incidents', 'mute', '--for', '2h'] })

  expect(run.stderr).toContain('Run slack-logger incidents mute --help for the options.\n')
})

test('a command whose output is no longer read ends in silence', async () => {
  using folder = tempFolder()
  const lines = Array.from({ length: 3000 }, (_, index) =>
    JSON.stringify({ level: 50, time: index * 3_600_000, msg: `${'no stock '.repeat(9)}${index}` }),
  )
  writeFileSync(join(folder.path, 'app.log'), lines.join('\n'))
  const replay = startFile(program, {
    parameters: ['replay', 'app.log', '--channel', '#alerts'],
    cwd: folder.path,
  })

  const exit = once(replay, 'exit')
  replay.stdout.once('data', () => replay.stdout.destroy())
  const stderr = await replay.stderr.toArray()

  expect([await exit, stderr]).toEqual([[0, null], []])
})

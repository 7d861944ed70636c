import { once } from 'node:events'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { runFile, startFile } from '../../../test/test/support/run-app.ts'
import { tempFolder } from '../../../test/test/support/temp-folder.ts'
import { program } from './support/program.ts'

test('starts the inbox with its own options, and prints how to use it for tests', async () => {
  const inbox = startFile(program, { parameters: ['inbox', '--port', '0', '--channel', '#pay'] })

  const [greeting] = (await once(inbox.stdout, 'data')) as [Buffer]
  inbox.kill('SIGTERM')

  expect(String(greeting)).toMatch(/^ {2}Channels .* #pay$/m)
  expect(String(greeting)).toMatch(
    /^ {2}SLACK_API_URL=http:\/\/127\.0\.0\.1:\d+\/api\/ SLACK_BOT_TOKEN=xoxb-\S+ SLACK_CHANNEL='#alerts' npm test$/m,
  )
  expect(await once(inbox, 'exit')).toEqual([0, null])
})

test('prints the help of the inbox', async () => {
  const run = await runFile(program, { parameters: ['inbox', '--help'] })

  expect(run).toMatchObject({ code: 0, stderr: '' })
  expect(run.stdout).toContain('--create-channels')
})

test('takes the inbox of the project, and fails with what that fails with', async () => {
  using folder = tempFolder()
  const path = join(folder.path, 'node_modules/@slack-logger/slack-inbox')
  mkdirSync(path, { recursive: true })
  writeFileSync(join(path, 'package.json'), '{ "type": "module" }')
  writeFileSync(join(path, 'cli.js'), 'throw new Error(`not with ${process.argv.slice(2)}`)')

  const run = await runFile(program, { parameters: ['inbox', '-a', 'b'], cwd: folder.path })

  expect(run).toMatchObject({ code: 1, stdout: '', stderr: 'slack-logger: not with -a,b\n' })
})

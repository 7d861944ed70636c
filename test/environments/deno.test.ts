import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PackedProject } from '../test/support/packed-project.ts'
import { copyServices, oneMessage, runCrash, services } from '../test/support/services.ts'
import { noteVersion } from './note-version.ts'

const project = new PackedProject()
let deno = ''
beforeAll(() => {
  project.install(['pino', 'winston', 'hono'])
  copyServices(project)
  project.write(
    'no-exceptions.mjs',
    `import { SlackTransport } from '@slack-logger/winston-slack'
import winston from 'winston'
const slack = new SlackTransport({ service: 'checkout' })
winston.createLogger({ transports: [slack] }).error(new TypeError('the card was refused'))
await slack.flush()
process.exitCode = 1
`,
  )
  deno = join(project.installTools(['deno']), '.bin/deno')
})
afterAll(() => project[Symbol.dispose]())

describe('Deno', () => {
  noteVersion(() => /deno (\S+)/.exec(project.run(deno, ['--version']))?.[1] ?? '')
  const env = { DENO_NO_PROMPT: '1' }
  const run = async (file: string, ...permissions: readonly string[]) =>
    runCrash(project, file, { node: deno, nodeOptions: ['run', ...permissions], env })

  /** As docs/deployment.md has them. */
  const documented = ['net', 'env', 'read', 'sys', 'write'].map((name) => `--allow-${name}`)

  test.each(services)('%s', async (service) => {
    expect(await run(`${service}.mjs`, ...documented)).toEqual(oneMessage)
  })

  test.each(services)('%s, only Slack may be reached', async (service) => {
    const permissions = documented.with(0, '--allow-net=127.0.0.1')

    const { texts, printed } = await run(`${service}.mjs`, ...permissions)

    expect(texts).toEqual(oneMessage.texts)
    for (const line of printed) expect(line).toContain('sends messages of its own')
  })

  test('winston, without journal and system', async () => {
    const { texts, printed } = await run('no-exceptions.mjs', ...documented.slice(0, 3))

    expect(texts).toEqual(oneMessage.texts)
    expect(printed).toEqual([
      expect.stringContaining('--allow-write'),
      expect.stringContaining('--allow-sys'),
    ])
  })
})

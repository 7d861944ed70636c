import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { libraries, PackedProject } from '../test/support/packed-project.ts'
import { copyServices, oneMessage, runCrash, services } from '../test/support/services.ts'
import { noteVersion } from './note-version.ts'

/** The oldest one that is supported, and the newest of each line. */
const versions = ['20.19.0', '22', '24', '26']

const project = new PackedProject([...libraries, 'redis', 'cli'])
let tools = ''

beforeAll(() => {
  project.install(['pino', 'winston', 'hono'])
  copyServices(project)
  tools = project.installTools(versions.map((version) => `node-${version}@npm:node@${version}`))
})
afterAll(() => project[Symbol.dispose]())

describe.each(versions)('Node %s', (version) => {
  const node = (): string => join(tools, `node-${version}`, 'bin/node')
  noteVersion(() => project.run(node(), ['--version']))

  test.each(services)('%s', async (service) => {
    expect(await runCrash(project, `${service}.mjs`, { node: node() })).toEqual(oneMessage)
  })

  const permissions = { 24: ['worker'], 26: ['worker', 'net'] }[version]
  test.runIf(permissions !== undefined)('stream, with permissions', async () => {
    const allowed = ['fs-read=*', 'fs-write=*', ...(permissions ?? [])]
    const nodeOptions = ['--permission', ...allowed.map((name) => `--allow-${name}`)]

    expect(await runCrash(project, 'stream.mjs', { node: node(), nodeOptions })).toEqual(oneMessage)
  })

  test('command line', async () => {
    const parameters = ['run', '--', node(), '-e', 'null.id']
    const file = 'node_modules/slack-logger/cli.js'

    expect(await runCrash(project, file, { node: node(), parameters })).toEqual(oneMessage)
  })
})

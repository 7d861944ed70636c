import { copyFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, test } from 'vitest'
import { libraries, PackedProject } from '../test/support/packed-project.ts'
import { expectMessage, services, sourceOf } from '../test/support/services.ts'
import { noteVersion } from './note-version.ts'

/** The oldest one that is supported, and the newest of each line. */
const versions = ['20.19.0', '22', '24', '26']

const project = new PackedProject([...libraries, 'redis', 'cli'])
let tools = ''

beforeAll(() => {
  project.install(['pino', 'winston', 'hono'])
  for (const service of services)
    copyFileSync(sourceOf(service), join(project.path, `${service}.mjs`))
  tools = project.installTools(versions.map((version) => `node-${version}@npm:node@${version}`))
})
afterAll(() => project[Symbol.dispose]())

describe.each(versions)('Node %s', (version) => {
  const node = (): string => join(tools, `node-${version}`, 'bin/node')
  noteVersion(() => project.run(node(), ['--version']))

  test.each(services)('%s', (service) => expectMessage(project, `${service}.mjs`, { node: node() }))

  test('command line', () =>
    expectMessage(project, 'node_modules/slack-logger/cli.js', {
      node: node(),
      parameters: ['run', '--', node(), '-e', 'null.id'],
    }))
})

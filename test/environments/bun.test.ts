import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PackedProject } from '../test/support/packed-project.ts'
import { copyServices, oneMessage, runCrash, services } from '../test/support/services.ts'
import { noteVersion } from './note-version.ts'

const project = new PackedProject()
let bun = ''
beforeAll(() => {
  project.install(['pino', 'winston', 'hono'])
  copyServices(project)
  bun = join(project.installTools(['bun']), '.bin/bun')
})
afterAll(() => project[Symbol.dispose]())

describe('Bun', () => {
  noteVersion(() => project.run(bun, ['--version']))

  test.each(services)('%s', async (service) => {
    expect(await runCrash(project, `${service}.mjs`, { node: bun })).toEqual(oneMessage)
  })
})

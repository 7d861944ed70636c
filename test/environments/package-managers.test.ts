import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PackedProject } from '../test/support/packed-project.ts'
import { copyServices, oneMessage, runCrash, services } from '../test/support/services.ts'
import { noteVersion } from './note-version.ts'

/** What a project names by itself: the packages with their tarballs, and what they are used with. */
const others = { pino: '*', winston: '*', hono: '*' }

describe('npm', () => {
  const project = new PackedProject()
  beforeAll(() => {
    project.install(Object.keys(others))
    copyServices(project)
  })
  afterAll(() => project[Symbol.dispose]())
  noteVersion(() => project.run('npm', ['--version']))

  test.each(services)('%s', async (service) => {
    expect(await runCrash(project, `${service}.mjs`)).toEqual(oneMessage)
  })
})

describe('pnpm', () => {
  const project = new PackedProject()
  let pnpm = ''
  beforeAll(() => {
    const tarballs = packInto(project)
    project.write('package.json', manifestOf({ ...tarballs, ...others }))
    // Packages that need each other are not in the registry yet.
    project.write('pnpm-workspace.yaml', JSON.stringify({ overrides: tarballs }))
    pnpm = join(project.installTools(['pnpm']), '.bin/pnpm')
    project.run(pnpm, ['install'])
    copyServices(project)
  })
  afterAll(() => project[Symbol.dispose]())
  noteVersion(() => project.run(pnpm, ['--version']))

  test.each(services)('%s', async (service) => {
    expect(await runCrash(project, `${service}.mjs`)).toEqual(oneMessage)
  })
})

describe('Yarn PnP', () => {
  const project = new PackedProject()
  let yarn = ''
  beforeAll(() => {
    const tarballs = packInto(project)
    project.write('package.json', manifestOf({ ...tarballs, ...others }, { resolutions: tarballs }))
    const npmRegistryServer = project.run('npm', ['config', 'get', 'registry']).trim()
    project.write(
      '.yarnrc.yml',
      JSON.stringify({ nodeLinker: 'pnp', enableImmutableInstalls: false, npmRegistryServer }),
    )
    project.write('yarn.lock', '')
    yarn = join(project.installTools(['@yarnpkg/cli-dist']), '@yarnpkg/cli-dist/bin/yarn.js')
    project.run('node', [yarn, 'install'])
    copyServices(project)
  })
  afterAll(() => project[Symbol.dispose]())
  noteVersion(() => project.run('node', [yarn, '--version']))

  test.each(services)('%s', async (service) => {
    const nodeOptions = [yarn, 'node']

    expect(await runCrash(project, `${service}.mjs`, { nodeOptions })).toEqual(oneMessage)
  })
})

function packInto(project: PackedProject): Readonly<Record<string, string>> {
  const tarballs = Object.entries(project.pack())
  return Object.fromEntries(
    tarballs.map(([name, file]) => [name, `file:${join(project.path, file)}`]),
  )
}

function manifestOf(dependencies: object, more: object = {}): string {
  return JSON.stringify({ name: 'consumer', private: true, dependencies, ...more })
}

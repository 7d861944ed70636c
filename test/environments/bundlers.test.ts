import { chmodSync, copyFileSync, cpSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PackedProject } from '../test/support/packed-project.ts'
import { copyServices, oneMessage, runCrash } from '../test/support/services.ts'
import { noteVersion } from './note-version.ts'

interface Bundler {
  readonly name: string
  /** The package that has the version. */
  readonly tool: string
  /** The program below `node_modules`, and its arguments. */
  readonly build: (service: string, external: readonly string[]) => readonly string[]
  /** The bundle in the folder of the output. */
  readonly main: string
}

const requireBanner =
  "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url)"

function esbuild(format: 'cjs' | 'esm', main: string, more: readonly string[]): Bundler {
  return {
    name: `esbuild, ${format}`,
    tool: 'esbuild',
    main,
    build: (service, external) => [
      'esbuild/bin/esbuild',
      `${service}.mjs`,
      ...`--bundle --platform=node --log-level=warning --format=${format}`.split(' '),
      `--outfile=out/${service}/${main}`,
      ...external.map((name) => `--external:${name}`),
      ...more,
    ],
  }
}

function rolldown(format: 'cjs' | 'esm', main: string): Bundler {
  return {
    name: `rolldown, ${format}`,
    tool: 'rolldown',
    main,
    build: (service, external) => [
      'rolldown/bin/cli.mjs',
      `${service}.mjs`,
      ...`--platform node --format ${format} --file out/${service}/${main}`.split(' '),
      ...external.flatMap((name) => ['--external', name]),
    ],
  }
}

function rollup(format: 'cjs' | 'es', main: string): Bundler {
  return {
    name: `rollup, ${format}`,
    tool: 'rollup',
    main,
    build: (service, external) => [
      'rollup/dist/bin/rollup',
      `${service}.mjs`,
      ...`--format ${format} --file out/${service}/${main} --inlineDynamicImports`.split(' '),
      '--plugin',
      'node-resolve={ preferBuiltins: true, exportConditions: ["node"] }',
      ...'--plugin commonjs --plugin json'.split(' '),
      ...(external.length > 0 ? ['--external', external.join(',')] : []),
    ],
  }
}

const bundlers: readonly Bundler[] = [
  esbuild('cjs', 'main.cjs', []),
  esbuild('esm', 'main.mjs', [`--banner:js=${requireBanner}`]),
  rolldown('cjs', 'main.cjs'),
  rolldown('esm', 'main.mjs'),
  rollup('cjs', 'main.cjs'),
  rollup('es', 'main.mjs'),
  {
    name: 'webpack',
    tool: 'webpack',
    main: 'main.cjs',
    build: (service, external) => [
      'webpack-cli/bin/cli.js',
      ...`--mode production --target node20 --entry ./${service}.mjs`.split(' '),
      ...`--output-path out/${service} --output-filename main.cjs`.split(' '),
      '--externals-type',
      'node-commonjs',
      ...external.flatMap((name) => ['--externals', name]),
    ],
  },
  {
    name: 'ncc',
    tool: '@vercel/ncc',
    main: 'index.mjs',
    build: (service, external) => [
      '@vercel/ncc/dist/ncc/cli.js',
      ...`build ${service}.mjs -o out/${service}`.split(' '),
      ...external.flatMap((name) => ['-e', name]),
    ],
  },
]

const plugins = ['node-resolve', 'commonjs', 'json'].map((name) => `@rollup/plugin-${name}`)
const tools = bundlers.map(({ tool }) => tool)
const project = new PackedProject()
/** Where nothing is installed. */
const elsewhere = new PackedProject()

beforeAll(() => {
  project.install([
    'pino',
    'winston',
    'hono',
    ...new Set(tools),
    ...plugins,
    'webpack-cli',
    'postject',
  ])
  copyServices(project)
})
afterAll(() => {
  project[Symbol.dispose]()
  elsewhere[Symbol.dispose]()
})

/** @returns what the bundler complains about */
function build(bundler: Bundler, service: string, external: readonly string[] = []): string {
  const [program = '', ...parameters] = bundler.build(service, external)
  const file = join(project.path, 'node_modules', program)
  const output = project.outputOf(file, parameters)
  const warnings = output.split('\n').filter((line) => /error|warning|\(!\)|▲/i.test(line))
  // Rollup warns of every circle, as dependencies have them.
  return warnings.filter((line) => !line.includes('Circular dependenc')).join('\n')
}

for (const bundler of bundlers) {
  describe(`bundle by ${bundler.name}`, () => {
    noteVersion(() =>
      project.run('node', ['-p', `require('${bundler.tool}/package.json').version`]),
    )

    test.each(['stream', 'winston', 'exception-handler'])(
      '%s, alone in a folder',
      async (service) => {
        expect(build(bundler, service)).toBe('')

        const deployed = `${bundler.name}-${service}`.replaceAll(/\W+/g, '-')
        cpSync(join(project.path, 'out', service), join(elsewhere.path, deployed), {
          recursive: true,
        })
        expect(await runCrash(elsewhere, join(deployed, bundler.main))).toEqual(oneMessage)
      },
    )

    test('worker, with pino and its transport installed', async () => {
      expect(build(bundler, 'worker', ['pino', '@slack-logger/pino-slack'])).toBe('')

      expect(await runCrash(project, join('out/worker', bundler.main))).toEqual(oneMessage)
    })
  })
}

describe('single executable', () => {
  noteVersion(() => process.version)

  test.each(['stream', 'winston'])('%s', async (service) => {
    expect(build(esbuild('cjs', 'main.cjs', []), service)).toBe('')
    const config = { main: `out/${service}/main.cjs`, output: 'app.blob' }
    project.write('sea.json', JSON.stringify({ ...config, disableExperimentalSEAWarning: true }))
    project.run('node', ['--experimental-sea-config', 'sea.json'])
    const app = join(elsewhere.path, service)
    copyFileSync(process.execPath, app)
    chmodSync(app, 0o755)
    const fuse = 'NODE_SEA_FUSE_fce680ab2cc467b6e072b8b5df1996b2'
    const parameters = [app, 'NODE_SEA_BLOB', 'app.blob', '--sentinel-fuse', fuse]
    project.run('node', ['node_modules/postject/dist/cli.js', ...parameters])

    expect(await runCrash(elsewhere, service, { node: app })).toEqual(oneMessage)
  })
})

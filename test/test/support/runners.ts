import { join } from 'node:path'
import { startInbox } from '@slack-logger/slack-inbox'
import { describe, expect, test } from 'vitest'
import type { PackedProject } from './packed-project.ts'
import { runFile, type AppRun } from './run-app.ts'

type Files = Readonly<Record<string, string>>

/** A test runner, and test files of a service that has a Slack transport. */
export interface TestRun {
  readonly name: string
  /** The runner's program, below `node_modules`. */
  readonly program: string
  readonly options: readonly string[]
  readonly nodeOptions?: readonly string[]
  readonly files: Files
  /** How many processes at most load the packages: each may say once that nothing is sent. */
  readonly processes: number
}

const packages = {
  winston: 'winston',
  pino: 'pino',
  '{ SlackTransport }': '@slack-logger/winston-slack',
  '{ createSlackStream }': '@slack-logger/pino-slack',
  '{ createSlackSink }': '@slack-logger/core',
}

const imports = (names: Files = {}): string =>
  Object.entries({ ...names, ...packages })
    .map(([name, from]) => `import ${name} from '${from}'\n`)
    .join('')

const requires = Object.entries(packages)
  .map(([name, from]) => `const ${name} = require('${from}')\n`)
  .join('')

/** Logs in every way, and waits for nothing. */
const log = (file: string, level = 'error'): string => `
  const transport = new SlackTransport()
  winston.createLogger({ transports: [transport] }).error(new Error('winston in ${file}'))
  pino({}, createSlackStream()).error(new Error('pino in ${file}'))
  createSlackSink().write({ level: '${level}', time: Date.now(), message: 'sink in ${file}', fields: {} })
`

/** Files that log and end, and one that lasts until what they left to later happens. */
function testFiles(head: string, extension: string, start = 'test'): Files {
  return {
    [`first.test.${extension}`]: `${head}${start}('logs', async () => {${log('first')}})\n`,
    [`second.test.${extension}`]: `${head}${start}('logs', async () => {${log('second')}})\n`,
    [`waits.test.${extension}`]: `${head}${start}('logs and waits', async () => {${log('waits', 'fatal')}
  await new Promise((resolve) => setTimeout(resolve, 2500))
})\n`,
  }
}

/** The same, and a file for each way of fake timers, all of which it runs. */
function jestFiles(head: string, extension: string, ways: readonly string[] = ['']): Files {
  const files = ways.map((way, index) => [
    `timers${index}.test.${extension}`,
    `${head}beforeAll(() => void jest.useFakeTimers(${way}))
test('logs with fake timers', async () => {${log('timers')}
  jest.runAllTimers()
  jest.advanceTimersByTime(100_000)
  await transport.flush({ timeoutMs: 2000 })
})\n`,
  ])
  return { ...testFiles(head, extension), ...Object.fromEntries(files) }
}

const commonJs = jestFiles(requires, 'js', ['', '{ legacyFakeTimers: true }'])
const compilerOptions = {
  esModuleInterop: true,
  module: 'commonjs',
  target: 'es2022',
  isolatedModules: true,
  types: ['jest'],
}

function jestRuns(jest: string, folder: string): readonly TestRun[] {
  const program = `${folder}/bin/jest.js`
  const run = { program, options: ['--runInBand'], processes: 1 }
  return [
    { ...run, name: `${jest}, CommonJS`, files: commonJs },
    {
      ...run,
      name: `${jest}, two workers`,
      options: ['--maxWorkers=2'],
      files: commonJs,
      processes: 2,
    },
    {
      ...run,
      name: `${jest}, looking for open handles`,
      options: ['--detectOpenHandles'],
      files: commonJs,
    },
    {
      ...run,
      name: `${jest}, ES modules`,
      nodeOptions: ['--experimental-vm-modules', '--no-warnings'],
      files: {
        ...jestFiles(imports({ '{ jest }': '@jest/globals' }), 'mjs'),
        'jest.config.json': JSON.stringify({ testMatch: ['**/*.test.mjs'], transform: {} }),
      },
    },
    {
      ...run,
      name: `${jest}, Babel`,
      files: {
        ...jestFiles(imports(), 'js'),
        'babel.config.json': JSON.stringify({
          presets: [['@babel/preset-env', { targets: { node: '20' } }]],
        }),
      },
    },
    {
      ...run,
      name: `${jest}, ts-jest`,
      files: {
        ...jestFiles(imports(), 'ts'),
        'jest.config.json': JSON.stringify({ preset: 'ts-jest' }),
        'tsconfig.json': JSON.stringify({ compilerOptions }),
      },
    },
  ]
}

export const jest30: readonly TestRun[] = jestRuns('Jest 30', 'jest')

export const nodeTest: TestRun = {
  name: 'node:test',
  program: '',
  options: ['--test'],
  files: testFiles(imports({ test: 'node:test' }), 'mjs'),
  processes: 3,
}

const vitestPools = { forks: 3, threads: 0, vmThreads: 0, vmForks: 3 }

export const vitest4: readonly TestRun[] = Object.entries(vitestPools).map(([pool, processes]) => ({
  name: `Vitest, ${pool}`,
  program: 'vitest/vitest.mjs',
  options: ['run', '--pool', pool],
  files: testFiles(imports({ '{ test }': 'vitest' }), 'mjs'),
  processes,
}))

export const others: readonly TestRun[] = [
  {
    name: 'Jest 30 with the globals of a browser',
    program: 'jest/bin/jest.js',
    options: ['--runInBand', '--env=jsdom'],
    files: jestFiles(requires, 'js'),
    processes: 1,
  },
  ...jestRuns('Jest 29', 'jest-29'),
  ...vitest4,
  {
    name: 'Mocha',
    program: 'mocha/bin/mocha.js',
    options: ['--timeout', '10000', '*.test.mjs'],
    files: testFiles(imports(), 'mjs', 'it'),
    processes: 1,
  },
  {
    name: 'AVA',
    program: 'ava/entrypoints/cli.mjs',
    options: [],
    files: testFiles(
      `${imports({ ava: 'ava' })}const test = (title, run) => ava(title, (t) => (t.pass(), run()))\n`,
      'mjs',
    ),
    processes: 3,
  },
]

/** What a test runner reports about code that goes on after the tests, and what users see of an exception. */
const complaints =
  /torn down|open handle|infinite loop|infinite recursion|after tests are done|uncaught|unhandled/i
/** Jest gives a process that has ended its tests a second. On a busy machine that is too short for any, so the best of several runs counts. */
const slowness = /did not exit|failed to exit/
const maxRuns = 4

/** Tests that a transport in a service's tests is quiet, wherever messages go. The project has the runner installed. */
export function describeQuiet(project: PackedProject, given: TestRun): void {
  describe(`under ${given.name}`, () => {
    test('a transport without a destination says so once in each process, and nothing else', async () => {
      const { code, output } = await bestRun(project, given, {})

      expect(output).not.toMatch(complaints)
      expect(output).not.toMatch(slowness)
      expect(code).toBe(0)
      const lines = output.split('\n').filter((line) => line.includes('[slack-logger]'))
      for (const line of lines) expect(line).toContain('nothing is sent')
      expect(lines.length).toBeGreaterThanOrEqual(Math.min(1, given.processes))
      expect(lines.length).toBeLessThanOrEqual(given.processes)
    }, 240_000)

    test('a transport that sends to the inbox and is not flushed disturbs no test', async () => {
      await using inbox = await startInbox({ rateLimit: false })
      const env = {
        SLACK_API_URL: inbox.apiUrl,
        SLACK_BOT_TOKEN: 'xoxb-test',
        SLACK_CHANNEL: '#alerts',
      }

      const { code, output } = await bestRun(project, given, env)

      expect(output).not.toMatch(complaints)
      expect(output).not.toMatch(slowness)
      expect(code).toBe(0)
      // Several processes fail at once, so that their problems may be a storm, which may show them later, but not a fatal one.
      const roots = inbox.messages()
      const messages = roots.flatMap(({ ts, isReply }) => (isReply ? [] : inbox.thread(ts)))
      expect(JSON.stringify(messages)).toContain('in waits')
    }, 240_000)
  })
}

type Result = Pick<AppRun, 'code'> & { readonly output: string }

async function bestRun(
  project: PackedProject,
  given: TestRun,
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  let result = await runTests(project, given, env)
  for (let runs = 1; runs < maxRuns && slowness.test(result.output); runs += 1)
    result = await runTests(project, given, env)
  return result
}

/** Runs the tests of a runner. Each run has a folder of its own. */
async function runTests(
  project: PackedProject,
  { name, program, options, nodeOptions, files }: TestRun,
  env: Readonly<Record<string, string>>,
): Promise<Result> {
  const folder = join('runs', `${name} ${Object.keys(env).length}`.replaceAll(/\W+/g, '-'))
  project.write(join(folder, 'package.json'), '{ "private": true }')
  for (const [file, text] of Object.entries(files)) project.write(join(folder, file), text)
  const [first = '', ...parameters] =
    program === '' ? options : [join(project.path, 'node_modules', program), ...options]
  const cwd = join(project.path, folder)
  const run = await runFile(first, { cwd, env, parameters, nodeOptions })
  return { code: run.code, output: run.stdout + run.stderr }
}

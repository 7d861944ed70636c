import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import { validate } from 'dockerfile-utils'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { parseAllDocuments } from 'yaml'
import { runFile } from '../support/run-app.ts'
import { blocksOf, pages, root } from './pages.ts'

/** Tests of their own run the programs of these pages, with what they send to or packages that are not installed here. */
const testedElsewhere = new Set(['docs/destinations.md', 'docs/extending.md', 'docs/loggers.md'])

const blocks = pages
  .filter(({ path }) => !testedElsewhere.has(path))
  .flatMap((page) =>
    blocksOf(page).map((block) => ({ ...block, place: `${page.path}:${block.line}` })),
  )

const inLanguage = (wanted: string) => blocks.filter(({ language }) => language === wanted)

const taken = new Set<string>()
const programs = [...inLanguage('js'), ...inLanguage('ts')].map((block, index) => {
  const { place, code, line, language } = block
  const named = /^\/\/ ([\w./-]+\.[cm]?[jt]s)\n/.exec(code)?.[1]
  const kind = /^(?:import|export) |^await /m.test(code) ? 'm' : 'c'
  const name = named ?? `line-${line}.${kind}${language}`
  const page = place.replace(/\.md:.*/, '').replaceAll('/', '-')
  // Programs of a page load each other, but two versions of one file have a folder each.
  const file = [join(page, name), join(`${page}-${line}`, name)].find((path) => !taken.has(path))
  taken.add(file ?? '')
  // The path of a socket in the journal may have about 100 characters.
  return { place, code, file: file ?? '', journal: `journals/${index}` }
})

let folder = ''
beforeAll(() => {
  // Inside the package, so that its dependencies are found.
  folder = mkdtempSync(fileURLToPath(new URL('../../.docs-', import.meta.url)))
  for (const { file, code } of programs) {
    mkdirSync(dirname(join(folder, file)), { recursive: true })
    writeFileSync(join(folder, file), code)
  }
  for (const [file, code] of Object.entries(nestProject)) {
    writeFileSync(join(folder, 'packages-exception-handler-README', file), code)
  }
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

describe('the blocks of code of all pages', () => {
  test('are in languages that are checked here', () => {
    const languages = new Set(blocks.map(({ language }) => language))

    const checked = ['', 'js', 'ts', 'json', 'jsonc', 'yaml', 'sh', 'dockerfile', 'ini', 'mermaid']
    expect([...languages].filter((language) => !checked.includes(language))).toEqual([])
  })

  test.skipIf(inLanguage('ts').length === 0)('have the types that they use', () => {
    writeFileSync(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions }))

    const { stdout } = spawnSync('npx', ['--no-install', 'tsc', '-p', folder], {
      cwd: root,
      encoding: 'utf8',
    })

    expect(stdout).toBe('')
  })

  test.each([...inLanguage('json'), ...inLanguage('jsonc')])('at $place are JSON', ({ code }) => {
    expect(() => JSON.parse(code.replaceAll(/^\s*\/\/.*$|\s\/\/ .*$/gm, ''))).not.toThrow()
  })

  test.each(inLanguage('yaml'))('at $place are YAML', ({ code }) => {
    expect(parseAllDocuments(code).flatMap(({ errors }) => errors)).toEqual([])
  })

  test.each(inLanguage('dockerfile'))('at $place are an image', ({ code }) => {
    expect(validate(code)).toEqual([])
  })

  test.each(inLanguage('sh'))('at $place are for a shell', ({ code }) => {
    expect(spawnSync('bash', ['-n'], { input: code, encoding: 'utf8' }).stderr).toBe('')
  })
})

describe.concurrent('the programs', () => {
  test.each(programs.filter(({ file }) => /(?<!\.test)\.[cm]?js$/.test(file)))(
    'at $place end without a complaint, and what they log arrives',
    async ({ file, code, journal }) => {
      await using inbox = await startInbox({ discord: true, interactivity })

      const { code: exitCode, stderr } = await runFile(join(folder, file), {
        apiUrl: inbox.apiUrl,
        cwd: dirname(join(folder, file)),
        env: {
          ...variables,
          DISCORD_WEBHOOK_URL: inbox.discord.webhookUrl,
          SLACK_LOGGER_SPOOL_DIR: join(folder, journal),
        },
        nodeOptions: ['--import', endsWithServers],
      })

      const logs = /^logger\.(?:error|fatal)\(/m.test(code)
      const isMissing = logs && inbox.messages().length === 0
      expect({ exitCode, stderr, isMissing }).toEqual({ exitCode: 0, stderr: '', isMissing: false })
    },
  )
})

test('the test for Vitest passes', async () => {
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const project = join(folder, 'docs-testing')
  writeFileSync(join(project, 'vitest.config.mjs'), 'export default {}')

  const { code, stderr } = await runFile(vitest, {
    parameters: ['run', '--root', project, 'payment.test.mjs'],
  })

  expect({ code, stderr }).toEqual({ code: 0, stderr: '' })
})

/** What the module of the exception handler's page finds in a project of the Nest CLI. */
const nestProject = {
  'package.json': '{}',
  'app.controller.ts': 'export class AppController {}',
  'app.service.ts': 'export class AppService {}',
}
const interactivity = { requestUrl: 'http://shop.test/', signingSecret: 'secret' }
const variables = { SLACK_SIGNING_SECRET: 'secret', SLACK_APP_TOKEN: 'xapp-test', PORT: '0' }

/** A program's servers take any free port, and keep no process alive. */
const endsWithServers = `data:text/javascript,${encodeURIComponent(`
import { Server } from 'node:net'
const { listen } = Server.prototype
Server.prototype.listen = function (first, ...others) {
  const anyPort = typeof first === 'object' ? { ...first, port: 0 } : 0
  return listen.call(this, Number.isNaN(Number(first?.port ?? first)) ? first : anyPort, ...others).unref()
}`)}`

const compilerOptions = {
  target: 'es2023',
  module: 'nodenext',
  lib: ['es2023', 'esnext.disposable'],
  types: ['node'],
  strict: true,
  noEmit: true,
  skipLibCheck: true,
  experimentalDecorators: true,
}

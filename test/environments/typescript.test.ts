import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { blocksOf, pages } from '../test/docs/pages.ts'
import { PackedProject } from '../test/support/packed-project.ts'
import { compile, program } from '../test/support/types.ts'
import { noteVersion } from './note-version.ts'

const node10 = ['node10', 'commonjs'] as const
const newer = [
  ['node16', 'node16'],
  ['nodenext', 'nodenext'],
  ['bundler', 'esnext'],
] as const

/** Without the classic resolution of Node 10 from 7 on. */
const compilers = [
  { version: '5.4', ways: [node10, ...newer], flags: '' },
  { version: '5.9', ways: [node10, ...newer], flags: '' },
  { version: '6', ways: [node10, ...newer], flags: '--ignoreDeprecations 6.0' },
  { version: '7', ways: newer, flags: '' },
]

/** Their programs are JavaScript, or parts of examples. */
const untyped = [
  'docs/extending.md',
  'docs/destinations.md',
  'packages/exception-handler/README.md',
]

/** The programs of the other pages that need nothing but this and the loggers. */
const documented = pages
  .filter(({ path }) => !untyped.includes(path))
  .flatMap((page) =>
    blocksOf(page).map((block) => ({ ...block, name: `${page.path}-${block.line}` })),
  )
  .filter(({ language, code }) => /^[jt]s$/.test(language) && code.startsWith('import '))
  .filter(({ code }) =>
    [...code.matchAll(/ from '([^'.]+)'/g)].every(([, name = '']) =>
      /^(?:node:|@slack-logger\/|pino$|winston$|hono$)/.test(name),
    ),
  )

const project = new PackedProject()
const files = documented.map(({ name }) => `${name.replaceAll(/\W+/g, '-')}.ts`)

beforeAll(() => {
  const others = ['pino', 'winston', 'hono', '@types/node@20']
  project.install([
    ...others,
    ...compilers.map(({ version }) => `typescript-${version}@npm:typescript@${version}`),
  ])
  project.write('program.ts', program)
  documented.forEach(({ code }, index) => project.write(files[index] ?? '', code))
})
afterAll(() => project[Symbol.dispose]())

test('the pages have programs', () => {
  expect(files.length).toBeGreaterThan(10)
})

for (const { version, ways, flags: more } of compilers) {
  describe(`TypeScript ${version}`, () => {
    const compiler = `typescript-${version}`
    noteVersion(() => project.run('node', ['-p', `require('${compiler}/package.json').version`]))

    test.each(ways)('%s', (moduleResolution, module) => {
      const flags = `--module ${module} --moduleResolution ${moduleResolution} ${more}`.trim()

      expect(compile(project, { compiler, files: ['program.ts'], flags })).toBe('')
    })

    test('documented programs', () => {
      const flags = '--module esnext --moduleResolution bundler --noImplicitAny false'

      expect(compile(project, { compiler, files, flags })).toBe('')
    })
  })
}

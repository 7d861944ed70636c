import { afterAll, beforeAll, expect, test } from 'vitest'
import { blocksOf, pageOf } from '../test/docs/pages.ts'
import { PackedProject } from '../test/support/packed-project.ts'
import { describeQuiet, jest30, nodeTest, others } from '../test/support/runners.ts'

const installed = [
  'pino@10.4.0',
  'winston@3.19.0',
  'jest@30.5.2',
  'jest-environment-jsdom@30.5.2',
  'jest-29@npm:jest@29.7.0',
  'ts-jest@29.4.15',
  '@types/jest@30.0.0',
  'typescript@5.9.3',
  '@babel/preset-env@7.29.14',
  'vitest@4.1.12',
  'mocha@11.8.0',
  'ava@6.4.1',
]

const project = new PackedProject()
beforeAll(() => project.install(installed))
afterAll(() => project[Symbol.dispose]())

for (const run of [...jest30, nodeTest, ...others]) describeQuiet(project, run)

test('under Jest 30, the test in docs/testing.md passes', () => {
  const block = blocksOf(pageOf('docs/testing.md')).find(({ code }) => code.includes('.test.cjs'))
  project.write('payment.test.js', block?.code ?? '')

  expect(() =>
    project.run('npx', ['--no-install', 'jest', '--silent', 'payment.test.js']),
  ).not.toThrow()
})

import { afterAll, beforeAll, describe } from 'vitest'
import { PackedProject } from './support/packed-project.ts'
import { describeQuiet, jest30, nodeTest, others } from './support/runners.ts'

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

// `npm run runners`; a sample is part of the tests of the packed packages.
describe.runIf(process.env['RUNNERS'] === 'full')('the packed packages', () => {
  const project = new PackedProject()
  beforeAll(() => project.install(installed), 300_000)
  afterAll(() => project[Symbol.dispose](), 120_000)

  for (const run of [...jest30, nodeTest, ...others]) describeQuiet(project, run)
})

import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'
import { workerSource } from './scripts/worker-source.mjs'

/** The configuration shared by the tests of all packages. With `CI` set, they write JSON reports for `scripts/summary.mjs`. */
export const base: ViteUserConfig = {
  plugins: [workerSource()],
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: fileURLToPath(new URL('vitest.setup.ts', import.meta.url)),
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: '.reports/vitest.json' }]]
      : ['default'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // By default, one core stays idle; on two of them, tests would take twice as long.
    maxWorkers: '100%',
  },
}

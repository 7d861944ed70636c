import { defineConfig } from 'vitest/config'
import config from './vitest.config.ts'

// For `npm run environments`, which prints the report as a table.
export default defineConfig({
  ...config,
  test: {
    ...config.test,
    include: ['environments/*.test.ts'],
    // An environment is installed before its tests, and some tests are builds.
    hookTimeout: 600_000,
    testTimeout: 600_000,
    reporters: ['default', ['json', { outputFile: '.reports/environments.json' }]],
  },
})

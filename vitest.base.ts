import { fileURLToPath } from 'node:url'
import type { ViteUserConfig } from 'vitest/config'

/** What every package's tests share. With `CI` set, a JSON report is left for `scripts/summary.mjs`. */
export const base: ViteUserConfig = {
  test: {
    include: ['test/**/*.test.ts'],
    globalSetup: fileURLToPath(new URL('vitest.temp.ts', import.meta.url)),
    reporters: process.env['CI']
      ? ['default', ['json', { outputFile: '.reports/vitest.json' }]]
      : ['default'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
  },
}

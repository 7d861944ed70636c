import { defineConfig } from 'vitest/config'
import { base } from '../vitest.base.ts'

// Most tests start processes and wait for them; too many at once slow each other down.
export default defineConfig({ ...base, test: { ...base.test, maxConcurrency: 3, maxWorkers: 2 } })

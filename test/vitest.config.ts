import { defineConfig } from 'vitest/config'
import { base } from '../vitest.base.ts'

// Most tests start processes and wait for them. Two workers use half of two cores; with many more, tests with time limits would slow each other down.
export default defineConfig({ ...base, test: { ...base.test, maxConcurrency: 3, maxWorkers: 3 } })

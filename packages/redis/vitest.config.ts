import { defineConfig } from 'vitest/config'
import { base } from '../../vitest.base.ts'

// Most tests wait for a lease to end, and use a tenth of a core.
export default defineConfig({ ...base, test: { ...base.test, maxWorkers: 3 } })

import { defineConfig } from 'vitest/config'
import { base } from '../../vitest.base.ts'

// Each test runs programs that print through pipes; two tests at once would measure each other.
export default defineConfig({ ...base, test: { ...base.test, maxWorkers: 1 } })

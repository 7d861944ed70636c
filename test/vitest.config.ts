import { defineConfig } from 'vitest/config'
import { base } from '../vitest.base.ts'

// Most tests here start processes, which take each other's time on two cores.
export default defineConfig({ ...base, test: { ...base.test, maxConcurrency: 3 } })

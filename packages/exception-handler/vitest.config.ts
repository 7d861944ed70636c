import { fileURLToPath } from 'node:url'
import { defineConfig, mergeConfig } from 'vitest/config'
import { base } from '../../vitest.base.ts'

const installNests = fileURLToPath(new URL('test/support/install-nests.ts', import.meta.url))

export default mergeConfig(base, defineConfig({ test: { globalSetup: [installNests] } }))

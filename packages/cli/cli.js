#!/usr/bin/env node
// npm links commands during installation, which in the repository is before the build. So this file is not a build output.
import { createRequire } from 'node:module'
import { runCommandLine } from './dist/cli.js'

const { version } = createRequire(import.meta.url)('./package.json')
await runCommandLine(process.argv, version)

#!/usr/bin/env node
// npm links a command when it installs, which in the repository is before anything is built: so this file is no part of the build.
await import('./dist/cli.js')

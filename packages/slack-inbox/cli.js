#!/usr/bin/env node
// npm links commands during installation, which in the repository is before the build. So this file is not a build output.
await import('./dist/cli.js')

// The CommonJS build lives inside an ESM package: this file tells Node and TypeScript so.
import { writeFileSync } from 'node:fs'

writeFileSync('dist/cjs/package.json', `${JSON.stringify({ type: 'commonjs' })}\n`)

// The CommonJS build lives in a folder of its own inside an ESM package: its package.json says so, and repeats the imports by
// `#name`, which Node looks up in the nearest one. Their CommonJS files are copied beside it.
import { copyFileSync, readFileSync, writeFileSync } from 'node:fs'

const folder = 'dist/cjs'
const { imports = {} } = JSON.parse(readFileSync('package.json', 'utf8'))
const required = Object.entries(imports).map(([name, { require }]) => [name, require.default])
for (const [, file] of required) copyFileSync(file, `${folder}/${file}`)
const manifest = { type: 'commonjs', ...(required.length > 0 && { imports: Object.fromEntries(required) }) }
writeFileSync(`${folder}/package.json`, `${JSON.stringify(manifest)}\n`)

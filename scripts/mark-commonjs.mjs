// The CommonJS build lives in a folder of its own inside an ESM package: its package.json says so. Node looks up an import by `#name` only
// in the package's own package.json, which is not the nearest any more, so such a require is pointed at the file it means.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const folder = join('dist', 'cjs')
writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`)

const { imports = {} } = JSON.parse(readFileSync('package.json', 'utf8'))
for (const file of readdirSync(folder, { recursive: true })) {
  if (!file.endsWith('.js')) continue
  const path = join(folder, file)
  const source = readFileSync(path, 'utf8')
  let pointed = source
  for (const [name, { require }] of Object.entries(imports)) {
    const target = relative(dirname(path), require.default).replaceAll('\\', '/')
    pointed = pointed.replaceAll(`require("${name}")`, `require("${target}")`)
  }
  if (pointed !== source) writeFileSync(path, pointed)
}

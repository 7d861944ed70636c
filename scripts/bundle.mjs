// Makes few CommonJS files of a package, since to find and load a file takes longer than to run it, and beside each entry an ES module
// that hands on its names: however a package is loaded, each class and each state of it exists once.
import { mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { build } from 'rolldown'
import { loadLate } from './load-late.mjs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const { exports, bin = {}, imports = {}, dependencies, peerDependencies } = manifest
const folder = join('dist', 'cjs')
const programs = Object.values(bin).map(sourceOf)
const entries = Object.values(exports)
  .flatMap((target) => target.import?.default ?? [])
  .map(sourceOf)

rmSync(folder, { recursive: true, force: true })
copyDeclarations()
const { output } = await bundle([...entries, ...programs])
for (const chunk of output) if (chunk.isEntry) writeModule(chunk)

function sourceOf(target) {
  return resolve('src', basename(target).replace(/\.js$/, '.ts'))
}

/** The declarations of the one format are those of the other; only their maps lead from elsewhere. */
function copyDeclarations() {
  const files = readdirSync('dist', { recursive: true }).filter((file) => file.endsWith('.d.ts'))
  for (const file of files) {
    const copy = join(folder, file)
    mkdirSync(dirname(copy), { recursive: true })
    const text = readFileSync(join('dist', file), 'utf8')
    writeFileSync(copy, text.replace(/^\/\/# sourceMappingURL=.*$/m, ''))
  }
  writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`)
}

function bundle(input) {
  const others = Object.keys({ ...dependencies, ...peerDependencies })
  return build({
    input,
    platform: 'node',
    external: [/^node:/, /^#/, ...others.map((name) => new RegExp(`^${name}(/|$)`))],
    transform: { target: 'node20.19' },
    plugins: [loadLate()],
    output: {
      dir: folder,
      format: 'cjs',
      exports: 'named',
      chunkFileNames: '[name].js',
      // Node looks through a CommonJS file for its names before an ES module may import it, slowly: it had better be short.
      codeSplitting: { groups: [{ name: 'shared', test: (id) => !input.includes(id) }] },
      paths: Object.fromEntries(
        Object.entries(imports).map(([name, target]) => [name, fromFolder(target)]),
      ),
      sourcemap: true,
      // `src` is published as well.
      sourcemapExcludeSources: true,
    },
  })
}

/** Node looks up a name like `#this` in the nearest package.json, which is the folder's own. */
function fromFolder(target) {
  return join('..', '..', target.require.default)
}

function writeModule({ facadeModuleId, fileName, exports: names }) {
  const path = `'./cjs/${fileName}'`
  const named = names.filter((name) => name !== 'default')
  const lines = [
    ...(programs.includes(facadeModuleId) ? ['#!/usr/bin/env node', `import ${path}`] : []),
    ...(named.length > 0 ? [`export { ${named.join(', ')} } from ${path}`] : []),
    // What the `default` of a CommonJS module is, Node and the bundlers do not agree on.
    ...(names.includes('default')
      ? [`import all from ${path}`, 'export default all.default ?? all']
      : []),
  ]
  writeFileSync(join('dist', fileName), `${lines.join('\n')}\n`)
}

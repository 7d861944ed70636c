// Bundles a package into few CommonJS files, because finding and loading a file takes longer than running it, and writes an ES module
// beside each entry that re-exports its names: however a package is loaded, its classes and its state exist once. Its declarations are
// bundled in the same way, so that each type exists once, too.
import { mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { basename, isAbsolute, join, resolve } from 'node:path'
import { build } from 'rolldown'
import { dts } from 'rolldown-plugin-dts'
import { workerSource } from './worker-source.mjs'

const manifest = JSON.parse(readFileSync('package.json', 'utf8'))
const { exports, bin = {}, imports = {}, dependencies, peerDependencies } = manifest
const { peerDependenciesMeta: optional = {} } = manifest
const folder = join('dist', 'cjs')
const programs = Object.values(bin).map(sourceOf)
const entries = Object.values(exports)
  .flatMap((target) => target.import?.default ?? [])
  .map(sourceOf)
// Node scans a CommonJS file for its exports before an ES module can import it. That is slow, so entries are kept short. What is
// only a program has a file for each of its commands, which it loads by itself.
const codeSplitting = entries.length === 0 || {
  groups: [
    {
      debugName: 'shared',
      name: (id, context) =>
        [...entries, ...programs].includes(id) || needsOptional(id, context) ? null : 'shared',
    },
  ],
}

const keepNames = { function: true, class: true }

rmSync('dist', { recursive: true, force: true })
mkdirSync(folder, { recursive: true })
writeFileSync(join(folder, 'package.json'), `${JSON.stringify({ type: 'commonjs' })}\n`)
const { output } = await bundle([...entries, ...programs])
for (const chunk of output) if (chunk.isEntry) writeModule(chunk)
if (entries.length > 0) await bundleDeclarations()

function sourceOf(target) {
  return resolve('src', basename(target).replace(/\.js$/, '.ts'))
}

/** A package that only one entry needs, as that for Nest needs rxjs, must not be loaded by others: what imports it stays with that entry. */
function needsOptional(id, context, seen = new Set()) {
  if (Object.hasOwn(optional, id)) return true
  if (seen.has(id)) return false
  seen.add(id)
  const { importedIds = [] } = context.getModuleInfo(id) ?? {}
  return importedIds.some((each) => needsOptional(each, context, seen))
}

function bundle(input) {
  const others = Object.keys({ ...dependencies, ...peerDependencies })
  return build({
    input,
    platform: 'node',
    external: [/^node:/, /^#/, ...others.map((name) => new RegExp(`^${name}(/|$)`))],
    transform: { target: 'node20.19' },
    plugins: [workerSource()],
    output: {
      dir: folder,
      format: 'cjs',
      exports: 'named',
      chunkFileNames: '[name].js',
      codeSplitting,
      paths: Object.fromEntries(
        Object.entries(imports).map(([name, target]) => [name, fromFolder(target)]),
      ),
      comments: false,
      // A stack names functions and classes, and the line of a statement: neither sources nor maps have to be published.
      minify: {
        compress: { sequences: false, joinVars: false, keepNames },
        mangle: { keepNames },
        codegen: { removeWhitespace: false },
      },
    },
  })
}

async function bundleDeclarations() {
  const { output: declarations } = await build({
    input: entries,
    external: (id) => !id.startsWith('.') && !isAbsolute(id),
    plugins: [dts({ emitDtsOnly: true })],
    output: {
      dir: folder,
      chunkFileNames: '[name].d.ts',
      minifyInternalExports: false,
      codeSplitting,
    },
  })
  for (const { isEntry, fileName, code } of declarations)
    if (isEntry) writeFileSync(join('dist', fileName), code.replaceAll(`"./`, `"./cjs/`))
}

/** Node resolves a name like `#this` with the nearest package.json, which in `dist/cjs` has no imports. */
function fromFolder(target) {
  return join('..', '..', target.require.default)
}

function writeModule({ facadeModuleId, fileName, exports: names }) {
  const path = `'./cjs/${fileName}'`
  const named = names.filter((name) => name !== 'default')
  const lines = [
    ...(programs.includes(facadeModuleId) ? ['#!/usr/bin/env node', `import ${path}`] : []),
    ...(named.length > 0 ? [`export { ${named.join(', ')} } from ${path}`] : []),
    // Node and bundlers disagree about the default export of a CommonJS module.
    ...(names.includes('default')
      ? [`import all from ${path}`, 'export default all.default ?? all']
      : []),
  ]
  writeFileSync(join('dist', fileName), `${lines.join('\n')}\n`)
}

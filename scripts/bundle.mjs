// Bundles a package into few CommonJS files, because finding and loading a file takes longer than running it, and writes an ES module
// beside each entry that re-exports its names: however a package is loaded, its classes and its state exist once.
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { basename, dirname, join, resolve } from 'node:path'
import { build } from 'rolldown'
import { workerSource } from './worker-source.mjs'

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

/** Both formats have the same declarations. The copies have no source maps, because the paths in them would be wrong. */
function copyDeclarations() {
  const files = readdirSync('dist', { recursive: true }).filter((file) => file.endsWith('.d.ts'))
  for (const file of files) {
    // `tsc -b` leaves the declarations of sources that were moved or deleted.
    if (!existsSync(join('src', file.replace(/\.d\.ts$/, '.ts')))) {
      rmSync(join('dist', file))
      rmSync(join('dist', file.replace(/$/, '.map')), { force: true })
      continue
    }
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
    plugins: [workerSource()],
    output: {
      dir: folder,
      format: 'cjs',
      exports: 'named',
      chunkFileNames: '[name].js',
      // Node scans a CommonJS file for its exports before an ES module can import it. That is slow, so entries are kept short. What is
      // only a program has a file for each of its commands, which it loads by itself.
      ...(entries.length > 0 && {
        codeSplitting: { groups: [{ name: 'shared', test: (id) => !input.includes(id) }] },
      }),
      paths: Object.fromEntries(
        Object.entries(imports).map(([name, target]) => [name, fromFolder(target)]),
      ),
      sourcemap: true,
      // `src` is published too.
      sourcemapExcludeSources: true,
    },
  })
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

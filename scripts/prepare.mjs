// Installs the dependencies, if necessary, and builds, so that every command works in a fresh clone.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const root = fileURLToPath(new URL('..', import.meta.url))

export function prepare() {
  const [major, minor] = process.versions.node.split('.').map(Number)
  if (major < 20 || (major === 20 && minor < 19)) {
    console.error(`Node 20.19 or newer is needed, this is ${process.versions.node}`)
    process.exit(1)
  }
  if (!isInstalled()) run('npm', ['ci', '--no-audit', '--no-fund'])
  run('npx', ['--no-install', 'turbo', 'run', 'build', '--output-logs=errors-only'])
}

/** npm writes a copy of the lock file at the end of an installation. */
function isInstalled() {
  const done = `${root}node_modules/.package-lock.json`
  if (!existsSync(done)) return false
  const wanted = JSON.parse(readFileSync(`${root}package-lock.json`, 'utf8')).packages
  const installed = JSON.parse(readFileSync(done, 'utf8')).packages
  const isSame = Object.entries(wanted).every(
    ([path, { version, optional, link }]) =>
      path === '' ||
      optional ||
      link ||
      !path.startsWith('node_modules/') ||
      installed[path]?.version === version,
  )
  return isSame && statSync(done).isFile()
}

export function run(command, commandArguments, env = {}) {
  const { status } = spawnSync(command, commandArguments, {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1', ...env },
    shell: process.platform === 'win32',
  })
  if (status !== 0) process.exit(status ?? 1)
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepare()

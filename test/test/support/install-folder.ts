import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** Installs the packages of a folder with a lock file of its own, which are too many for the root's installation, once for each lock file. */
export function installFolder(folder: URL): void {
  const lock = readFileSync(new URL('package-lock.json', folder), 'utf8')
  const done = new URL('node_modules/.installed-lock.json', folder)
  if (existsSync(done) && readFileSync(done, 'utf8') === lock) return
  const { status, stderr } = spawnSync('npm', ['ci', '--ignore-scripts', '--omit=optional'], {
    cwd: fileURLToPath(folder),
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${fileURLToPath(folder)} could not be installed: ${stderr}`)
  writeFileSync(done, lock)
}

import { spawnSync } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** What Nest has beyond HTTP is large, and needed by few tests: it is no part of the workspace, and each version has a folder. */
export const nestFolders = ['nest11', 'nest12'] as const

export function folderOf(name: (typeof nestFolders)[number]): string {
  return fileURLToPath(new URL(`../${name}/`, import.meta.url))
}

/** Before all tests, since several of their files use the folders at the same time. */
export function setup(): void {
  for (const name of nestFolders) install(folderOf(name))
}

function install(folder: string): void {
  // npm writes it at the end of an installation.
  const done = `${folder}node_modules/.package-lock.json`
  const lock = `${folder}package-lock.json`
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  const { status, stderr } = spawnSync('npm', ['ci', ...flags], {
    cwd: folder,
    encoding: 'utf8',
    shell: process.platform === 'win32',
  })
  if (status !== 0) throw new Error(`${folder} could not be installed:\n${stderr}`)
}

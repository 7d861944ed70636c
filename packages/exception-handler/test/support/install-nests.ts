import { execFile } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const run = promisify(execFile)

/** What Nest has beyond HTTP is large, and needed by few tests: it is no part of the workspace, and each version has a folder. */
export const nestFolders = ['nest11', 'nest12'] as const

export function folderOf(name: (typeof nestFolders)[number]): string {
  return fileURLToPath(new URL(`../${name}/`, import.meta.url))
}

/** Before all tests, since several of their files use the folders at the same time. */
export async function setup(): Promise<void> {
  await Promise.all(nestFolders.map((name) => install(folderOf(name))))
}

async function install(folder: string): Promise<void> {
  // npm writes it at the end of an installation.
  const done = `${folder}node_modules/.package-lock.json`
  const lock = `${folder}package-lock.json`
  if (existsSync(done) && statSync(done).mtimeMs >= statSync(lock).mtimeMs) return
  const flags = ['--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error']
  await run('npm', ['ci', ...flags], { cwd: folder, shell: process.platform === 'win32' })
}

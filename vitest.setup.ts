import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let path: string | undefined

/**
 * Creates a temporary folder for this test run, so that it does not find files of another run. Removes what names the service and its
 * release under `npm test` only.
 */
export function setup(): void {
  path = mkdtempSync(join(tmpdir(), 'slack-logger-run-'))
  process.env['TMPDIR'] = path
  for (const name of [
    'XDG_STATE_HOME',
    'STATE_DIRECTORY',
    'npm_package_name',
    'npm_package_version',
  ])
    delete process.env[name]
}

export function teardown(): void {
  if (path !== undefined) rmSync(path, { recursive: true, force: true })
}

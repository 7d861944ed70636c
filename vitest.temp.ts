import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

let path: string | undefined

/** Gives a run of tests a folder for temporary files of its own, so that it finds nothing that another has left. */
export function setup(): void {
  path = mkdtempSync(join(tmpdir(), 'slack-logger-run-'))
  process.env['TMPDIR'] = path
  for (const name of ['XDG_STATE_HOME', 'STATE_DIRECTORY']) delete process.env[name]
}

/** Leaves nothing. */
export function teardown(): void {
  if (path !== undefined) rmSync(path, { recursive: true, force: true })
}

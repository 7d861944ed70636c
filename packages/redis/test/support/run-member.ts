import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { text } from 'node:stream/consumers'
import { fileURLToPath } from 'node:url'

const program = fileURLToPath(new URL('../fixtures/member.mjs', import.meta.url))

export interface RunMemberOptions {
  readonly fleet: string
  readonly redis: string
  readonly id: string
  readonly keyPrefix?: string
  readonly role?: string
  readonly occurrences?: number
  readonly reports?: number
}

export interface RunMember {
  readonly stdout: string
  readonly stderr: string
  readonly code: number | null
  readonly tookMs: number
}

/**
 * Runs a process that takes part in a fleet, until it ends by itself.
 *
 * @param given.waits whether it waits until its reports are merged, and leaves in order
 */
export async function runMember(
  member: RunMemberOptions,
  given: { readonly waits?: boolean; readonly env?: NodeJS.ProcessEnv } = {},
): Promise<RunMember> {
  const from = performance.now()
  const env = {
    ...process.env,
    ...given.env,
    MEMBER: JSON.stringify(member),
    WAITS: String(given.waits ?? false),
  }
  const child = spawn(process.execPath, [program], { env })
  const [stdout, stderr] = await Promise.all([
    text(child.stdout),
    text(child.stderr),
    child.exitCode ?? once(child, 'exit'),
  ])
  return { stdout, stderr, code: child.exitCode, tookMs: performance.now() - from }
}

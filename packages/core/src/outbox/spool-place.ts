import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { hasSystemClock, type SinkEnvironment } from '../environment.ts'
import type { Target } from '../resolve-target.ts'
import { shortHash, type SpoolFolder } from './spool-folder.ts'

/** Where a sink keeps what is not told yet; `undefined` if nowhere. */
export function spoolFolderOf(
  options: {
    readonly spoolDir: string | false | undefined
    readonly target: Target
    readonly service: string
  },
  environment: Pick<SinkEnvironment, 'variables' | 'fileSystem' | 'process' | 'clock'>,
): SpoolFolder | undefined {
  const { spoolDir, target, service } = options
  if (spoolDir === false || target.kind === 'preview' || target.kind === 'off') return undefined
  // Tests and replays must not find what others of their kind have left.
  if (spoolDir === undefined && !hasSystemClock(environment)) return undefined
  const { fileSystem, process } = environment
  return {
    path: spoolDir ?? defaultPath(environment.variables, process.uid),
    owner: shortHash(JSON.stringify([service, ...identityOf(target)])),
    fileSystem,
    process,
  }
}

/**
 * A folder of the service's own where systemd or the session names one, else one below the system's folder for temporary files,
 * which is there in every container; others cannot reach into either.
 */
function defaultPath(variables: SinkEnvironment['variables'], uid: number | undefined): string {
  const [stateDirectory] = (variables['STATE_DIRECTORY'] ?? '').split(':')
  const base = stateDirectory || variables['XDG_STATE_HOME']
  if (base !== undefined && base !== '') return join(base, 'slack-logger')
  return join(tmpdir(), uid === undefined ? 'slack-logger' : `slack-logger-${uid}`)
}

/** What messages go to, so that a service posts only what was meant for the same place. */
function identityOf(target: Target & { kind: 'webApi' | 'webhook' }): readonly string[] {
  if (target.kind === 'webhook') return [target.url]
  return [target.slackApiUrl, target.channel, installationOf(target.token)]
}

/** A bot token names its workspace and bot before its secret, which may change between two starts. */
function installationOf(token: string): string {
  return /^xoxb-\d+-\d+-/.exec(token)?.[0] ?? token
}

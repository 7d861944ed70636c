import { existsSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import type { Redis } from 'ioredis'
import {
  journalFolderOf,
  prepareFolder,
  reasonOf,
  recipientOf,
  resolveEnvironment,
  type ResolvedOptions,
} from '@slack-logger/core/tooling'
import { type Check, checksOf } from './check.ts'

/** Checks the version of Node. */
export function checkNode(version: string): Check {
  const { ok, failed } = checksOf('node')
  const [major = 0, minor = 0] = version.split('.').map(Number)
  if (major > 20 || (major === 20 && minor >= 19)) return ok(version)
  return failed(version, 'Install Node 20.19 or newer')
}

/** Checks that the folder of the journal can be written to, and that others cannot read it. */
export function checkJournal(
  options: ResolvedOptions,
  variables: Readonly<Record<string, string | undefined>>,
): Check {
  const { ok, failed, skipped } = checksOf('journal')
  const { target, fleet } = options
  if (options.spoolDir === false)
    return skipped('off: alerts that wait are lost when a process is killed')
  const recipient = target.kind === 'off' ? undefined : recipientOf(target)
  const environment = resolveEnvironment({ variables })
  const folder = journalFolderOf({ ...options, recipient, fleet: false }, environment)
  if (folder === undefined) return skipped('nothing is sent')
  const wasThere = existsSync(folder.path)
  const reason = prepareFolder(folder) ?? writeReason(folder.path)
  // The service may run as another user, who has to own it.
  if (!wasThere && reason === undefined) rmdirSync(folder.path)
  if (reason === undefined) return ok(folder.path)
  if (fleet !== false && fleet.redis !== undefined) return skipped(`${reason}; it is kept in Redis`)
  return failed(
    reason,
    'Set `spoolDir` (SLACK_LOGGER_SPOOL_DIR) to a folder that only this user can access',
  )
}

function writeReason(folder: string): string | undefined {
  const file = join(folder, `doctor-${process.pid}`)
  try {
    writeFileSync(file, 'x', { mode: 0o600, flag: 'wx' })
    unlinkSync(file)
    return undefined
  } catch (error) {
    return `${folder} cannot be written to: ${reasonOf(error)}`
  }
}

const oldestRedis = [6, 2] as const

/** Checks how processes find each other. */
export async function checkFleet({ fleet }: ResolvedOptions, signal: AbortSignal): Promise<Check> {
  const { ok, skipped } = checksOf('fleet')
  if (fleet === false) return skipped('off: each process has messages of its own')
  if (fleet.link !== undefined) return skipped('a link of your own')
  if (fleet.redis === undefined)
    return ok('the processes of this host, through a socket beside the journal')
  if (typeof fleet.redis.redis === 'object') return skipped('a client of your own for Redis')
  const { Redis } = await import('ioredis')
  const options = {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    disconnectTimeout: 100,
  }
  const redis = new Redis(fleet.redis.redis, options)
  signal.addEventListener('abort', () => redis.disconnect())
  let reason: Error | undefined
  // A call only fails with the connection.
  redis.on('error', (error: Error) => (reason ??= error))
  try {
    return await askRedis(redis, {
      host: new URL(fleet.redis.redis).host,
      reasonOf: (error) => ((signal.aborted ? signal.reason : (reason ?? error)) as Error).message,
    })
  } finally {
    redis.disconnect()
  }
}

async function askRedis(
  redis: Redis,
  given: { readonly host: string; readonly reasonOf: (error: unknown) => string },
): Promise<Check> {
  const { ok, failed } = checksOf('fleet')
  const { host } = given
  const startedAt = performance.now()
  try {
    await redis.connect()
    await redis.eval('return 1', 0)
  } catch (error) {
    const message = given.reasonOf(error)
    const isRefused = /^(NOAUTH|WRONGPASS|NOPERM)/.test(message)
    return failed(
      `Redis at ${host}: ${message}`,
      isRefused
        ? 'Check user and password in the address, and the permissions of that user'
        : 'Check that the address is right, and that it is reached from this machine',
    )
  }
  const took = `${Math.round(performance.now() - startedAt)} ms`
  // A user without the permission to ask can be a follower and a leader all the same.
  const info = await redis.info().catch(() => '')
  const field = (name: string): string | undefined =>
    new RegExp(`^${name}:(.*)$`, 'm').exec(info)?.[1]?.trim()
  if (field('role') === 'slave')
    return failed(`Redis at ${host} is a replica`, 'Use the address of the primary server')
  const version = field('redis_version')
  const [major = 0, minor = 0] = (version ?? '').split('.').map(Number)
  const [oldestMajor, oldestMinor] = oldestRedis
  const isOld = major < oldestMajor || (major === oldestMajor && minor < oldestMinor)
  if (version !== undefined && isOld)
    return failed(`Redis at ${host} has version ${version}`, 'Use Redis 6.2, Valkey 7.2 or newer')
  return ok(`Redis ${version ?? ''} at ${host} answered in ${took}`.replace('  ', ' '))
}

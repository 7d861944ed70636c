import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SlackOptions } from '@slack-logger/core'

/** The flags that all commands with options have. */
export interface OptionFlags {
  readonly envFile?: string
  readonly config?: string
  readonly service?: string
  readonly environment?: string
  readonly channel?: string
  readonly redis?: string
}

/** The options of a command, and which of them are from the file of `--config`. */
export interface ReadOptions {
  readonly options: SlackOptions
  readonly fromFile: readonly string[]
}

/**
 * Reads the options of a command: flags count before the file of `--config`, and that before variables, which the sink reads, and
 * those of the process before those of `--env-file`. Messages are sent whatever `NODE_ENV` is, since who starts a command wants that.
 *
 * @throws for a file that cannot be read, or without options
 */
export async function readOptions(
  flags: OptionFlags,
  variables: Readonly<Record<string, string | undefined>> = process.env,
): Promise<ReadOptions> {
  const { envFile, config, redis, ...given } = flags
  if (envFile !== undefined) process.loadEnvFile(envFile)
  const file = config === undefined ? {} : await readConfig(resolve(config))
  const fleet = typeof file.fleet === 'object' ? file.fleet : {}
  const server = redis ?? fleet.redis ?? variables['REDIS_URL']
  const options = {
    enabled: true,
    ...file,
    ...given,
    ...(server !== undefined && file.fleet !== false && { fleet: { ...fleet, redis: server } }),
  }
  return { options, fromFile: Object.keys(file).filter((name) => !Object.hasOwn(given, name)) }
}

async function readConfig(path: string): Promise<SlackOptions> {
  const read = await load(path)
  if (typeof read === 'object' && read !== null) return read
  throw new TypeError(`Expected ${path} to have the options as its default export`)
}

async function load(path: string): Promise<unknown> {
  try {
    if (path.endsWith('.json')) return JSON.parse(await readFile(path, 'utf8'))
    return ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default
  } catch (error) {
    const [reason = ''] = String(error).split(/\n| imported from /)
    throw new TypeError(`Expected ${path} to be a module of JavaScript or JSON, got ${reason}`, {
      cause: error,
    })
  }
}

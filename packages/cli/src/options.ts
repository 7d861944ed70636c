import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { SlackOptions } from '@slack-logger/core'

/** The flags that all commands with options have. */
export interface OptionFlags {
  readonly config?: string
  readonly service?: string
  readonly environment?: string
  readonly channel?: string
  readonly redis?: string
}

/**
 * The options of a command: flags count before the file of `--config`, and that before variables, which the sink reads. Messages are sent
 * whatever `NODE_ENV` is, since who starts a command wants that.
 *
 * @throws for a file that cannot be read, or without options
 */
export async function readOptions(flags: OptionFlags): Promise<SlackOptions> {
  const { config, redis, ...given } = flags
  const file = config === undefined ? {} : await readConfig(resolve(config))
  const fleet = typeof file.fleet === 'object' ? file.fleet : {}
  const server = redis ?? fleet.redis ?? process.env['REDIS_URL']
  return {
    enabled: true,
    ...file,
    ...given,
    ...(server !== undefined && file.fleet !== false && { fleet: { ...fleet, redis: server } }),
  }
}

async function readConfig(path: string): Promise<SlackOptions> {
  const read: unknown = path.endsWith('.json')
    ? JSON.parse(await readFile(path, 'utf8'))
    : ((await import(pathToFileURL(path).href)) as { readonly default?: unknown }).default
  if (typeof read === 'object' && read !== null) return read
  throw new TypeError(`Expected ${path} to have the options as its default export`)
}

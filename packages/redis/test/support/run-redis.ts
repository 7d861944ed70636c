import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync } from 'node:fs'
import { createServer, type AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { Redis } from 'ioredis'

/** A running server of Redis. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
  readonly pid: number
}

export interface RedisServerOptions {
  /**
   * A server that was stopped is started again on its own.
   *
   * @default a free one
   */
  readonly port?: number
  /** Further arguments. */
  readonly args?: readonly string[]
}

/**
 * Runs a server of Redis without a file, of the binary that `SLACK_LOGGER_REDIS` names.
 *
 * @param what What is skipped if there is none.
 * @returns `undefined` if there is none.
 */
export async function runRedis(
  what: string,
  options: RedisServerOptions = {},
): Promise<RedisServer | undefined> {
  const wanted = process.env['SLACK_LOGGER_REDIS']
  const { port = await freePort(), args = [] } = options
  const values = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const all = [...values, ...args]
  const server = spawn(wanted ?? 'redis-server', all, { stdio: ['ignore', 'pipe', 'inherit'] })
  const isStarted = await new Promise<boolean>((resolve) => {
    server.once('error', () => resolve(false))
    server.once('exit', () => resolve(false))
    createInterface(server.stdout).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(true)
    })
  })
  if (!isStarted && wanted !== undefined) {
    throw new Error(
      `Expected SLACK_LOGGER_REDIS to be a server of Redis, could not start ${wanted}`,
    )
  }
  if (!isStarted) {
    process.stdout.write(`No redis-server: ${what} skipped (apt-get install redis-server)\n`)
    return undefined
  }
  return {
    port,
    pid: server.pid ?? 0,
    [Symbol.asyncDispose]: async () => {
      if (server.exitCode !== null || server.signalCode !== null) return
      const ended = once(server, 'exit')
      server.kill('SIGKILL')
      await ended
    },
  }
}

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  server.close()
  await once(server, 'close')
  return port
}

/** Runs a cluster of two nodes that share the slots. */
export async function runCluster(
  what: string,
): Promise<(AsyncDisposable & { readonly ports: readonly number[] }) | undefined> {
  const one = await runRedis(what, { args: nodeArgs() })
  if (one === undefined) return undefined
  const two = await runRedis(what, { args: nodeArgs() })
  if (two === undefined) throw new Error('Expected a second server of Redis to start')
  const [a, b] = [new Redis(one.port), new Redis(two.port)]
  await a.cluster('ADDSLOTSRANGE', 0, 8191)
  await b.cluster('ADDSLOTSRANGE', 8192, 16_383)
  await a.cluster('MEET', '127.0.0.1', two.port)
  for (const each of [a, b])
    while (!(await each.cluster('INFO')).includes('cluster_state:ok'))
      await new Promise((resolve) => setTimeout(resolve, 50))
  for (const each of [a, b]) each.disconnect()
  return {
    ports: [one.port, two.port],
    [Symbol.asyncDispose]: async () => {
      await one[Symbol.asyncDispose]()
      await two[Symbol.asyncDispose]()
    },
  }
}

/** Each node has a file of its own. */
function nodeArgs(): readonly string[] {
  return ['--cluster-enabled', 'yes', '--dir', mkdtempSync(join(tmpdir(), 'redis-node-'))]
}

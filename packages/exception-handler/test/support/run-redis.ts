import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { createServer, type AddressInfo } from 'node:net'
import { createInterface } from 'node:readline'

/** A running server of Redis. */
export interface RedisServer extends AsyncDisposable {
  readonly port: number
}

/**
 * Runs a server of Redis without a file, of the binary that `SLACK_LOGGER_REDIS` names.
 *
 * @param what What is skipped if there is none.
 * @returns `undefined` if there is none.
 */
export async function runRedis(what: string): Promise<RedisServer | undefined> {
  const wanted = process.env['SLACK_LOGGER_REDIS']
  const port = await freePort()
  const values = ['--port', String(port), '--bind', '127.0.0.1', '--save', '', '--appendonly', 'no']
  const server = spawn(wanted ?? 'redis-server', values, { stdio: ['ignore', 'pipe', 'inherit'] })
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
    [Symbol.asyncDispose]: async () => {
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

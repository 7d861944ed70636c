import { fork } from 'node:child_process'
import { once } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { createClients } from './load.mjs'

const program = fileURLToPath(new URL('serve.mjs', import.meta.url))

/** Time for the work that a service does after its responses. */
const settleMs = 20

/**
 * Measures services that run at the same time and take turns, so that all have the same conditions. Returns the microseconds a
 * request of each turn, by mode.
 */
export async function measureInTurns(
  modes,
  { framework, path, connections, env, warmUps, turns, perTurn },
) {
  const services = await Promise.all(
    modes.map((mode) => start({ framework, mode, connections, env })),
  )
  for (let turn = -warmUps; turn < turns; turn += 1) {
    for (const service of turn % 2 === 0 ? services : services.toReversed()) {
      const before = await cpuOf(service.child)
      await service.clients.send(path, perTurn)
      await delay(settleMs)
      const usPerRequest = ((await cpuOf(service.child)) - before) / perTurn
      if (turn >= 0) service.turns.push(usPerRequest)
    }
  }
  await Promise.all(services.map(stop))
  return Object.fromEntries(services.map((service) => [service.mode, service.turns]))
}

/** Runs one service in a separate process. Its logs go to real files. */
async function start({ framework, mode, connections, env }) {
  const folder = await mkdtemp(join(tmpdir(), 'exception-handler-'))
  const output = openSync(join(folder, 'output.log'), 'a')
  const child = fork(program, [framework, mode], {
    stdio: ['ignore', output, output, 'ipc'],
    env: { ...process.env, ...env, NODE_ENV: 'production', LOG_FILE: join(folder, 'app.log') },
  })
  closeSync(output)
  child.once('exit', (code) => {
    if (code !== null) throw new Error(`${framework}, ${mode}, ended with ${code}`)
  })
  const [{ port }] = await once(child, 'message')
  return { mode, child, folder, clients: createClients(port, connections), turns: [] }
}

async function stop({ child, folder, clients }) {
  clients.close()
  child.kill('SIGKILL')
  await once(child, 'exit')
  await rm(folder, { recursive: true })
}

/** CPU time of the main thread, which Linux reports exactly while the thread sleeps, else of the process. */
async function cpuOf(child) {
  try {
    const [ns] = readFileSync(`/proc/${child.pid}/task/${child.pid}/schedstat`, 'utf8').split(' ')
    return Number(ns) / 1000
  } catch {
    child.send('cpu')
    const [{ cpuUs }] = await once(child, 'message')
    return cpuUs
  }
}

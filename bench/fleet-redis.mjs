// `npm run bench -- fleet-redis`: what a fleet over Redis costs the server, the network and a process. `cpu`, `traffic` or `process` after
// it selects a part. Needs `redis-server`, or the binary that SLACK_LOGGER_REDIS names.
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { performance } from 'node:perf_hooks'
import { createInterface } from 'node:readline'
import { setTimeout as wait } from 'node:timers/promises'
import { createRedisLink } from '@slack-logger/redis'
import { startInbox } from '@slack-logger/slack-inbox'
import { Redis } from 'ioredis'
import { startProcess } from './harness/fleet-process.mjs'

const smoke = process.env.BENCH_SMOKE === 'true'
const only = process.argv.slice(2)
const parts = { cpu: measureCpu, traffic: measureTraffic, process: measureProcess }
const server = await startRedis()
if (server === undefined)
  console.log('No redis-server: fleet-redis skipped (apt-get install redis-server)')
else {
  console.log(`Node ${process.version}, load ${loadavg()[0].toFixed(1)}`)
  for (const [name, measure] of Object.entries(parts))
    if (only.length === 0 || only.includes(name)) await measure()
  server.process.kill('SIGKILL')
  server.admin.disconnect()
}
process.exit()

/** The CPU of the server for everything that becomes of a report: taking it, handing it to the leader, and keeping what it is merged into. */
async function measureCpu() {
  const reports = smoke ? 50 : 3000
  for (const [what, problems, bytes] of [
    ['one known problem', 1, 380],
    ['5 known problems', 5, 380],
    ['20 known problems', 20, 380],
    ['one new problem with its event', 1, 4000],
  ]) {
    await server.admin.flushall()
    const leader = joinFleet('leader')
    await leader.settled
    const follower = joinFleet('follower')
    await follower.settled
    const before = await cpuMicroseconds()
    for (let seq = 1; seq <= reports; seq += 1) await follower.report(seq, problems, bytes)
    const each = ((await cpuMicroseconds()) - before) / reports / problems
    await follower.link.close()
    await leader.link.close()
    console.log(`  Redis CPU, reports of ${what}: ${each.toFixed(1)} µs a problem (at most 50 µs)`)
  }
}

/** What real processes that all fail ask of the server. */
async function measureTraffic() {
  for (const size of smoke ? [2] : [10, 100]) {
    await server.admin.flushall()
    const inbox = await startInbox()
    const folder = mkdtempSync(join(tmpdir(), 'slack-logger-fleet-'))
    const options = { service: 'bench', fleet: { redis: server.url } }
    const children = []
    for (let index = 0; index < size; index += 1) {
      const child = start({ kind: 'steady', options, problems: 5 }, { inbox, folder })
      await once(child, 'message')
      children.push(child)
    }
    await wait(smoke ? 500 : 5000)
    const [before, from] = [await counters(), performance.now()]
    await wait(smoke ? 500 : 10_000)
    const after = await counters()
    const seconds = (performance.now() - from) / 1000
    const rate = (name) => ((after[name] - before[name]) / seconds).toFixed(0)
    const kilobytes = (after.bytes - before.bytes) / seconds / 1000
    console.log(
      `  ${size} processes with 5 problems each, 100 errors a second: ${kilobytes.toFixed(1)} kB and ${rate('calls')} calls a second, Redis CPU ${((after.cpu - before.cpu) / seconds / 1e4).toFixed(2)} %, ${after.clients - 1} connections`,
    )
    for (const child of children) child.send('end')
    for (const child of children) if (child.exitCode === null) await once(child, 'exit')
    await inbox.close()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** The first alert, and the memory, of a process that leads, of one whose server is mute, and of one without a fleet. */
async function measureProcess() {
  const mute = createServer(() => undefined).listen(0, '127.0.0.1')
  await once(mute, 'listening')
  const kinds = {
    off: { fleet: false },
    leader: { fleet: { redis: server.url } },
    mute: { fleet: { redis: `redis://127.0.0.1:${mute.address().port}` } },
  }
  const results = { off: [], leader: [], mute: [] }
  for (let pair = 0; pair < (smoke ? 1 : 5); pair += 1)
    for (const [kind, options] of Object.entries(kinds))
      results[kind].push(await measureFirst({ service: `bench-${pair}`, ...options }))
  mute.close()
  for (const { kind, firstMs } of [
    { kind: 'leader', firstMs: 5 },
    { kind: 'mute', firstMs: 260 },
  ]) {
    const [first, memory] = ['firstMs', 'memoryMb'].map(
      (name) => median(results[kind], name) - median(results.off, name),
    )
    console.log(
      `  ${kind}, against fleet: false: first alert ${first.toFixed(0)} ms later (at most ${firstMs}), memory ${memory.toFixed(1)} MB more (at most 12)`,
    )
  }
}

async function measureFirst(options) {
  const inbox = await startInbox()
  const folder = mkdtempSync(join(tmpdir(), 'slack-logger-fleet-'))
  const child = start({ kind: 'first', options }, { inbox, folder })
  const messages = []
  child.on('message', (message) => messages.push(message))
  let arrivedAt
  while (messages.length < 2 || arrivedAt === undefined) {
    if (arrivedAt === undefined && inbox.messages().length > 0) arrivedAt = Date.now()
    await wait(1)
  }
  if (child.exitCode === null) await once(child, 'exit')
  await inbox.close()
  rmSync(folder, { recursive: true, force: true })
  const [{ loggedAt }, { memoryMb }] = messages
  return { firstMs: arrivedAt - loggedAt, memoryMb }
}

function start(subject, given) {
  return startProcess('fleet-redis', { ...given, env: { SUBJECT: JSON.stringify(subject) } })
}

/** A member of a fleet that only reports and merges. */
function joinFleet(id) {
  const clock = {
    now: Date.now,
    monotonic: () => performance.now(),
    setTimer: (callback, delayMs) => {
      const timer = setTimeout(() => callback(), delayMs)
      return { cancel: () => clearTimeout(timer) }
    },
  }
  const identity = { pid: process.pid, host: id, startedAt: 0, uid: 0, isAlive: () => true }
  const deps = { fleet: 'bench', sender: 'bench', clock, random: Math.random, process: identity }
  const link = createRedisLink({ redis: server.url }, deps)
  let settle
  let acknowledge
  const settled = new Promise((resolve) => {
    settle = resolve
  })
  link.join({
    id,
    role: 'auto',
    host: id,
    lead: () => {
      link.store.replace('')
      settle()
    },
    follow: () => settle(),
    alone: () => settle(),
    acknowledged: () => acknowledge(),
    merge: (batches) => link.store.append(`${JSON.stringify(batches)}\n`),
    left: () => undefined,
    counted: () => undefined,
    trouble: console.error,
  })
  const report = (seq, problems, bytes) =>
    new Promise((resolve) => {
      acknowledge = resolve
      const incidents = Array.from({ length: problems }, () => 'x'.repeat(bytes))
      link.report({ v: 1, member: id, seq, incidents }, { isUrgent: false, isFatal: false })
    })
  return { link, settled, report }
}

async function cpuMicroseconds() {
  return (await counters()).cpu
}

async function counters() {
  const text = await server.admin.info('everything')
  const read = (name) => Number(new RegExp(`^${name}:(.*)$`, 'm').exec(text)?.[1])
  return {
    cpu: 1e6 * (read('used_cpu_user_main_thread') + read('used_cpu_sys_main_thread')),
    calls: read('total_commands_processed'),
    bytes: read('total_net_input_bytes') + read('total_net_output_bytes'),
    clients: read('connected_clients'),
  }
}

function median(results, name) {
  const values = results.map((result) => result[name]).toSorted((a, b) => a - b)
  return values[Math.floor(values.length / 2)]
}

async function startRedis() {
  const port = await new Promise((resolve) => {
    const probe = createServer().listen(0, '127.0.0.1', () => {
      const { port: free } = probe.address()
      probe.close(() => resolve(free))
    })
  })
  const binary = process.env.SLACK_LOGGER_REDIS ?? 'redis-server'
  const child = spawn(binary, ['--port', String(port), '--bind', '127.0.0.1', '--save', ''])
  const isStarted = await new Promise((resolve) => {
    child.once('error', () => resolve(false))
    createInterface(child.stdout).on('line', (line) => {
      if (line.includes('Ready to accept connections')) resolve(true)
    })
  })
  if (!isStarted) return undefined
  return { process: child, url: `redis://127.0.0.1:${port}`, admin: new Redis(port) }
}

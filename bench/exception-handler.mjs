// `node bench/exception-handler.mjs [FRAMEWORK…]`: what the exception handler costs a service, against the same service without it.
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { setTimeout as delay } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { startInbox } from '@slack-logger/slack-inbox'
import { load } from './exception-handler/load.mjs'

const isSmoke = process.env.BENCH_SMOKE === 'true'
const pairs = isSmoke ? 1 : 3
const slices = isSmoke ? 1 : 12
const perSlice = isSmoke ? 100 : 300
const warmUps = isSmoke ? 100 : 15_000
/** In which a service ends what it does after its answers. */
const settleMs = 30

const frameworks = ['express', 'fastify', 'koa', 'hono', 'nestjs']
const rows = [
  { name: 'succeeds', path: '/orders/17', ours: 'handler', against: 'quiet', goal: 1.05 },
  {
    name: 'succeeds, ids and request on every line',
    path: '/orders/17',
    ours: 'scopes',
    against: 'quiet',
  },
  { name: "fails, against the framework's own answer and log", against: 'own', goal: 1.3 },
  { name: 'fails, against an error handler that logs to the file', against: 'logs', goal: 1.3 },
  {
    name: "fails on the skip list, against the framework's own",
    ours: 'skips',
    against: 'own',
    goal: 1.3,
  },
].map((row) => ({ path: '/fail/17', ours: 'handler', ...row }))

const only = process.argv.slice(2)
const inbox = await startInbox()
console.log(
  `Node ${process.version}, ${cpus().length} × ${cpus()[0]?.model.trim()}, load ${loadavg()[0].toFixed(1)}`,
)
console.log(
  `main-thread CPU of the server per request; both serve ${slices} times ${perSlice} requests by turns; medians of ${pairs} such pairs (min – max)\n`,
)
for (const framework of frameworks) {
  if (only.length > 0 && !only.includes(framework)) continue
  for (const row of rows) await compare(framework, row)
}
console.log(`\nmessages in Slack after all: ${inbox.messages().length}`)
await inbox.close()

async function compare(framework, { name, path, ours, against, goal }) {
  const samples = []
  for (let pair = 0; pair < pairs; pair += 1) {
    samples.push(await measurePair([ours, against], { framework, path }))
  }
  const show = (digits, read) => spread(samples.map(read), digits)
  console.log(
    `${framework} ${name}: ${show(2, ([one, other]) => one / other)}, ${goal === undefined ? 'no goal' : `goal ${goal}`}; ` +
      `µs ${show(0, ([one]) => one)} against ${show(0, ([, other]) => other)}`,
  )
}

/** Microseconds a request of two services that run side by side and serve by turns, so that both meet the same machine. */
async function measurePair(modes, { framework, path }) {
  const running = await Promise.all(modes.map((mode) => start(framework, mode)))
  for (const { port } of running) await load(port, { path, count: warmUps })
  for (let slice = 0; slice < slices; slice += 1) {
    for (const one of slice % 2 === 0 ? running : running.toReversed()) {
      const before = await cpuOf(one.child)
      await load(one.port, { path, count: perSlice })
      one.cpuUs += (await cpuOf(one.child)) - before
    }
  }
  await Promise.all(running.map(({ child }) => stop(child)))
  return running.map(({ cpuUs }) => cpuUs / slices / perSlice)
}

/** Runs one service as a process of its own. */
async function start(framework, mode) {
  const program = fileURLToPath(new URL('exception-handler/serve.mjs', import.meta.url))
  const child = fork(program, [framework, mode], {
    stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
    env: {
      ...process.env,
      NODE_ENV: 'production',
      SLACK_API_URL: inbox.apiUrl,
      SLACK_BOT_TOKEN: inbox.token,
      SLACK_CHANNEL: '#alerts',
    },
  })
  child.once('exit', (code) => {
    if (code !== null) throw new Error(`${framework}, ${mode}, ended with ${code}`)
  })
  const [{ port }] = await once(child, 'message')
  return { child, port, cpuUs: 0 }
}

async function stop(child) {
  child.kill('SIGKILL')
  await once(child, 'exit')
}

/** Of the main thread alone where Linux tells it, which it does exactly while the thread sleeps. */
async function cpuOf(child) {
  await delay(settleMs)
  try {
    const [ns] = readFileSync(`/proc/${child.pid}/task/${child.pid}/schedstat`, 'utf8').split(' ')
    return Number(ns) / 1000
  } catch {
    child.send('cpu')
    const [{ cpuUs }] = await once(child, 'message')
    return cpuUs
  }
}

function spread(values, digits) {
  const sorted = values.toSorted((a, b) => a - b)
  const show = (value) => value.toFixed(digits)
  return `${show(sorted[Math.floor(sorted.length / 2)])} (${show(sorted[0])} – ${show(sorted.at(-1))})`
}

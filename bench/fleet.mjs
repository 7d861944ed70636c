// `npm run bench -- fleet`: what the link between the processes of a host costs, compared with `fleet: false`.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { loadavg, tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startInbox } from '@slack-logger/slack-inbox'
import { measureTakeovers } from './fleet-takeover.mjs'
import { startProcess } from './harness/fleet-process.mjs'

const smoke = process.env.BENCH_SMOKE === 'true'
const records = smoke ? 2000 : 200_000
const pairs = smoke ? 1 : 7

console.log(`Node ${process.version}, load ${loadavg()[0].toFixed(1)}`)
console.log(`${records.toLocaleString('en')} equal errors, 200 a turn; medians of ${pairs}\n`)

const results = { follower: [], leader: [], off: [] }
for (let pair = 0; pair < pairs; pair += 1)
  for (const kind of Object.keys(results)) results[kind].push(await measure(kind))
for (const kind of ['leader', 'follower']) {
  const cpu = median(kind, 'cpuMs') / median('off', 'cpuMs')
  const first = median(kind, 'firstMs') - median('off', 'firstMs')
  const memory = median(kind, 'memoryMb') - median('off', 'memoryMb')
  console.log(`${kind}, against a process with fleet: false:`)
  console.log(`  CPU of the process: ${cpu.toFixed(3)}× (at most 1.02×)`)
  console.log(`  first alert: ${show(first)} ms later (at most 5 ms)`)
  console.log(`  memory: ${show(memory)} MB more (at most 3 MB)`)
}

console.log(`\ntakeovers among four processes under load:`)
await measureTakeovers()

function median(kind, name) {
  const values = results[kind].map((result) => result[name]).toSorted((a, b) => a - b)
  return values[Math.floor(values.length / 2)]
}

function show(value) {
  return value.toFixed(1)
}

/** Runs one process with its own inbox, a follower beside a process that leads. */
async function measure(kind) {
  const inbox = await startInbox()
  const folder = mkdtempSync(join(tmpdir(), 'slack-logger-fleet-'))
  const started = []
  const start = async (env) => {
    const child = startProcess('fleet', {
      inbox,
      folder,
      env: { RECORDS: String(records), ...env },
    })
    started.push(child)
    await once(child, 'message')
    return child
  }
  try {
    const leader = kind === 'follower' ? await start({ FLEET: 'true' }) : undefined
    leader?.send('first')
    if (leader !== undefined) await arrivalOf(inbox, 1)
    const subject = await start({ FLEET: String(kind !== 'off') })
    const logged = once(subject, 'message')
    subject.send('second')
    const arrivedAt = await arrivalOf(inbox, leader === undefined ? 1 : 2)
    const [loggedAt] = await logged
    const result = once(subject, 'message')
    subject.send('flood')
    return { ...(await result)[0], firstMs: arrivedAt - loggedAt }
  } finally {
    for (const child of started) child.kill('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
    await inbox.close()
  }
}

async function arrivalOf(inbox, count) {
  while (inbox.messages().filter(({ isReply }) => !isReply).length < count) await wait(1)
  return Date.now()
}

// Part of `npm run bench -- fleet`: how long an alert waits when the leader is killed, or stopped, while all processes log.
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as wait } from 'node:timers/promises'
import { startInbox } from '@slack-logger/slack-inbox'
import { startProcess } from './harness/fleet-process.mjs'

const smoke = process.env.BENCH_SMOKE === 'true'
const size = 4
/** Longer than a channel's pace, so that a message does not wait for the one before, in milliseconds. */
const betweenMs = 1500
const rows = [
  {
    what: 'leader killed, until another one leads',
    signal: 'SIGKILL',
    until: 'role',
    times: smoke ? 1 : 100,
  },
  {
    what: 'leader killed, until a fatal record is in Slack',
    signal: 'SIGKILL',
    until: 'fatal',
    times: smoke ? 1 : 20,
  },
  {
    what: 'leader stopped, until a fatal record is in Slack',
    signal: 'SIGSTOP',
    until: 'fatal',
    times: smoke ? 1 : 10,
  },
  {
    what: 'leader stopped, until a new problem is in Slack',
    signal: 'SIGSTOP',
    until: 'error',
    times: smoke ? 1 : 10,
  },
]

/** Prints a row for each. */
export async function measureTakeovers() {
  for (const row of rows) {
    const fleet = await createFleet()
    const tookMs = []
    for (let time = 0; time < row.times; time += 1) tookMs.push(await fleet.takeOver(row, time))
    await fleet.end()
    tookMs.sort((a, b) => a - b)
    const at = (share) => tookMs[Math.ceil(share * tookMs.length) - 1].toFixed(0)
    console.log(`  ${row.what}: ${at(0.5)} ms, p99 ${at(0.99)} ms (of ${row.times})`)
  }
}

async function createFleet() {
  const inbox = await startInbox()
  const folder = mkdtempSync(join(tmpdir(), 'slack-logger-takeover-'))
  const members = new Set()
  const start = async () => {
    const child = startProcess('fleet', { inbox, folder, env: { FLEET: 'true' } })
    members.add(child)
    await once(child, 'message')
    child.send('load')
    return child
  }
  await Promise.all(Array.from({ length: size }, start))
  return {
    async takeOver({ signal, until }, time) {
      const leader = await leaderOf(members)
      members.delete(leader)
      const followers = [...members]
      const name = `${until}${letters(time)}`
      const isInSlack = () => inbox.messages().some(({ text }) => text.includes(name))
      const leads = Promise.race(followers.map((follower) => once(follower, 'message')))
      if (until !== 'role') await wait(betweenMs)
      leader.kill(signal)
      const startedAt = performance.now()
      if (until === 'role') {
        for (const follower of followers) follower.send('watch')
        await leads
      } else {
        followers[0].send([name, until])
        while (!isInSlack()) await wait(1)
      }
      const tookMs = performance.now() - startedAt
      leader.kill('SIGKILL')
      await start()
      return tookMs
    },
    async end() {
      for (const member of members) member.kill('SIGKILL')
      await inbox.close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

/** Waits until one leads, and all others are connected to it. */
async function leaderOf(members) {
  for (;;) {
    const roles = await Promise.all([...members].map(roleOf))
    const leaders = [...members].filter((_, index) => roles[index].role === 'leader')
    if (leaders.length === 1 && roles.every(({ members: known }) => known === members.size))
      return leaders[0]
    await wait(100)
  }
}

async function roleOf(member) {
  member.send('role')
  const [health] = await once(member, 'message')
  return health
}

/** Numbers in a message do not tell problems apart. */
function letters(number) {
  return Array.from(String(number), (digit) => 'abcdefghij'[digit]).join('')
}

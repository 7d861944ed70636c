import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Host, JournalProcess } from './journal-process.ts'

/** Folders that version 0.1 wrote. */
const old = fileURLToPath(new URL('files-0.1/', import.meta.url))
const charge = 'g1:7b7eea89837a7f17'
const refund = 'g1:d1f735c5cc0d5148'
const parse = 'g1:ec2844c727fad8e8'
const load = 'g1:f5de92fddecb7b0f'

let now: number
let host: Host
let spool: string

beforeEach(() => {
  now = Date.UTC(2026, 0, 1, 0, 5)
  const root = mkdtempSync(join(tmpdir(), 'slack-logger-old-'))
  spool = join(root, 'spool')
  mkdirSync(spool, { mode: 0o700 })
  host = {
    root,
    clock: { now: () => now, setTimer: () => ({ cancel: () => undefined }) },
    alive: new Set(),
  }
})

afterEach(() => rmSync(host.root, { recursive: true, force: true }))

/** The process that is started after the update. */
function update(): JournalProcess {
  for (const file of readdirSync(spool)) chmodSync(join(spool, file), 0o600)
  return new JournalProcess(host, { pid: 900 }).adopt()
}

const header = { slackLoggerSpool: 1, pid: 812, host: 'web-1', startedAt: 0, release: '1.8.1' }

function writeSpool(...lines: readonly object[]): void {
  const text = [header, ...lines].map((line) => `${JSON.stringify(line)}\n`).join('')
  writeFileSync(join(spool, 'checkout.free.1.ndjson'), text)
}

function entry(id: number, message: string, given: object = {}): object {
  const event = { level: 'error', severity: 50, time: now, message, fields: {} }
  return { id, at: now, fingerprint: message, priority: 'new', channel: '#alerts', event, ...given }
}

function request(id: number, given: object, priority = 'thread'): object {
  return { id, at: now, priority, channel: '#alerts', accepted: 'no', request: given }
}

test('what a process of version 0.1 died with is alerted, and what it had sent is continued', () => {
  cpSync(join(old, 'died'), spool, { recursive: true })

  const process = update()

  expect(
    process.snapshots.map(({ fingerprint, adopted }) => [fingerprint, adopted?.reason]),
  ).toEqual(
    expect.arrayContaining([
      [charge, undefined],
      [refund, 'fatal'],
      [parse, 'new'],
      [load, 'new'],
    ]),
  )
  expect(process.snapshots.find(({ fingerprint }) => fingerprint === parse)).toMatchObject({
    count: 1,
    event: { error: { message: 'parse failed' }, fields: { item: 17 } },
    adopted: {
      at: Date.UTC(2026, 0, 1, 0, 2, 20),
      died: { pid: 812, uptimeMs: 10_940_000, release: '1.8.1' },
    },
  })
  expect(process.incident(charge)).toMatchObject({
    count: 3,
    alerts: { decided: 1, shown: 1 },
    thread: { position: { ref: 'C0ALERTS001/1767225600.000000', unshown: 0 } },
  })
  expect(process.alertAdopted().alerts).toEqual([`fatal ${refund}`, `new ${parse}`, `new ${load}`])
  expect(process.adopted).toMatchObject([{ losses: { tooOld: 0, unreadable: 0 } }])
  expect(process.troubles).toEqual([])
})

test('a post that was being sent is looked up under its id', () => {
  cpSync(join(old, 'died'), spool, { recursive: true })

  const process = update()

  expect(process.incident(refund)?.adopted).toMatchObject({
    tried: expect.stringMatching(/^[\da-f-]{36}-4$/),
    unanswered: 1,
  })
  expect(process.incident(parse)?.adopted?.tried).toBeUndefined()
})

test('what a process of version 0.1 left when it closed is alerted, though its other file has it as known', () => {
  cpSync(join(old, 'closed'), spool, { recursive: true })

  const process = update()

  expect(process.alertAdopted().alerts).toEqual([`fatal ${refund}`, `new ${parse}`, `new ${load}`])
  for (const fingerprint of [refund, parse, load]) {
    expect(process.incident(fingerprint)?.count).toBe(1)
    expect(process.incident(fingerprint)?.adopted?.died).toBeUndefined()
  }
  expect(process.incident(refund)?.adopted).toMatchObject({ unanswered: 1 })
  expect(process.incident(charge)).toMatchObject({ count: 3, alerts: { decided: 1, shown: 1 } })
})

test('a storm that no message showed is alerted', () => {
  cpSync(join(old, 'storm'), spool, { recursive: true })

  const process = update()

  expect(process.unsent).toHaveLength(8)
  expect(process.alertAdopted().alerts).toHaveLength(8)
})

test('the files are replaced by a journal, which has the same in it', () => {
  cpSync(join(old, 'closed'), spool, { recursive: true })
  const process = update()
  expect(readdirSync(spool)).toEqual([expect.stringMatching(/\.journal$/)])
  process.alertAdopted().send(parse)
  process.kill()

  const heir = new JournalProcess(host, { pid: 901 }).adopt()

  expect(heir.alertAdopted().alerts.toSorted()).toEqual([`fatal ${refund}`, `new ${load}`])
})

test('what was sent is not sent again', () => {
  writeSpool(entry(1, 'a'), entry(2, 'b'), entry(3, 'c'), { told: [1, 3] })

  expect(update().unsent).toEqual(['b'])
})

test('several occurrences of one problem are one alert', () => {
  writeSpool(entry(1, 'a'), entry(2, 'a', { priority: 'fatal' }))

  const process = update()

  expect(process.snapshots).toMatchObject([
    { fingerprint: 'a', count: 2, isFatal: true, adopted: { reason: 'fatal' } },
  ])
})

test('a day later it is counted and not alerted', () => {
  cpSync(join(old, 'died'), spool, { recursive: true })
  now += 86_400_000

  const process = update()

  expect(process.unsent).toEqual([])
  expect(process.adopted).toMatchObject([{ losses: { tooOld: 3, unreadable: 0 } }])
})

test('the message of an alert is alerted again as an alert, and what belongs to a thread is left out', () => {
  const event = { level: 'error', severity: 50, time: now, message: 'x', fields: {} }
  writeSpool(
    request(1, { kind: 'post', channel: '#alerts', notification: { kind: 'root', event } }, 'new'),
    request(2, {
      kind: 'post',
      channel: '#alerts',
      thread: 'C1/1',
      notification: { kind: 'details' },
    }),
    request(3, {
      kind: 'edit',
      channel: '#alerts',
      ref: 'C1/1',
      notification: { kind: 'root', event },
    }),
    request(4, { kind: 'upload', channel: '#alerts', thread: 'C1/1', file: {} }),
  )

  const process = update()

  expect(process.adopted).toMatchObject([{ losses: { tooOld: 0, unreadable: 0 } }])
  expect(process.unsent).toEqual(['x'])
})

test('lines that cannot be read are counted, whatever follows them', () => {
  writeSpool(
    { id: 1, at: now },
    request(2, { kind: 'upload', channel: '#alerts', thread: 'C1/1', file: {} }),
    entry(3, 'a'),
    { unknown: true },
  )
  const [file = ''] = readdirSync(spool)
  writeFileSync(join(spool, file), '{"id":4,"at":17', { flag: 'a' })

  const process = update()

  expect(process.unsent).toEqual(['a'])
  expect(process.adopted).toMatchObject([{ losses: { unreadable: 3 } }])
})

test.each([
  ['checkout.free.1.ndjson', ''],
  ['checkout.free.1.ndjson', '{"slackLoggerSpool":2,"pid":1,"host":"a","startedAt":1}\n'],
  ['checkout.free.1.state.json', '{"version":1,"incid'],
  ['checkout.free.1.state.json', '{"version":2,"incidents":[]}'],
])('%s with %j in it is set aside and reported', (name, text) => {
  writeFileSync(join(spool, name), text)

  const process = update()

  expect(readdirSync(spool)).toEqual([`${name}.aside`])
  expect(process.troubles).toEqual([`${name} cannot be read; set aside`])
})

test('a message that an earlier version kept in parts is continued', () => {
  cpSync(join(old, 'died'), spool, { recursive: true })
  const name = readdirSync(spool).find((each) => each.endsWith('.state.json')) ?? ''
  const state = {
    version: 1,
    incidents: [
      {
        fingerprint: 'a',
        channel: '#alerts',
        state: 'active',
        count: 7,
        firstSeen: now,
        lastSeen: now,
        activeSince: now,
        perMinute: [7],
        savedAt: now,
        isFatal: false,
        hosts: [],
        releases: [],
        alerts: {
          last: { reason: 'new', at: now, count: 1, previousCount: 0 },
          nextMilestone: 10,
          remindFrom: now,
          reminders: 0,
          spikedAt: 0,
          isFatalNotified: false,
          summedUpCount: 0,
          inWindow: 1,
        },
        root: { channel: 'C1', ts: '1.5', unshown: 2 },
      },
      { fingerprint: 'b' },
    ],
  }
  writeFileSync(join(spool, name), JSON.stringify(state))

  const process = update()

  expect(process.incident('a')).toMatchObject({
    count: 7,
    thread: { position: { ref: 'C1/1.5', unshown: 2 } },
  })
  expect(process.adopted).toMatchObject([{ losses: { unreadable: 1 } }])
})

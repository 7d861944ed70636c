import * as fs from 'node:fs'
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { FileSystem } from '../../src/environment.ts'
import { readJournal } from '../../src/journal/reader.ts'
import type { JournalRecord } from '../../src/journal/records.ts'
import { eventOf, type GivenProcess, type Host, JournalProcess } from './journal-process.ts'

const minute = 60_000
const hour = 60 * minute

let now: number
let host: Host
let lastPid: number

beforeEach(() => {
  now = Date.now()
  lastPid = 0
  host = {
    root: mkdtempSync(join(tmpdir(), 'slack-logger-journal-')),
    clock: { now: () => now, setTimer: () => ({ cancel: () => undefined }) },
    alive: new Set(),
  }
})

afterEach(() => rmSync(host.root, { recursive: true, force: true }))

function start(given: Partial<GivenProcess> = {}): JournalProcess {
  lastPid += 1
  return new JournalProcess(host, { pid: lastPid, ...given })
}

/** What the next process finds. */
function next(given: Partial<GivenProcess> = {}): JournalProcess {
  return start(given).adopt()
}

function spool(name = ''): string {
  return join(host.root, 'spool', name)
}

function files(): readonly string[] {
  return readdirSync(spool()).toSorted()
}

function onlyFile(): string {
  const [file = '', ...others] = files()
  expect(others).toEqual([])
  return spool(file)
}

/** Makes the file look as if its process had touched it last so long ago. */
function touchedAgo(ms: number): void {
  fs.utimesSync(onlyFile(), new Date(now - ms), new Date(now - ms))
}

function linesOf(path: string): readonly string[] {
  return readFileSync(path, 'utf8').trimEnd().split('\n')
}

function recordsOf(path: string): readonly JournalRecord[] {
  return linesOf(path)
    .slice(1)
    .map((line) => JSON.parse(line) as JournalRecord)
}

/** A process that dies with an unsent alert. */
function dieWith(...fingerprints: readonly string[]): void {
  const process = start()
  for (const fingerprint of fingerprints) process.fail(fingerprint)
  process.kill()
}

describe('the next process', () => {
  test('takes over what a process that died had not sent, and knows what it had', () => {
    const process = start()
    process.fail('a')
    process.fail('b')
    process.send('a')
    process.kill()

    const heir = next()

    expect(heir.unsent).toEqual(['b'])
    expect(heir.snapshots.map(({ fingerprint, count }) => [fingerprint, count])).toEqual([
      ['a', 1],
      ['b', 1],
    ])
    expect(heir.adopted[0]?.losses).toEqual({ tooOld: 0, unreadable: 0 })
  })

  test('knows which process died, when it wrote last, and how long it was up', () => {
    now = 1_000_000
    const process = start({ startedAt: 1_000_000 })
    now += 3 * hour
    process.fail('a')
    process.kill()
    now += minute

    const [snapshot] = next().snapshots

    expect(snapshot?.adopted).toMatchObject({
      reason: 'new',
      at: 1_000_000 + 3 * hour,
      died: { pid: 1, at: 1_000_000 + 3 * hour, uptimeMs: 3 * hour, release: '1.8.2' },
    })
  })

  test('knows of no death where the process ended in order', () => {
    const process = start()
    process.fail('a')
    process.close()

    const heir = next()

    expect(heir.unsent).toEqual(['a'])
    expect(heir.snapshots[0]?.adopted?.died).toBeUndefined()
  })

  test('has the event as it was, without what is only in memory', () => {
    const process = start()
    process.fail('a', { event: { message: 'the card was refused', fields: { item: 17 } } })
    process.kill()

    expect(next().snapshots[0]?.event).toMatchObject({
      message: 'the card was refused',
      level: 'error',
      fields: { item: 17 },
    })
  })

  test('takes over a fatal occurrence of a problem that had been alerted before', () => {
    const process = start()
    process.fail('a', { event: { message: 'first' } })
    process.send('a')
    process.fail('a', { isFatal: true, event: { message: 'fatal' } })
    process.kill()

    const heir = next()

    expect(heir.unsent).toEqual(['fatal'])
    expect(heir.snapshots[0]).toMatchObject({
      count: 2,
      isFatal: true,
      adopted: { reason: 'fatal' },
      alerts: { shown: 1 },
    })
  })

  test('sends an alert that was decided while a post of the one before was under way', () => {
    const process = start()
    process.fail('a', { event: { message: 'first' } })
    process.post('p', 'a')
    process.fail('a', { isFatal: true, event: { message: 'second' } })
    process.accept('p')
    process.kill()

    expect(next().unsent).toEqual(['second'])
  })

  test('sends nothing that was sent after a save', () => {
    const process = start()
    process.fail('a')
    process.fail('b')
    process.journal.save()
    process.send('a')
    process.kill()

    expect(next().unsent).toEqual(['b'])
  })

  test('has the counts up to the last save', () => {
    const process = start()
    process.fail('a')
    process.send('a')
    for (let time = 0; time < 5; time += 1) process.fail('a')
    process.journal.save()
    process.fail('a')
    process.kill()

    const heir = next()

    expect(heir.snapshots).toMatchObject([{ fingerprint: 'a', count: 6 }])
    expect(heir.snapshots[0]?.event?.message).toBe('a')
    expect(heir.unsent).toEqual([])
  })

  test('does not alert what was too old, and counts it', () => {
    dieWith('a', 'b')
    now += 24 * hour + 1

    const heir = next()

    expect(heir.unsent).toEqual([])
    expect(heir.adopted).toMatchObject([
      { losses: { tooOld: 2, unreadable: 0 }, died: { pid: 1, release: '1.8.2' } },
    ])
  })

  test('alerts what is a day old', () => {
    dieWith('a')
    now += 24 * hour

    expect(next().unsent).toEqual(['a'])
  })

  test('counts what was too old once more as long as no message showed it', () => {
    dieWith('a')
    now += 25 * hour
    next().kill()

    const second = next()
    expect(second.adopted).toMatchObject([{ losses: { tooOld: 1 } }])
    second.journal.lossesShown()
    second.kill()

    expect(next().adopted).toMatchObject([{ losses: { tooOld: 0, unreadable: 0 } }])
  })
})

describe('a post that was being sent', () => {
  test('is looked up under its id where it is about one problem', () => {
    const process = start()
    process.fail('a')
    process.post('p1', 'a')
    process.kill()

    const heir = next()

    expect(heir.snapshots[0]?.adopted).toMatchObject({ tried: 'p1', unanswered: 1 })
    expect(heir.snapshots[0]?.adopted?.isUnconfirmed).toBe(false)
    expect(heir.adopted[0]?.unconfirmed).toEqual([])
  })

  test('is looked up before its problems are alerted where it is about several', () => {
    const process = start()
    process.fail('a')
    process.fail('b')
    process.fail('c')
    process.post('p1', 'a', 'b')
    process.kill()

    const heir = next()

    expect(heir.adopted[0]?.unconfirmed).toMatchObject([
      { id: 'p1', channel: '#alerts', names: { '#alerts a': 1, '#alerts b': 1 } },
    ])
    expect(heir.snapshots.map(({ adopted }) => adopted?.isUnconfirmed)).toEqual([true, true, false])
  })

  test('is looked up as a list of a storm where it has only one line', () => {
    const process = start()
    for (const each of ['a', 'b', 'c']) process.fail(each)
    const storm = {
      because: 'many',
      openedAt: now,
      newestAt: now,
      distinct: 3,
      total: 3,
      members: ['#alerts a', '#alerts b', '#alerts c'],
    } as const
    const root = { id: 's1', channel: '#alerts', attempts: 1, names: { '#alerts a': 1 }, storm }
    process.journal.sending(root)
    process.journal.sent('s1', 'C1/s1', root.names)
    process.journal.sending({
      id: 'p1',
      channel: '#alerts',
      thread: 'C1/s1',
      attempts: 1,
      names: { '#alerts b': 1 },
    })
    process.kill()

    const heir = next()

    expect(heir.adopted[0]?.unconfirmed).toMatchObject([{ id: 'p1', names: { '#alerts b': 1 } }])
    expect(heir.snapshots).toMatchObject([
      { event: { message: 'a' } },
      { event: { message: 'b' }, adopted: { tried: undefined, isUnconfirmed: true } },
      { event: { message: 'c' }, adopted: { tried: undefined, isUnconfirmed: false } },
    ])
  })

  test('is not looked up once it was accepted', () => {
    const process = start()
    process.fail('a')
    process.fail('b')
    process.send('a', 'b')
    process.kill()

    const heir = next()

    expect(heir.adopted[0]?.unconfirmed).toEqual([])
    expect(heir.unsent).toEqual([])
  })

  test('is not looked up where another message showed its problem since', () => {
    const process = start()
    process.fail('a')
    process.post('p1', 'a')
    process.post('p2', 'a')
    process.accept('p2')
    process.kill()

    const heir = next()

    expect(heir.unsent).toEqual([])
    expect(heir.snapshots[0]?.adopted).toBeUndefined()
  })

  test('is remembered by a process that dies before it looked it up', () => {
    const process = start()
    process.fail('a')
    process.fail('b')
    process.post('p1', 'a', 'b')
    process.kill()
    next().kill()

    const heir = next()

    expect(heir.adopted[0]?.unconfirmed).toMatchObject([{ id: 'p1' }])
    expect(heir.snapshots.map(({ adopted }) => adopted?.isUnconfirmed)).toEqual([true, true])
  })
})

describe('several processes', () => {
  test('leave the file of a running process alone, and take over that of a dead one only once', () => {
    start().fail('alive')
    dieWith('dead')

    expect(next().unsent).toEqual(['dead'])
    expect(next().unsent).toEqual([])
  })

  test('share what several dead ones left, without duplicates', () => {
    for (let count = 0; count < 6; count += 1) dieWith(`f${count}`)
    const second = start()
    let taken = 0
    // The second one looks at the folder after the first has taken three files.
    const fileSystem: FileSystem = {
      ...fs,
      renameSync: (from, to) => {
        if (String(to).endsWith('.journal') && !String(from).endsWith('.new')) taken += 1
        if (taken === 4) {
          taken += 1
          second.adopt()
        }
        fs.renameSync(from, to)
      },
    }

    const first = next({ fileSystem })

    expect(second.unsent).toHaveLength(3)
    expect(first.unsent).toHaveLength(3)
    expect([...first.unsent, ...second.unsent].toSorted()).toEqual([
      'f0',
      'f1',
      'f2',
      'f3',
      'f4',
      'f5',
    ])
    expect([first.troubles, second.troubles]).toEqual([[], []])
  })

  test('lose nothing when one of them dies after it took over', () => {
    dieWith('a', 'b')
    const heir = next().alertAdopted()
    heir.send('a')
    heir.kill()

    expect(next().unsent).toEqual(['b'])
  })

  test('lose nothing when one of them dies right after it took the file', () => {
    dieWith('a')
    const dying = start({
      fileSystem: {
        ...fs,
        readFileSync: () => {
          throw new Error('killed')
        },
      } as unknown as FileSystem,
    })
    dying.adopt()
    dying.kill()

    const heir = next()

    expect(dying.unsent).toEqual([])
    expect(heir.unsent).toEqual(['a'])
    expect(next().unsent).toEqual([])
  })

  test('adopt once what one of them wrote into its own file and died before it deleted the old one', () => {
    dieWith('a')
    const dying = start({ fileSystem: { ...fs, unlinkSync: () => undefined } })
    dying.adopt()
    dying.kill()
    expect(files()).toHaveLength(2)

    const heir = next()

    expect(heir.unsent).toEqual(['a'])
    expect(heir.adopted).toHaveLength(1)
    expect(files()).toHaveLength(1)
  })

  test('do not alert again what one of them took over and sent, when it occurs again', () => {
    dieWith('a')
    const heir = next().alertAdopted()
    heir.send('a')
    heir.kill()
    const second = next()

    second.fail('a')
    second.kill()

    expect(second.alerts).toEqual([])
    expect(second.incident('a')).toMatchObject({
      count: 2,
      alerts: { last: { reason: 'new', count: 1 }, decided: 1, shown: 1 },
    })
    expect(next().snapshots).toMatchObject([{ fingerprint: 'a' }])
  })

  test('do not repeat what that process sent before it died', () => {
    dieWith('a', 'b')
    const dying = start({ fileSystem: { ...fs, unlinkSync: () => undefined } })
    dying.adopt().alertAdopted()
    dying.send('a')
    dying.kill()

    expect(next().unsent).toEqual(['b'])
  })

  test('take over the file of a process with the same id in an earlier container', () => {
    start({ pid: 1 }).fail('a')

    expect(next({ pid: 1, startedAt: 9_000_000 }).unsent).toEqual(['a'])
  })

  test('take over the file of a process of another host only after five minutes of silence', () => {
    const process = start({ host: 'web-2' })
    process.fail('a')
    process.kill()

    touchedAgo(299_000)
    expect(next().unsent).toEqual([])

    touchedAgo(301_000)
    expect(next().unsent).toEqual(['a'])
  })

  test('leave the file of a running process alone for five minutes, however old its time is', () => {
    const process = start()
    process.fail('a')
    // The clock was set forward.
    touchedAgo(48 * hour)
    const other = start()

    for (let passed = 0; passed <= 300_000; passed += minute) {
      other.adopt()
      now += minute
    }

    expect(other.unsent).toEqual([])
  })

  test('take over a file that nobody touches although a process has the id of the one that wrote it', () => {
    start().fail('a')
    const other = start()

    for (let passed = 0; passed <= 300_000; passed += minute) {
      other.adopt()
      now += minute
    }
    other.adopt()

    expect(other.unsent).toEqual(['a'])
  })

  test('take over the file of a process with the same id and start that nobody touches', () => {
    start({ pid: 1 }).fail('a')
    const heir = start({ pid: 1 })

    for (let passed = 0; passed <= 300_000; passed += minute) {
      heir.adopt()
      now += minute
    }
    heir.adopt()

    expect(heir.unsent).toEqual(['a'])
  })

  test('leave the file of a process alone that was stopped together with this one', () => {
    start().fail('a')
    const other = start()

    other.adopt()
    now += hour
    other.adopt()

    expect(other.unsent).toEqual([])
  })

  test('leave a file alone that its process touches', () => {
    const process = start()
    process.fail('a')
    const other = start()

    for (let passed = 0; passed < hour; passed += minute) {
      other.adopt()
      now += minute
      process.journal.tick(now)
    }

    expect(other.unsent).toEqual([])
  })

  test('leave the files of another service or destination alone', () => {
    const process = start({ owner: 'billing' })
    process.fail('a')
    process.kill()

    expect(next().unsent).toEqual([])
    expect(files()).toHaveLength(1)
  })
})

describe('a damaged file', () => {
  test('loses an incomplete line, which is counted', () => {
    dieWith('a')
    fs.appendFileSync(onlyFile(), '{"kind":"occurrence","fingerpr')

    const heir = next()

    expect(heir.unsent).toEqual(['a'])
    expect(heir.adopted).toMatchObject([{ losses: { unreadable: 1 }, died: { pid: 1 } }])
    heir.alertAdopted().send('a')
    heir.kill()
    expect(next().unsent).toEqual([])
  })

  test.each([
    ['an error without a message', { event: { ...eventOf('b'), error: {} } }],
    ['no date', { at: 1e308 }],
  ])('loses a line with %s in it', (_what, change) => {
    dieWith('a', 'b')
    const path = onlyFile()
    const lines = linesOf(path).map((line) => {
      const record = JSON.parse(line) as { readonly fingerprint?: string }
      return JSON.stringify(record.fingerprint === 'b' ? { ...record, ...change } : record)
    })
    fs.writeFileSync(path, `${lines.join('\n')}\n`)

    const heir = next()

    expect(heir.unsent).toEqual(['a'])
    expect(heir.troubles).toEqual([])
    expect(heir.adopted[0]?.losses.unreadable).toBe(1)
  })

  test.each([
    ['nothing', ''],
    ['no JSON', 'hello\n'],
    ['another version', '{"slackLoggerJournal":2,"pid":1,"host":"a","startedAt":1,"serial":"s"}\n'],
    ['no header', '{"kind":"ended","at":1}\n'],
  ])('with %s in it is set aside and reported once', (_what, text) => {
    dieWith('a')
    const [file = ''] = files()
    fs.writeFileSync(spool(file), text)

    const heir = next()
    now += minute
    heir.adopt()
    next()

    expect(heir.adopted.flatMap(({ incidents }) => incidents)).toEqual([])
    expect(files()).toEqual([`${file}.aside`])
    expect(readFileSync(spool(`${file}.aside`), 'utf8')).toBe(text)
    expect(heir.troubles).toEqual([`${file} cannot be read; set aside`])
  })

  test('that is much too large is set aside unread', () => {
    dieWith('a')
    const [file = ''] = files()
    fs.truncateSync(spool(file), 20_000_001)

    const heir = next()

    expect(files()).toEqual([`${file}.aside`])
    expect(heir.troubles).toEqual([`${file} cannot be read; set aside`])
  })

  test('does not keep the others from being read', () => {
    dieWith('a')
    fs.writeFileSync(onlyFile(), 'hello\n')
    dieWith('b')

    expect(next().unsent).toEqual(['b'])
  })
})

describe('a journal whose folder cannot be created', () => {
  test.each([
    ['where the system takes no folders', '/proc/nope', 'ENOENT'],
    ['deep where the system takes no folders', '/proc/nope/deeper/still', 'ENOENT'],
    ['behind a link to nowhere', 'dangling/spool', 'ENOENT'],
    ['below a file', 'file/spool/deeper', 'ENOTDIR'],
  ])('%s, reports that once and does not try for ever', (_where, path, reason) => {
    symlinkSync(join(host.root, 'nowhere'), join(host.root, 'dangling'))
    fs.writeFileSync(join(host.root, 'file'), '')
    const process = start({ spool: path })

    process.journal.adopt()
    process.fail('a')

    expect(process.troubles).toHaveLength(1)
    expect(process.troubles[0]).toContain(`cannot be used: ${reason}`)
  })
})

describe('others on the machine', () => {
  test('can access neither the folder nor its files', () => {
    start().fail('a')

    expect(statSync(spool()).mode & 0o777).toBe(0o700)
    expect(statSync(onlyFile()).mode & 0o777).toBe(0o600)
  })

  test('keep a folder from being used that they can access, which is reported', () => {
    fs.mkdirSync(spool())
    fs.chmodSync(spool(), 0o755)
    const process = start()

    process.fail('a')
    process.fail('b')

    expect(files()).toEqual([])
    expect(process.holds('a')).toBe(false)
    expect(process.troubles).toHaveLength(1)
    expect(process.troubles[0]).toContain('0700')
  })

  test('cannot redirect the folder by a link', () => {
    fs.mkdirSync(join(host.root, 'elsewhere'), { mode: 0o700 })
    symlinkSync(join(host.root, 'elsewhere'), spool())
    const process = start()

    process.fail('a')

    expect(readdirSync(join(host.root, 'elsewhere'))).toEqual([])
    expect(process.troubles[0]).toContain('no directory')
  })

  test('keep their own folder', () => {
    const process = start({ uid: 12_345 })

    process.fail('a')

    expect(files()).toEqual([])
    expect(process.troubles[0]).toContain('belongs to another user')
  })

  test.each([
    ['a link', (path: string, secret: string) => symlinkSync(secret, path)],
    ['a second name of a file', (path: string, secret: string) => fs.linkSync(secret, path)],
  ])('cannot have %s taken over', (_what, make) => {
    dieWith('a')
    const path = onlyFile()
    const secret = join(host.root, 'secret')
    fs.renameSync(path, secret)
    make(path, secret)
    const before = readFileSync(secret, 'utf8')

    const heir = next()

    expect(heir.unsent).toEqual([])
    expect(readFileSync(secret, 'utf8')).toBe(before)
    expect(heir.troubles[0]).toContain('not of this service')
  })

  test('cannot have a file taken over that they could have written', () => {
    dieWith('a')
    fs.chmodSync(onlyFile(), 0o666)

    expect(next().unsent).toEqual([])
  })
})

describe('a file that is gone', () => {
  test('is written again as a whole and reported', () => {
    const process = start()
    process.fail('a')
    process.fail('b')
    process.send('b')
    rmSync(onlyFile())

    process.fail('c')
    process.kill()

    expect(process.troubles).toEqual(['its file was deleted; it is written again'])
    expect(next().unsent.toSorted()).toEqual(['a', 'c'])
  })

  test('is written again together with its folder', () => {
    const process = start()
    process.fail('a')
    rmSync(spool(), { recursive: true })

    process.fail('b')
    process.kill()

    expect(statSync(spool()).mode & 0o777).toBe(0o700)
    expect(next().unsent.toSorted()).toEqual(['a', 'b'])
  })

  test('is written again at the next heartbeat after something changed', () => {
    const process = start()
    process.fail('a')
    rmSync(onlyFile())
    process.fail('a')
    now += minute
    process.journal.tick(now)
    process.kill()

    expect(next().unsent).toEqual(['a'])
  })
})

describe('the size of the file', () => {
  const text = 'x'.repeat(9000)

  test('is at most five megabytes; what does not fit is not held, which is reported', () => {
    const process = start()
    for (let count = 0; count < 1000; count += 1) {
      process.fail(`f${count}`, { event: { message: text } })
      now += 20
    }

    expect(statSync(onlyFile()).size).toBeLessThanOrEqual(5_000_000)
    expect(process.holds('f0')).toBe(true)
    expect(process.holds('f999')).toBe(false)
    expect(process.troubles[0]).toContain('5 MB')
  })

  test('is in bytes', () => {
    const process = start()
    for (let count = 0; count < 1000; count += 1) {
      process.fail(`f${count}`, { event: { message: '알'.repeat(3000) } })
      now += 20
    }

    expect(statSync(onlyFile()).size).toBeLessThanOrEqual(5_000_000)
    expect(process.holds('f0')).toBe(true)
  })

  test('shrinks where problems were sent, and the rest is kept', () => {
    const process = start()
    process.fail('old')
    for (let count = 0; count < 1000; count += 1) {
      process.fail(`f${count}`, { event: { message: text } })
      process.send(`f${count}`)
      now += 20
    }
    process.kill()

    expect(process.troubles).toEqual([])
    expect(files()).toHaveLength(1)
    const heir = next()
    expect(heir.unsent).toEqual(['old'])
  })

  test('does not keep what is sent from being marked', () => {
    const process = start()
    for (let count = 0; count < 700; count += 1) {
      process.fail(`f${count}`, { event: { message: text } })
      now += 20
    }
    process.send('f0')
    process.kill()

    expect(next().snapshots.find(({ fingerprint }) => fingerprint === 'f0')?.adopted).toBe(
      undefined,
    )
  })

  test('keeps what was refused from being there without its event', () => {
    const process = start()
    let count = 0
    while (process.troubles.length === 0) {
      process.fail(`f${count}`, { event: { message: text } })
      now += 20
      count += 1
    }
    const refused = `f${count - 1}`
    process.fail(refused)
    process.journal.save()
    process.kill()

    const known = next().snapshots.find(({ fingerprint }) => fingerprint === refused)
    expect(known === undefined || known.event?.message === text).toBe(true)
  })

  test('does not let what was taken over be lost', () => {
    const process = start()
    for (let count = 0; count < 520; count += 1) {
      process.fail(`f${count}`, { event: { message: text } })
      now += 20
    }
    for (let count = 0; count < 300; count += 1) dieWith(`g${count}`.padEnd(5000, 'g'))
    process.adopt()
    process.send('f0')
    process.kill()

    const heir = next()
    now += 100
    heir.journal.tick(now)
    expect(heir.unsent).toHaveLength(519 + 300)
  })

  test('does not block the start of a process that finds many large files', () => {
    for (let dead = 0; dead < 3; dead += 1) {
      const process = start()
      for (let count = 0; count < 500; count += 1) {
        process.fail(`f${dead}-${count}`, { event: { message: text } })
        now += 20
      }
      process.kill()
    }

    const heir = next()
    const atFirst = heir.unsent.length
    for (let times = 0; times < 2; times += 1) {
      now = heir.journal.dueAt
      heir.journal.tick(now)
    }

    expect([atFirst, heir.unsent.length]).toEqual([500, 1500])
  })

  test('of a huge event is that without its fields', () => {
    const process = start()
    process.fail('a', { event: { message: 'huge', fields: { text: 'x'.repeat(1_000_000) } } })
    process.kill()

    expect(statSync(onlyFile()).size).toBeLessThan(10_000)
    expect(next().unsent).toEqual(['huge'])
  })
})

/** A disk on which only a part of each write succeeds while it is full. */
function limited(howMuch: (text: string) => number, isSilent: boolean) {
  const disk = { isFull: false, open: 0 }
  const fileSystem: FileSystem = {
    ...fs,
    openSync: (...given) => {
      const descriptor = fs.openSync(...given)
      disk.open += 1
      return descriptor
    },
    closeSync: (descriptor) => {
      disk.open -= 1
      fs.closeSync(descriptor)
    },
    writeSync: ((descriptor: number, text: string) => {
      if (!disk.isFull) return fs.writeSync(descriptor, text)
      const written = fs.writeSync(descriptor, text.slice(0, howMuch(text)))
      if (isSilent) return written
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    }) as FileSystem['writeSync'],
  }
  return { disk, fileSystem }
}

describe('a full disk', () => {
  test.each([
    ['writes nothing', 0, false],
    ['writes a part', 20, false],
    ['writes a part and reports nothing', 20, true],
  ])('that %s is reported once, and all is written later', (_how, length, isSilent) => {
    const { disk, fileSystem } = limited(() => length, isSilent)
    const process = start({ fileSystem })
    process.fail('a')
    disk.isFull = true
    process.fail('b')
    process.fail('c')
    expect(process.holds('a')).toBe(true)
    expect(process.holds('b')).toBe(false)
    expect(process.troubles).toHaveLength(1)
    expect(process.troubles[0]).toMatch(/ENOSPC|full/)
    disk.isFull = false
    now += 10_000

    process.fail('d')
    process.kill()

    expect(process.troubles).toHaveLength(1)
    expect(next().unsent.toSorted()).toEqual(['a', 'b', 'c', 'd'])
    expect(files()).toHaveLength(1)
  })

  test('leaves what is in the file to the next process', () => {
    const { disk, fileSystem } = limited(() => 20, false)
    const process = start({ fileSystem })
    process.fail('a')
    disk.isFull = true
    process.fail('b')
    process.kill()

    const heir = next()

    expect(heir.unsent).toEqual(['a'])
    expect(heir.adopted).toMatchObject([{ losses: { unreadable: 1 } }])
  })

  test('from the start leaves neither open descriptors nor files', () => {
    const { disk, fileSystem } = limited(() => 20, true)
    disk.isFull = true
    const process = start({ fileSystem })
    for (let count = 0; count < 5; count += 1) {
      process.fail(`f${count}`)
      now += 10_000
    }
    expect({ open: disk.open, files: files() }).toEqual({ open: 0, files: [] })

    disk.isFull = false
    process.fail('b')
    process.kill()

    expect(next().unsent).toHaveLength(6)
    expect(disk.open).toBe(1)
  })

  test('on which a file cannot be made shorter lets it be made shorter later', () => {
    // There is room for a first line.
    const { disk, fileSystem } = limited(() => 100, false)
    const process = start({ fileSystem })
    process.fail('old')
    let count = 0
    const pass = (): void => {
      process.fail(`f${count}`, { event: { message: 'x'.repeat(9000) } })
      process.send(`f${count}`)
      count += 1
      now += 20
    }
    const path = onlyFile()
    while (statSync(path).size < 4_985_000) pass()
    disk.isFull = true
    for (let time = 0; time < 3; time += 1) pass()
    expect(process.troubles.join()).toContain('ENOSPC')

    disk.isFull = false
    now += 10_000
    process.fail('new')
    process.kill()

    expect(process.troubles).toHaveLength(1)
    expect(files()).toHaveLength(1)
    expect(next().unsent.toSorted()).toEqual(['new', 'old'])
  })

  test('keeps the files of others until their content is written', () => {
    dieWith('a')
    const { disk, fileSystem } = limited(() => 20, false)
    disk.isFull = true
    const heir = start({ fileSystem })
    heir.adopt()
    expect(heir.unsent).toEqual(['a'])
    heir.kill()

    const second = next()

    expect(second.unsent).toEqual(['a'])
    expect(files()).toHaveLength(1)
  })

  test('does not keep a process that ends from leaving the files of others', () => {
    dieWith('a')
    const { disk, fileSystem } = limited(() => 20, false)
    disk.isFull = true
    const heir = start({ fileSystem })
    heir.adopt()
    heir.close()

    expect(next().unsent).toEqual(['a'])
  })
})

describe('the file', () => {
  test('begins with its version and the process that writes it', () => {
    start({ pid: 7 }).fail('a')

    const [header = ''] = linesOf(onlyFile())

    expect(JSON.parse(header)).toEqual({
      slackLoggerJournal: 1,
      pid: 7,
      host: 'web-1',
      startedAt: 1_000_000,
      release: '1.8.2',
      serial: expect.any(String),
    })
  })

  test('is not there before something happened', () => {
    start().adopt().journal.save()

    expect(fs.existsSync(spool())).toBe(false)
  })

  test('gets an occurrence in the turn in which it was logged', () => {
    const process = start()
    process.fail('a')
    process.fail('b')

    expect(recordsOf(onlyFile()).at(-1)).toMatchObject({ kind: 'occurrence', fingerprint: 'b' })
  })

  test('gets an event once, and later only what changed', () => {
    const process = start()
    process.fail('a', { event: { message: 'the card was refused' } })
    for (let time = 0; time < 3; time += 1) {
      process.fail('a')
      process.journal.save()
    }

    const text = readFileSync(onlyFile(), 'utf8')
    expect(text.split('the card was refused')).toHaveLength(2)
  })

  test('gets nothing where nothing changed', () => {
    const process = start()
    process.fail('a')
    process.journal.save()
    const { size } = statSync(onlyFile())

    process.journal.save()
    now += minute
    process.journal.tick(now)

    expect(statSync(onlyFile()).size).toBe(size)
  })

  test('is saved one second after a change, and touched every minute', () => {
    const process = start()
    process.fail('a')
    process.fail('a')
    process.journal.changed()
    const { size } = statSync(onlyFile())
    expect(process.journal.dueAt).toBe(now + 1000)

    now += 1000
    process.journal.tick(now)
    expect(statSync(onlyFile()).size).toBeGreaterThan(size)
    expect(process.journal.dueAt).toBe(now + 59_000)

    now += 59_000
    process.journal.tick(now)
    expect(Math.abs(statSync(onlyFile()).mtimeMs - now)).toBeLessThan(1)
  })

  test('of a process that closed has no holder any more, and takes nothing', () => {
    const process = start()
    process.fail('a')
    process.journal.close()
    const [file = ''] = files()
    expect(file).toMatch(/^checkout\.free\./)
    const { size } = statSync(onlyFile())

    process.fail('b')
    process.journal.close()

    expect(statSync(onlyFile()).size).toBe(size)
    expect(process.holds('b')).toBe(false)
  })

  test('of a process that took something over contains it, and the old one is deleted', () => {
    dieWith('a')
    const [old] = files()

    next()

    expect(files()).toHaveLength(1)
    expect(files()).not.toContain(old)
    expect(
      recordsOf(onlyFile())
        .filter(({ kind }) => kind === 'adopted')
        .at(-1),
    ).toMatchObject({
      serials: [expect.any(String)],
    })
  })

  test('contains an alert until a message showed it, through any number of processes', () => {
    dieWith('a')
    for (let count = 0; count < 5; count += 1) {
      const process = next()
      expect(process.unsent).toEqual(['a'])
      if (count % 2 === 0) process.kill()
      else process.close()
    }
    const last = next()
    last.alertAdopted().send('a')
    last.close()

    const heir = next()
    expect(heir.unsent).toEqual([])
    expect(heir.snapshots).toMatchObject([{ fingerprint: 'a', count: 1 }])
  })
})

test('holds an alert from the moment it is written until a message showed it', () => {
  const process = start()
  expect(process.holds('a')).toBe(false)
  process.fail('a')
  expect(process.holds('a')).toBe(true)
  process.post('p', 'a')
  expect(process.holds('a')).toBe(true)
  process.accept('p')
  expect(process.journal.holds({ '#alerts a': 1 })).toBe(false)

  process.fail('a', { isFatal: true })
  expect(process.journal.holds({ '#alerts a': 2 })).toBe(true)
})

test('a process that has to normalize very many events in one turn takes its time', () => {
  const process = start()
  for (let count = 0; count < 60; count += 1) process.fail(`f${count}`)
  expect(process.journal.hasTime).toBe(false)
  expect(process.holds('f49')).toBe(true)
  expect(process.holds('f59')).toBe(false)

  process.journal.save()
  process.kill()

  expect(next().unsent).toHaveLength(60)
})

test('a message that was accepted just before its process died is the message of the next one', () => {
  const header = { slackLoggerJournal: 1, pid: 1, host: 'web', startedAt: 1, serial: 'a' }
  const key = '#alerts g1:charge'
  const event = eventOf('no stock')
  const problem = { fingerprint: 'g1:charge', channel: '#alerts' }
  const lines = [
    header,
    { kind: 'occurrence', ...problem, at: 1, count: 1, alert: 1, reason: 'new', event },
    { kind: 'sending', id: '1', channel: '#alerts', attempts: 1, at: 1, names: { [key]: 1 } },
    { kind: 'sent', id: '1', ref: 'C1/2.3', names: { [key]: 1 } },
  ]

  const content = readJournal(lines.map((line) => `${JSON.stringify(line)}\n`).join(''))

  expect(content?.losses.unreadable).toBe(0)
  expect(content?.incidents.get(key)?.root).toMatchObject({ ref: 'C1/2.3', isComplete: false })
})

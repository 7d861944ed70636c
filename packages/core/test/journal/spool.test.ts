import { SteadyClock } from '../../src/clock.ts'
import * as fs from 'node:fs'
import {
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createVirtualClock, type VirtualClock } from '@slack-logger/slack-inbox'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { FileSystem, ProcessIdentity } from '../../src/environment.ts'
import type { LogEvent } from '../../src/event/log-event.ts'
import { recoverSpools, type Recovered } from '../../src/journal/spool-file.ts'
import { Spool } from '../../src/journal/spool.ts'
import type { SpoolFolder } from '../../src/journal/folder.ts'

let root: string
let clock: VirtualClock
let troubles: string[]

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'slack-logger-spool-'))
  clock = createVirtualClock(Date.now())
  troubles = []
})

afterEach(() => rmSync(root, { recursive: true, force: true }))

const alive = new Set<number>()

function processOf(pid: number, given: Partial<ProcessIdentity> = {}): ProcessIdentity {
  return {
    pid,
    host: 'web-1',
    startedAt: 1_000_000,
    uid: process.getuid?.(),
    isAlive: (other) => alive.has(other),
    ...given,
  }
}

function folderOf(pid: number, given: Partial<SpoolFolder> = {}): SpoolFolder {
  return {
    path: join(root, 'spool'),
    owner: 'checkout',
    fileSystem: fs,
    process: processOf(pid),
    ...given,
  }
}

function spoolOf(folder: SpoolFolder): Spool {
  return new Spool({
    folder,
    clock: new SteadyClock(clock),
    release: '1.8.2',
    onTrouble: (text) => troubles.push(text),
  })
}

function recover(folder: SpoolFolder): readonly Recovered[] {
  return recoverSpools({ folder, clock, onTrouble: (text) => troubles.push(text) })
}

function eventOf(message: string): LogEvent {
  return {
    level: 'error',
    severity: 50,
    time: 0,
    message,
    template: undefined,
    logger: undefined,
    error: undefined,
    request: undefined,
    fields: {},
    traceId: undefined,
    requestId: undefined,
    hint: undefined,
  }
}

function keep(spool: Spool, fingerprint: string, message = fingerprint): void {
  spool.keepEvent({ fingerprint, priority: 'new', channel: '#a', event: eventOf(message) })
}

function messagesOf(recovered: readonly Recovered[]): readonly string[] {
  return recovered.flatMap(({ entries }) =>
    entries.map((entry) => ('event' in entry ? entry.event.message : entry.request.kind)),
  )
}

function files(): readonly string[] {
  return readdirSync(join(root, 'spool'))
}

test('the next process recovers what a process that died had not sent', () => {
  const spool = spoolOf(folderOf(1))
  keep(spool, 'a')
  keep(spool, 'b')
  spool.sent(['a'], spool.mark())

  const [recovered] = recover(folderOf(2))

  expect(messagesOf(recovered ? [recovered] : [])).toEqual(['b'])
  expect(recovered).toMatchObject({
    header: { pid: 1, host: 'web-1', release: '1.8.2' },
    endedAt: undefined,
    unreadable: 0,
  })
})

test('an event after the mark is not marked as sent', () => {
  const spool = spoolOf(folderOf(1))
  keep(spool, 'a', 'first')
  const mark = spool.mark()
  keep(spool, 'a', 'second')

  spool.sent(['a'], mark)

  expect(messagesOf(recover(folderOf(2)))).toEqual(['second'])
})

test('a spool whose events are all sent contains only its first line, and is deleted when it is closed', () => {
  const spool = spoolOf(folderOf(1))
  for (let count = 0; count < 100; count += 1) keep(spool, `f${count}`)
  for (let count = 0; count < 100; count += 1) spool.sent([`f${count}`], spool.mark())

  const [file = ''] = files()
  expect(
    readFileSync(join(root, 'spool', file), 'utf8')
      .trim()
      .split('\n'),
  ).toHaveLength(1)
  spool.close()
  expect(files()).toEqual([])
})

test('the file of a process that closed has the time of the end', () => {
  const spool = spoolOf(folderOf(1))
  keep(spool, 'a')
  spool.close()

  expect(recover(folderOf(1))).toMatchObject([{ endedAt: clock.now() }])
})

test('the spool of a running process is not taken over, and that of a dead one only once', () => {
  alive.add(7)
  keep(spoolOf(folderOf(7)), 'alive')
  keep(spoolOf(folderOf(8)), 'dead')

  expect(messagesOf(recover(folderOf(2)))).toEqual(['dead'])
  alive.add(2)
  expect(messagesOf(recover(folderOf(3)))).toEqual([])
  alive.clear()
})

test('a process that dies after it took over leaves what it had not sent', () => {
  const spool = spoolOf(folderOf(1))
  keep(spool, 'a')
  keep(spool, 'b')
  const [first] = recover(folderOf(2))
  first?.file.markSent([1])

  expect(messagesOf(recover(folderOf(3)))).toEqual(['b'])
})

test('a process with the same id in a new container takes over the spool of the old one', () => {
  keep(spoolOf(folderOf(1)), 'a')
  const reborn = processOf(1, { startedAt: 9_000_000 })

  expect(messagesOf(recover(folderOf(1, { process: reborn })))).toEqual(['a'])
})

test('a process of another host counts as dead when it has not touched its file for five minutes', async () => {
  keep(spoolOf(folderOf(1)), 'a')
  const [file = ''] = files()
  const elsewhere = folderOf(2, { process: processOf(2, { host: 'web-2' }) })

  await clock.advance(600_000)
  expect(recover(elsewhere)).toEqual([])

  const silentSince = (clock.now() - 300_001) / 1000
  fs.utimesSync(join(root, 'spool', file), silentSince, silentSince)
  expect(messagesOf(recover(elsewhere))).toEqual(['a'])
})

test('the spool of another service or destination is not taken over', () => {
  keep(spoolOf(folderOf(1, { owner: 'billing' })), 'a')

  expect(recover(folderOf(2))).toEqual([])
  expect(files()).toHaveLength(1)
})

test('an incomplete line is skipped and counted, and the others are read', () => {
  keep(spoolOf(folderOf(1)), 'a')
  const [file = ''] = files()
  fs.appendFileSync(join(root, 'spool', file), '{"id":2,"at":1,"finger')

  const recovered = recover(folderOf(2))

  expect(messagesOf(recovered)).toEqual(['a'])
  expect(recovered).toMatchObject([{ unreadable: 1 }])
  recovered[0]?.file.markSent([1])
  expect(messagesOf(recover(folderOf(3)))).toEqual([])
})

test.each([
  ['nothing', ''],
  ['no JSON', 'hello\n'],
  ['another version', '{"slackLoggerSpool":2,"pid":1,"host":"a","startedAt":1}\n'],
])('a file with %s in it is set aside and reported once', (_what, text) => {
  keep(spoolOf(folderOf(1)), 'a')
  const [file = ''] = files()
  writeFileSync(join(root, 'spool', file), text)

  expect(recover(folderOf(2))).toEqual([])
  expect(files()).toEqual([`${file}.aside`])
  expect(troubles).toEqual([`${file} cannot be read; set aside`])
})

test('only their owner can access the folder and its files', () => {
  keep(spoolOf(folderOf(1)), 'a')

  const [file = ''] = files()
  expect(statSync(join(root, 'spool')).mode & 0o777).toBe(0o700)
  expect(statSync(join(root, 'spool', file)).mode & 0o777).toBe(0o600)
})

test('a folder that others can access is not used, which is reported once', () => {
  fs.mkdirSync(join(root, 'spool'))
  fs.chmodSync(join(root, 'spool'), 0o755)
  const spool = spoolOf(folderOf(1))

  keep(spool, 'a')
  keep(spool, 'b')

  expect(files()).toEqual([])
  expect(spool.has(['a'])).toBe(false)
  expect(troubles).toHaveLength(1)
  expect(troubles[0]).toContain('0700')
})

test('a link in place of the folder is not followed', () => {
  fs.mkdirSync(join(root, 'elsewhere'), { mode: 0o700 })
  symlinkSync(join(root, 'elsewhere'), join(root, 'spool'))

  keep(spoolOf(folderOf(1)), 'a')

  expect(readdirSync(join(root, 'elsewhere'))).toEqual([])
  expect(troubles[0]).toContain('no directory')
})

test('a folder of another user is not used', () => {
  keep(spoolOf(folderOf(1, { process: processOf(1, { uid: 12_345 }) })), 'a')

  expect(troubles[0]).toContain('belongs to another user')
})

test('a link among the files is not followed', () => {
  keep(spoolOf(folderOf(1)), 'a')
  const [file = ''] = files()
  writeFileSync(join(root, 'secret'), 'secret')
  fs.unlinkSync(join(root, 'spool', file))
  symlinkSync(join(root, 'secret'), join(root, 'spool', file))

  expect(recover(folderOf(2))).toEqual([])
  expect(readFileSync(join(root, 'secret'), 'utf8')).toBe('secret')
})

test('a spool has at most five megabytes', () => {
  const spool = spoolOf(folderOf(1))
  const text = 'x'.repeat(9000)
  for (let count = 0; count < 1000; count += 1) keep(spool, `f${count}`, text)

  const [file = ''] = files()
  expect(statSync(join(root, 'spool', file)).size).toBeLessThanOrEqual(5_000_000)
  expect(spool.has(['f0'])).toBe(true)
  expect(spool.has(['f999'])).toBe(false)
  expect(troubles[0]).toContain('5 MB')
})

test('what is sent makes room, and the rest is kept', () => {
  const spool = spoolOf(folderOf(1))
  const text = 'x'.repeat(9000)
  keep(spool, 'old')
  for (let count = 0; count < 1000; count += 1) {
    keep(spool, `f${count}`, text)
    spool.sent([`f${count}`], spool.mark())
  }

  expect(troubles).toEqual([])
  expect(files()).toHaveLength(1)
  expect(messagesOf(recover(folderOf(2)))).toEqual(['old'])
})

test('a full disk is reported, and tried again later', async () => {
  let isFull = true
  const fileSystem = {
    ...fs,
    writeSync: ((descriptor: number, text: string) => {
      if (!isFull || text.includes('slackLoggerSpool')) return fs.writeSync(descriptor, text)
      fs.writeSync(descriptor, text.slice(0, 20))
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    }) as FileSystem['writeSync'],
  }
  const spool = spoolOf(folderOf(1, { fileSystem }))
  keep(spool, 'a')
  keep(spool, 'b')
  isFull = false
  await clock.advance(10_000)

  keep(spool, 'c')

  expect(troubles).toHaveLength(1)
  expect(troubles[0]).toContain('ENOSPC')
  expect(messagesOf(recover(folderOf(2)))).toEqual(['c'])
})

test('a disk that is full from the start leaves neither open descriptors nor files', async () => {
  let isFull = true
  let open = 0
  const fileSystem: FileSystem = {
    ...fs,
    openSync: (...given) => {
      open += 1
      return fs.openSync(...given)
    },
    closeSync: (descriptor) => {
      open -= 1
      fs.closeSync(descriptor)
    },
    // A full disk writes a part of what does not fit.
    writeSync: ((descriptor: number, text: string) =>
      fs.writeSync(descriptor, isFull ? text.slice(0, 20) : text)) as FileSystem['writeSync'],
  }
  const spool = spoolOf(folderOf(1, { fileSystem }))
  for (let count = 0; count < 5; count += 1) {
    keep(spool, 'a')
    await clock.advance(10_000)
  }
  expect({ open, files: files() }).toEqual({ open: 0, files: [] })

  isFull = false
  keep(spool, 'b')

  expect(messagesOf(recover(folderOf(2)))).toEqual(['b'])
})

test('a spool that could not be compacted on a full disk is compacted later', async () => {
  let isFull = false
  const fileSystem: FileSystem = {
    ...fs,
    writeSync: ((descriptor: number, text: string) => {
      if (!isFull) return fs.writeSync(descriptor, text)
      // There is room for a first line.
      fs.writeSync(descriptor, text.slice(0, 100))
      throw Object.assign(new Error('no space left'), { code: 'ENOSPC' })
    }) as FileSystem['writeSync'],
  }
  const spool = spoolOf(folderOf(1, { fileSystem }))
  const pass = (): void => {
    keep(spool, 'f', 'x'.repeat(9000))
    spool.sent(['f'], spool.mark())
  }
  keep(spool, 'old')
  const [file = ''] = files()
  while (statSync(join(root, 'spool', file)).size < 4_992_000) pass()
  isFull = true
  pass()
  expect(troubles.join()).toContain('ENOSPC')

  isFull = false
  await clock.advance(10_000)
  keep(spool, 'new')

  expect(troubles).toHaveLength(1)
  expect(files()).toHaveLength(1)
  expect(messagesOf(recover(folderOf(2)))).toEqual(['old', 'new'])
})

test('a huge event is kept without its fields', () => {
  const spool = spoolOf(folderOf(1))
  const event = { ...eventOf('huge'), fields: { text: 'x'.repeat(1_000_000) } }

  spool.keepEvent({ fingerprint: 'a', priority: 'fatal', channel: '#a', event })

  expect(messagesOf(recover(folderOf(2)))).toEqual(['huge'])
})

test('a fingerprint with logged text is not on disk', () => {
  keep(spoolOf(folderOf(1)), 'TypeError|the card 4242 of ada was refused|charge.ts', 'redacted')

  const [file = ''] = files()
  expect(readFileSync(join(root, 'spool', file), 'utf8')).not.toContain('ada')
})

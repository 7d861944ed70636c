import * as fs from 'node:fs'
import { createConnection, createServer, Server, Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { once } from 'node:events'
import { setTimeout as wait } from 'node:timers/promises'
import { expect, onTestFinished, test, vi } from 'vitest'
import { type FileSystem, resolveEnvironment } from '../../src/environment.ts'
import { createLink } from '../../src/fleet/create-link.ts'
import { HostLink, socketAddress } from '../../src/fleet/host-link.ts'
import { resolveOptions } from '../../src/options/resolve.ts'
import { holderOf, type JournalFolder, ProcessWatch, takeOver } from '../../src/journal/folder.ts'
import { SteadyClock } from '../../src/clock.ts'
import type { LeftByLeader } from '../../src/index.ts'
import { Recorder } from '../contracts/fleet-link.ts'

const environment = resolveEnvironment()
const { clock, process: self } = environment
const fleet = '0123456789abcdef'
const otherHost = { ...self, host: 'another-container' }

function tempFolder(): string {
  const root = fs.mkdtempSync(join(tmpdir(), 'slack-logger-host-'))
  onTestFinished(() => fs.rmSync(root, { recursive: true }))
  return root
}

/** A process that has joined. */
function start(path: string, given: Partial<JournalFolder> = {}): Recorder {
  const folder: JournalFolder = { path, owner: 'owner', fileSystem: fs, process: self, ...given }
  const { random } = environment
  const link = new HostLink({
    fleet,
    sender: 'sender',
    folder,
    clock,
    random,
    process: folder.process,
  })
  onTestFinished(() => link.close())
  const member = new Recorder(`member-${Math.random()}`, link)
  link.join(member)
  return member
}

async function until(isSo: () => boolean): Promise<void> {
  const deadline = performance.now() + 5000
  while (!isSo() && performance.now() < deadline) await wait(2)
}

const leaderFile = (path: string): string => join(path, `${fleet}.leader`)

/** What a leader that was killed leaves: its file, and a socket that nobody listens on. */
async function leaveDead(path: string, holder: string): Promise<string> {
  const address = join(path, '01234567-dead.s')
  const server = createServer()
  server.listen(address)
  await once(server, 'listening')
  // Node removes a socket that it closes.
  fs.renameSync(address, `${address}.kept`)
  server.close()
  await once(server, 'close')
  fs.renameSync(`${address}.kept`, address)
  const text = JSON.stringify({ v: 1, address, holder, name: 'web-1:1', journal: 'left.journal' })
  fs.writeFileSync(leaderFile(path), text, { mode: 0o600 })
  const longAgo = new Date(Date.now() - 60_000)
  fs.utimesSync(leaderFile(path), longAgo, longAgo)
  return address
}

test('the socket of a leader that was killed is in nobody’s way, and is removed', async () => {
  const path = tempFolder()
  const address = await leaveDead(path, 'free-0-0')

  const member = start(path)
  member.report(1)
  await until(() => member.calls.includes('lead'))

  expect(member.calls).toContain('lead')
  expect(fs.existsSync(address)).toBe(false)
})

test('the processes of two containers with one folder are a fleet, also after the leader’s container has ended', async () => {
  const path = tempFolder()
  const leader = start(path, { process: otherHost })
  const follower = start(path)
  follower.report(1)
  await until(() => follower.acknowledgedSeq === 1)

  await follower.link.close()
  await leader.link.close()
  const killed = await leaveDead(path, `${'0'.repeat(16)}-1-abc`)
  const next = start(path, { process: { ...self, host: 'a-third-container' } })
  next.report(1)
  await until(() => next.calls.includes('lead'))

  expect(leader.merged).toHaveLength(1)
  expect(next.calls).toEqual(['follow', 'lead'])
  expect(fs.existsSync(killed)).toBe(false)
})

/** The files as a process of this kernel sees them. */
function kernel(id: string): FileSystem {
  const readFileSync = ((file: string, encoding: 'utf8') =>
    file.startsWith('/proc/sys/kernel/random/')
      ? id
      : fs.readFileSync(file, encoding)) as FileSystem['readFileSync']
  return { ...fs, readFileSync }
}

test('processes of two kernels with one folder are two fleets, since no socket leads from one to the other', () => {
  const path = tempFolder()
  const options = resolveOptions({ token: 'xoxb-1-a', channel: '#alerts', service: 'shop' }, {})
  const roles = ['a', 'a', 'b'].map((id, index) => {
    const folder = { path, owner: 'owner', fileSystem: kernel(id), process: self }
    const link = createLink(options, folder, {
      given: environment,
      clock,
      sender: 'sender',
      name: 'fleet',
    })
    onTestFinished(() => link.close())
    const member = new Recorder(`member-${index}`, link)
    link.join(member)
    return member.calls[0]
  })

  expect(roles).toEqual(['lead', 'follow', 'lead'])
})

test('a path that is too long for a socket is no folder for a fleet', () => {
  const member = start(join(tempFolder(), 'x'.repeat(100)))

  expect(member.calls).toEqual([expect.stringMatching(/^alone: the path .* is too long/)])
})

test.each(['EROFS', 'ENOSPC', 'EACCES'])(
  'in a folder that cannot be written (%s), a process is alone',
  (code) => {
    const path = tempFolder()
    const openSync = (): never => {
      throw Object.assign(new Error(code), { code })
    }

    const member = start(path, { fileSystem: { ...fs, openSync } })

    expect(member.calls).toEqual([`alone: ${code}`])
  },
)

const denied = Object.assign(new Error('Requires net access'), { name: 'NotCapable' })
const deny = (): never => {
  throw denied
}

test('a process that has no permission to listen, as in Deno, is alone', async () => {
  const listen = vi.spyOn(Server.prototype, 'listen').mockImplementation(deny)
  onTestFinished(() => listen.mockRestore())

  const member = start(tempFolder())
  await until(() => member.calls.length > 1)

  expect(member.calls).toEqual(['lead', 'alone: Requires net access'])
})

test('a process that has no permission to connect is alone, and its leader goes on', async () => {
  const path = tempFolder()
  const leader = start(path)
  const follower = start(path)
  const connect = vi.spyOn(Socket.prototype, 'connect').mockImplementation(deny)
  onTestFinished(() => connect.mockRestore())

  follower.report(1)
  await until(() => follower.calls.length > 1)

  expect(follower.calls).toEqual([
    'follow',
    'alone: the leader cannot be reached: Requires net access',
  ])
  expect(leader.calls).toEqual(['lead'])
})

test('a process of another format is refused, and the leader goes on', async () => {
  const path = tempFolder()
  const leader = start(path)
  await until(() => fs.readdirSync(path).some((name) => name.endsWith('.s')))
  const { address } = JSON.parse(fs.readFileSync(leaderFile(path), 'utf8')) as { address: string }
  const socket = createConnection(address)
  let answer = ''
  socket.setEncoding('utf8').on('data', (text: string) => (answer += text))
  socket.write('{"kind":"hello","v":2}\n')
  await until(() => answer !== '')
  socket.destroy()
  const follower = start(path)
  follower.report(1)
  await until(() => follower.acknowledgedSeq === 1)

  expect(JSON.parse(answer)).toEqual({ kind: 'refused', reason: 'another version leads' })
  expect(leader.merged).toHaveLength(1)
})

test('a leader’s address is a named pipe on Windows, and else a socket in the folder', () => {
  expect(socketAddress({ platform: 'win32', path: 'C:\\state', name: '0123-ab' })).toBe(
    '\\\\.\\pipe\\slack-logger-0123-ab',
  )
  expect(socketAddress({ platform: 'linux', path: '/state', name: '0123-ab' })).toBe(
    '/state/0123-ab.s',
  )
})

test('a leader that is replaced while it writes acknowledges nothing: the batch is reported to its successor', async () => {
  const path = tempFolder()
  const leader = start(path)
  const follower = start(path)
  follower.report(1)
  await until(() => follower.acknowledgedSeq === 1)

  // As when it is stopped in the middle of that, and another one takes over.
  leader.merge = (batches): void => {
    const next = { v: 1, address: join(path, 'next.s'), holder: 'free-0-0', name: 'web-1:2' }
    fs.writeFileSync(leaderFile(path), JSON.stringify(next))
    leader.merged.push(...batches)
  }
  follower.report(2)
  await until(() => follower.calls.includes('lead'))

  expect(leader.merged.map(({ seq }) => seq)).toEqual([1, 2])
  expect(follower.acknowledgedSeq).toBe(1)
  expect(follower.calls).toContain('lead')
})

test('a leader that ends while its process goes on, as in a worker thread, is replaced although nobody has anything to report', async () => {
  const path = tempFolder()
  const address = join(path, '01234567-thread.s')
  const sockets: Socket[] = []
  const server = createServer((socket) => {
    sockets.push(socket)
    socket.on('data', () => socket.write(mergedLine))
  })
  server.listen(address)
  await once(server, 'listening')
  const leader = { v: 1, address, holder: holderOf(self), name: 'web-1:1', journal: 'its.journal' }
  fs.writeFileSync(leaderFile(path), JSON.stringify(leader), { mode: 0o600 })
  const follower = start(path)
  follower.report(1)
  await until(() => follower.acknowledgedSeq === 1)

  server.close()
  for (const socket of sockets) socket.destroy()
  await until(() => follower.calls.includes('lead'))

  expect(follower.calls).toContain('lead')
})

const mergedLine = `${JSON.stringify({ kind: 'merged', seq: 1, leader: 'web-1:1', members: 2, nextInMs: 1000 })}\n`

test('of leaders that replace each other before one has taken over what the others left, the next one learns of all', async () => {
  const path = tempFolder()
  const address = await leaveDead(path, 'free-0-0')
  const file = { v: 1, address, holder: 'free-0-0', name: 'web-1:2', earlier: ['a.journal'] }
  const text = JSON.stringify({ ...file, journal: 'b.journal' })
  const longAgo = new Date(Date.now() - 60_000)
  fs.writeFileSync(leaderFile(path), text, { mode: 0o600 })
  fs.utimesSync(leaderFile(path), longAgo, longAgo)

  const next = start(path)
  let left: LeftByLeader | undefined
  const lead = (given: LeftByLeader): void => {
    left = given
  }
  Object.assign(next, { lead })
  next.report(1)
  await until(() => left !== undefined)

  expect(left).toEqual({ journal: 'b.journal', earlier: ['a.journal'] })
  expect(JSON.parse(fs.readFileSync(leaderFile(path), 'utf8'))).toMatchObject({
    earlier: ['b.journal', 'a.journal'],
  })
})

test('whoever takes over a journal, takes over what that one had taken over and not written down', () => {
  const path = tempFolder()
  const folder: JournalFolder = { path, owner: 'owner', fileSystem: fs, process: self }
  const others = [`owner.${holderOf(self)}.1.journal`, `owner.${holderOf(self)}.1.abc.journal`]
  const alive = `owner.${holderOf(self)}.2.journal`
  for (const name of [...others, alive]) fs.writeFileSync(join(path, name), name, { mode: 0o600 })

  const { files } = takeOver({
    folder,
    ownFile: join(path, `owner.${holderOf(self)}.3.journal`),
    watch: new ProcessWatch(self),
    clock: new SteadyClock(clock),
    ended: others.slice(0, 1),
    mayTake: () => true,
    onTrouble: () => undefined,
  })

  expect(files.map(({ text }) => text).toSorted()).toEqual(others.toSorted())
  expect(
    fs.readdirSync(path).filter((name) => name.startsWith(`owner.${holderOf(self)}.3.`)),
  ).toHaveLength(2)
})

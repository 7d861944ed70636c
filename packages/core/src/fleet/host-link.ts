import { randomBytes } from 'node:crypto'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import * as v from 'valibot'
import { runSoon } from '../clock.ts'
import type { Timer } from '../environment.ts'
import type { JournalFolder } from '../journal/folder.ts'
import { Election, type Leader } from './election.ts'
import { connectTo, HostServer, readLines, writeLine } from './host-server.ts'
import type {
  ExitCalls,
  FleetLink,
  FleetLinkDeps,
  FleetMember,
  FleetView,
  ReportBatch,
  ReportOptions,
} from './link.ts'

export interface HostLinkDeps extends FleetLinkDeps {
  readonly folder: JournalFolder
}

/** macOS takes 103 bytes, Linux 107. */
const maxPathBytes = 103
/** Between two tries while another process is elected or does not listen yet, in milliseconds. */
const retryMs = 10
/** With these codes or names of errors, no other leader could be reached either. */
const forbidden: ReadonlySet<string> = new Set([
  'EACCES',
  'EPERM',
  'ENOTSUP',
  'EAFNOSUPPORT',
  // The permission models of Node and Deno.
  'ERR_ACCESS_DENIED',
  'NotCapable',
])
/** So often, a connection may break before the leader is replaced. */
const maxBroken = 3
/** A leader listens within this time, in milliseconds. */
const listensWithinMs = 1000
/** Between two looks for a leader of a process that may not lead, and of a leader whether it still is one, in milliseconds. */
const lookEveryMs = 1000
/** A leader that does not answer for so long is replaced, in milliseconds; for a fatal occurrence, after `fatalAnswerMs`. */
const answerMs = 3000
const fatalAnswerMs = 1000
/** For how long a process that exits waits for the leader, in milliseconds. */
const exitMs = 500
/** The time for reading an answer that arrived while this process was blocked, in milliseconds. */
const graceMs = 200

/**
 * The link of the processes of one host: a file in the journal's folder names the leader and its socket. That a process has ended is
 * known at once, because the system closes its connection.
 */
export class HostLink implements FleetLink {
  readonly name = 'host'
  readonly #deps: HostLinkDeps
  readonly #election: Election
  readonly #address: string
  #member: FleetMember | undefined
  #leader: Leader | undefined
  #server: HostServer | undefined
  #socket: Socket | undefined
  #isConnected = false
  /** How often a connection broke since the last answer. */
  #broken = 0
  /** When the oldest report that is not answered was sent, and for how long it may wait. */
  #unanswered: { since: number; withinMs: number; seq: number } | undefined
  #answerTimer: Timer | undefined
  #retryTimer: Timer | undefined
  #lookTimer: Timer | undefined
  #isOut = false

  constructor(deps: HostLinkDeps) {
    this.#deps = deps
    this.#election = new Election(deps)
    const name = `${deps.fleet.slice(0, 8)}-${randomBytes(4).toString('hex')}`
    this.#address = socketAddress({ platform: process.platform, path: deps.folder.path, name })
  }

  join(member: FleetMember): void {
    this.#member = member
    if (this.#isOut || this.#server !== undefined || this.#socket !== undefined) return
    if (this.#retryTimer === undefined) this.#elect(undefined)
  }

  report(batch: ReportBatch, { isFatal }: ReportOptions): void {
    const socket = this.#connect()
    if (socket === undefined) return
    writeLine(socket, { kind: 'batch', ...batch })
    const withinMs = isFatal ? fatalAnswerMs : answerMs
    const { seq } = batch
    const { since, withinMs: before } = this.#unanswered ?? { since: this.#now(), withinMs }
    this.#unanswered = { since, withinMs: Math.min(before, withinMs), seq }
    this.#awaitAnswer()
  }

  get isLeading(): boolean {
    if (this.#server === undefined) return false
    if (this.#election.isWon) return true
    runSoon(
      () => this.#stepDown(),
      (error) => this.#member?.trouble(String(error)),
    )
    return false
  }

  get isWatched(): boolean {
    return this.#isConnected
  }

  reportSync(batches: readonly ReportBatch[], { talk, withinMs }: ExitCalls): boolean {
    if (this.#leader === undefined) this.#elect(undefined)
    const leader = this.#leader
    const member = this.#member
    const last = batches.at(-1)
    if (leader === undefined || member === undefined || last === undefined) return false
    const lines = [this.#hello(undefined), ...batches.map((batch) => ({ kind: 'batch', ...batch }))]
    const text = lines.map((line) => `${JSON.stringify(line)}\n`).join('')
    const answer = `"seq":${last.seq},`
    if (talk({ address: leader.address, text, answer }, Math.min(withinMs, exitMs))) return true
    this.#replaceLeader()
    return false
  }

  pause(): void {
    this.#server?.pause()
  }

  close(): Promise<void> {
    this.#leave()
    return Promise.resolve()
  }

  #elect(ended: string | undefined): void {
    const member = this.#member
    if (member === undefined || this.#isOut || this.#server !== undefined) return
    const elected = this.#run(member, ended)
    switch (elected?.status) {
      case 'leads':
        this.#lead(member, elected.before)
        break
      case 'follows':
        this.#follow(member, elected.leader)
        break
      case 'unusable':
        this.#leave()
        member.alone(elected.reason)
        break
      case 'impossible':
        this.#decideAlone(member, elected.reason)
        break
      case 'busy':
        this.#retry(retryMs, ended)
        break
      default:
        this.#look(() => this.#elect(ended))
    }
  }

  #run(member: FleetMember, ended: string | undefined): ReturnType<Election['run']> | undefined {
    if (member.role === 'follower') return this.#election.find(ended)
    if (Buffer.byteLength(this.#address) > maxPathBytes && process.platform !== 'win32')
      return { status: 'impossible', reason: `the path ${this.#address} is too long for a socket` }
    const { journal } = member
    const own = {
      address: this.#address,
      name: this.#name,
      ...(journal !== undefined && { journal }),
    }
    return this.#election.run(own as Omit<Leader, 'v' | 'holder'>, ended)
  }

  #lead(member: FleetMember, before: Leader | undefined): void {
    this.#leader = undefined
    this.#disconnect()
    this.#server = new HostServer({
      member,
      leader: this.#name,
      isLeading: () => this.isLeading,
      onFailed: (reason) => this.#decideAlone(member, reason),
    })
    if (before !== undefined) this.#removeSocket(before.address)
    this.#server.listen(this.#address)
    this.#look(() => {
      if (this.isLeading) this.#election.keep()
    })
    member.lead({ journal: before?.journal, earlier: before?.earlier })
  }

  #follow(member: FleetMember, leader: Leader): void {
    if (leader.address !== this.#leader?.address) this.#disconnect()
    this.#leader = leader
    member.follow({ leader: leader.name, members: 2, nextInMs: lookEveryMs })
    // Whether it has ended is seen only by connecting: its process may be one that others have not reaped, or goes on without it.
    if (this.#broken > 0) this.#connect()
  }

  #decideAlone(member: FleetMember, reason: string): void {
    this.#leave()
    member.alone(reason, { isTrouble: true })
  }

  /** Another process leads: this one was stopped or blocked for so long. */
  #stepDown(): void {
    if (this.#server === undefined || this.#isOut) return
    this.#server.close()
    this.#server = undefined
    // That one may have ended already: then this process continues with what it left.
    this.#member?.follow({ leader: undefined, members: 1, nextInMs: lookEveryMs })
    this.#elect(undefined)
  }

  #connect(): Socket | undefined {
    const leader = this.#leader
    const member = this.#member
    if (this.#socket !== undefined || leader === undefined || member === undefined)
      return this.#socket
    const socket = connectTo(leader.address)
    this.#socket = socket
    socket.unref()
    let failure: NodeJS.ErrnoException | undefined
    socket.on('connect', () => {
      this.#isConnected = true
    })
    socket.on('error', (error: NodeJS.ErrnoException) => {
      failure = error
    })
    socket.on('close', () => {
      if (this.#socket !== socket) return
      const wasConnected = this.#isConnected
      this.#disconnect()
      this.#lost(leader, wasConnected ? undefined : failure)
    })
    readLines(socket, (message) => this.#read(member, message))
    writeLine(socket, this.#hello(member.journal))
    return socket
  }

  #read(member: FleetMember, message: unknown): void {
    if (v.is(mergedMessage, message)) {
      const { seq, leader, members, nextInMs } = message
      this.#broken = 0
      const wait = this.#unanswered
      if (wait !== undefined)
        this.#unanswered = seq < wait.seq ? { ...wait, since: this.#now() } : undefined
      member.acknowledged(seq, { leader, members, nextInMs } satisfies FleetView)
    } else if (v.is(refusedMessage, message)) this.#decideAlone(member, message.reason)
  }

  /** The leader has ended, or does not listen yet. */
  #lost({ address }: Leader, failure: NodeJS.ErrnoException | undefined): void {
    // What is reported meanwhile is reported again once it is known who leads.
    this.#leader = undefined
    // A connection can break without its leader: then it takes another one. One that breaks again and again is of no use.
    if (failure === undefined) this.#broken += 1
    const isAlive = failure === undefined && this.#broken <= maxBroken
    const mayListen = isAlive || this.#election.ageMs < listensWithinMs
    const code = failure?.code ?? failure?.name ?? ''
    if (forbidden.has(code) && this.#member !== undefined)
      this.#decideAlone(this.#member, `the leader cannot be reached: ${failure?.message}`)
    else this.#retry(this.#deps.random() * retryMs, mayListen ? undefined : address)
  }

  #retry(afterMs: number, ended: string | undefined): void {
    this.#retryTimer ??= this.#deps.clock.setTimer(() => {
      this.#retryTimer = undefined
      this.#elect(ended)
    }, afterMs)
  }

  #look(run: () => void): void {
    this.#lookTimer?.cancel()
    this.#lookTimer = this.#deps.clock.setTimer(() => {
      run()
      if (this.#server !== undefined) this.#look(run)
    }, lookEveryMs)
  }

  #awaitAnswer(): void {
    const wait = this.#unanswered
    if (wait === undefined) return
    this.#answerTimer?.cancel()
    const dueAt = wait.since + wait.withinMs
    const check = (isLate: boolean): void => {
      if (this.#unanswered === undefined) return
      if (this.#unanswered !== wait) this.#awaitAnswer()
      else if (isLate) this.#answerTimer = this.#deps.clock.setTimer(() => check(false), graceMs)
      else this.#replaceLeader()
    }
    this.#answerTimer = this.#deps.clock.setTimer(() => check(true), dueAt - this.#now())
  }

  /** It is stopped or blocked. */
  #replaceLeader(): void {
    const leader = this.#leader
    this.#disconnect()
    if (leader !== undefined) this.#elect(leader.address)
  }

  #disconnect(): void {
    const socket = this.#socket
    this.#socket = undefined
    this.#isConnected = false
    this.#unanswered = undefined
    this.#answerTimer?.cancel()
    socket?.destroy()
  }

  #leave(): void {
    this.#isOut = true
    this.#retryTimer?.cancel()
    this.#lookTimer?.cancel()
    this.#disconnect()
    if (this.#server === undefined) return
    this.#election.withdraw()
    this.#server.close()
    this.#server = undefined
  }

  #removeSocket(address: string): void {
    const { folder } = this.#deps
    if (!address.startsWith(join(folder.path, '/'))) return
    try {
      folder.fileSystem.unlinkSync(address)
    } catch {
      // The leader removed it itself.
    }
  }

  #now(): number {
    const { clock } = this.#deps
    return clock.monotonic?.() ?? clock.now()
  }

  #hello(journal: string | undefined): object {
    return { kind: 'hello', v: 1, journal, name: this.#name }
  }

  get #name(): string {
    const { host, pid } = this.#deps.process
    return `${host}:${pid}`
  }
}

/** Where a leader listens: a socket in the folder, or a named pipe on Windows. */
export function socketAddress({
  platform,
  path,
  name,
}: {
  readonly platform: NodeJS.Platform
  readonly path: string
  readonly name: string
}): string {
  return platform === 'win32' ? `\\\\.\\pipe\\slack-logger-${name}` : join(path, `${name}.s`)
}

const mergedMessage = v.looseObject({
  kind: v.literal('merged'),
  seq: v.number(),
  leader: v.string(),
  members: v.number(),
  nextInMs: v.number(),
})
const refusedMessage = v.looseObject({ kind: v.literal('refused'), reason: v.string() })

import { createServer, type Server, Socket } from 'node:net'
import * as v from 'valibot'
import { runSoon } from '../clock.ts'
import { actionSchema, type IncidentAction } from '../incident/actions/action.ts'
import { batchEntries } from '../incident/reported.ts'
import type { FleetMember, FleetView, ReportBatch } from './link.ts'

export interface HostServerDeps {
  readonly member: FleetMember
  readonly leader: string
  /** Whether this process still leads. */
  readonly isLeading: () => boolean
  /** Called when no process can connect. */
  readonly onFailed: (reason: string) => void
}

/** A process that is connected. */
interface Follower {
  readonly socket: Socket
  /** The name of its journal. */
  journal: string | undefined
  /** Whether it takes part, and does not only bring an action. */
  isMember: boolean
  /** What it reported and the leader has not merged. */
  waiting: ReportBatch[]
}

/** A longer line is not one of ours, in characters. */
const maxLine = 1_000_000
/** Whoever does not read for so long is disconnected, in milliseconds. */
const maxUnreadMs = 5000

/** Of large fleets, each member reports less often, in milliseconds for each member. */
const reportMsPerMember = 5
const minReportMs = 1000

/** The leader's end of the host link: takes the followers' batches, and acknowledges what is merged. */
export class HostServer {
  readonly #deps: HostServerDeps
  readonly #server: Server
  readonly #followers = new Set<Follower>()
  #isMergeDue = false
  #isPaused = false

  constructor(deps: HostServerDeps) {
    this.#deps = deps
    this.#server = createServer((socket) => this.#accept(socket))
    this.#server.on('error', (error) => deps.onFailed(error.message))
  }

  listen(address: string): void {
    // In a worker of `node:cluster`, the primary would listen for all of them otherwise.
    try {
      this.#server.listen({ path: address, exclusive: true })
      this.#server.unref()
    } catch (error) {
      // A permission model throws where the system answers.
      const { onFailed, member } = this.#deps
      runSoon(
        () => onFailed((error as Error).message),
        (failure) => member.trouble(String(failure)),
      )
    }
  }

  /** Merges no more. */
  pause(): void {
    this.#isPaused = true
  }

  close(): void {
    this.#server.close()
    for (const { socket } of this.#followers) socket.destroy()
    this.#followers.clear()
  }

  #accept(socket: Socket): void {
    const follower: Follower = { socket, journal: undefined, isMember: false, waiting: [] }
    this.#followers.add(follower)
    socket.unref()
    // What a connection fails with, its end shows as well.
    socket.on('error', () => undefined)
    socket.on('close', () => this.#ended(follower))
    readLines(socket, (message) => this.#read(follower, message))
  }

  #read(follower: Follower, message: unknown): void {
    if (v.is(batchMessage, message)) {
      const { kind: _, ...batch } = message
      follower.waiting.push(batch as unknown as ReportBatch)
      this.#mergeSoon()
    } else if (v.is(helloMessage, message)) {
      follower.journal = message.journal
      follower.isMember = true
      this.#counted()
    } else if (v.is(actMessage, message))
      this.#act(follower, message.action).catch((error: unknown) =>
        this.#deps.member.trouble(String(error)),
      )
    else writeLine(follower.socket, { kind: 'refused', reason: 'another version leads' })
  }

  async #act({ socket }: Follower, action: IncidentAction): Promise<void> {
    // Whoever brings it asks the next leader.
    if (this.#isPaused || !this.#deps.isLeading()) socket.destroy()
    else writeLine(socket, { kind: 'acted', answer: await this.#deps.member.act(action) })
  }

  /** What arrives in one turn is written down at once. */
  #mergeSoon(): void {
    if (this.#isMergeDue) return
    this.#isMergeDue = true
    runSoon(
      () => this.#merge(),
      (error) => this.#deps.member.trouble(String(error)),
    )
  }

  #merge(): void {
    this.#isMergeDue = false
    // Nobody reads any more what this process would write down.
    if (this.#isPaused || !this.#deps.isLeading()) return
    const reporting = [...this.#followers].filter(({ waiting }) => waiting.length > 0)
    const batches = reporting.map((follower) => follower.waiting.splice(0))
    this.#deps.member.merge(batches.flat())
    // If another process took over meanwhile, it may not have read what was written: the followers report to that.
    if (!this.#deps.isLeading()) return
    reporting.forEach(({ socket }, index) => {
      const seq = batches[index]?.at(-1)?.seq
      writeLine(socket, { kind: 'merged', seq, ...this.#view() })
    })
  }

  #view(): FleetView {
    const members = this.#members
    const nextInMs = Math.max(minReportMs, members * reportMsPerMember)
    return { leader: this.#deps.leader, members, nextInMs }
  }

  #ended(follower: Follower): void {
    if (!this.#followers.delete(follower)) return
    this.#counted()
    const { member, isLeading } = this.#deps
    if (this.#isPaused || !isLeading()) return
    if (follower.waiting.length > 0) member.merge(follower.waiting.splice(0))
    if (follower.journal !== undefined) member.left(follower.journal)
  }

  get #members(): number {
    return [...this.#followers].filter(({ isMember }) => isMember).length + 1
  }

  #counted(): void {
    this.#deps.member.counted(this.#members)
  }
}

const helloMessage = v.looseObject({
  kind: v.literal('hello'),
  v: v.literal(1),
  journal: v.optional(v.string()),
})
const actMessage = v.looseObject({
  kind: v.literal('act'),
  v: v.literal(1),
  action: actionSchema,
})
const batchMessage = v.looseObject({ kind: v.literal('batch'), ...batchEntries })

/** Connects to a socket. A permission model throws where the system answers: the socket ends with that as well. */
export function connectTo(address: string): Socket {
  const socket = new Socket()
  try {
    return socket.connect(address)
  } catch (error) {
    return socket.destroy(error as Error)
  }
}

/** Calls back with each line of JSON that a socket receives. One that receives anything else is disconnected. */
export function readLines(socket: Socket, onMessage: (message: unknown) => void): void {
  let rest = ''
  socket.setEncoding('utf8')
  socket.on('data', (chunk: string) => {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    try {
      for (const line of lines) onMessage(JSON.parse(line))
    } catch (error) {
      socket.destroy(error as Error)
    }
    if (rest.length > maxLine) socket.destroy(new Error('a line is too long'))
  })
}

/** Writes one line of JSON. */
export function writeLine(socket: Socket, message: object): void {
  if (socket.destroyed) return
  if (socket.write(`${JSON.stringify(message)}\n`) || socket.timeout !== undefined) return
  const giveUp = (): void => void socket.destroy(new Error('it does not read'))
  socket.setTimeout(maxUnreadMs, giveUp)
  socket.once('drain', () => {
    socket.setTimeout(0)
    socket.off('timeout', giveUp)
  })
}

import { randomBytes, randomUUID } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { type WebSocket, WebSocketServer } from 'ws'
import type { Clock } from '../clock.ts'
import { isObject, type JsonObject, parseJson } from '../json.ts'
import { app } from '../workspace/workspace.ts'
import { ackWithinMs, type Delivery } from './delivery.ts'

/** Why Slack ends a connection. */
export type DisconnectReason =
  | 'warning'
  | 'refresh_requested'
  | 'link_disabled'
  | 'too_many_websockets'

/** The connections of an app over Socket Mode, as a test sees and breaks them. */
export interface SocketConnections {
  /** How many connections are open. */
  readonly size: number
  /** Sends `disconnect` with a reason on every connection; Slack then closes them, 10 seconds after a `warning`. */
  disconnect(reason: DisconnectReason): void
  /** Breaks every connection without a message. */
  drop(): void
  /** Leaves every connection open, but sends and answers nothing on it any more, not even pings. */
  silence(): void
}

/** Slack's limit for an app. */
const maxConnections = 10
/** Clients end a connection without a ping for 30 seconds. */
const pingEveryMs = 10_000
const closeAfterWarningMs = 10_000
const closeWithinMs = 500
const ticketTtlMs = 60_000
const maxFrameBytes = 1024 * 1024

interface Connection {
  readonly socket: WebSocket
  readonly unacknowledged: Map<string, (delivery: Delivery) => void>
  isSilent: boolean
}

/** What an HTTP server passes on for an upgrade. */
export interface Upgrade {
  readonly incoming: IncomingMessage
  readonly socket: Duplex
  readonly head: Buffer
}

/**
 * Slack's side of Socket Mode: addresses with a ticket that works once, `hello`, envelopes to one connection at random.
 *
 * @see https://docs.slack.dev/apis/events-api/using-socket-mode
 */
export class SocketMode implements SocketConnections {
  readonly #clock: Clock
  readonly #random: () => number
  readonly #origin: () => string
  readonly #server = new WebSocketServer({
    noServer: true,
    maxPayload: maxFrameBytes,
    // A silent connection must not answer pings.
    autoPong: false,
  })
  readonly #tickets = new Map<string, number>()
  readonly #connections = new Set<Connection>()
  #isUsed = false

  constructor(deps: {
    readonly clock: Clock
    readonly random: () => number
    readonly origin: () => string
  }) {
    this.#clock = deps.clock
    this.#random = deps.random
    this.#origin = deps.origin
  }

  get size(): number {
    return this.#open().length
  }

  /** Whether the app has ever connected: Slack then sends events over Socket Mode. */
  get isUsed(): boolean {
    return this.#isUsed
  }

  /** A new address for one connection. */
  createUrl(): string {
    const ticket = randomBytes(16).toString('hex')
    const now = this.#clock.now()
    for (const [old, expiresAt] of this.#tickets) if (expiresAt < now) this.#tickets.delete(old)
    this.#tickets.set(ticket, now + ticketTtlMs)
    const origin = this.#origin().replace(/^http/, 'ws')
    return `${origin}/link/?ticket=${ticket}&app_id=${app.id}`
  }

  /** Opens a connection, or refuses it if the ticket was used, is unknown or has expired. */
  accept(query: URLSearchParams, { incoming, socket, head }: Upgrade): void {
    const ticket = query.get('ticket') ?? ''
    const expiresAt = this.#tickets.get(ticket)
    this.#tickets.delete(ticket)
    if (expiresAt === undefined || expiresAt < this.#clock.now()) {
      socket.end('HTTP/1.1 404 Not Found\r\nconnection: close\r\ncontent-length: 0\r\n\r\n')
      return
    }
    this.#server.handleUpgrade(incoming, socket, head, (open) => {
      this.#start(open)
    })
  }

  /** Sends an envelope to one connection, and waits until it is acknowledged. */
  async deliver(envelope: {
    readonly type: 'interactive' | 'events_api'
    readonly payload: JsonObject
    readonly more?: JsonObject
  }): Promise<Delivery> {
    const open = this.#open()
    const connection = open[Math.floor(this.#random() * open.length)]
    if (connection === undefined) return { via: 'socket', error: 'dispatch_failed' }
    const { type, payload, more } = envelope
    const id = randomUUID()
    return new Promise((resolve) => {
      const finish = (delivery: Delivery): void => {
        timer.cancel()
        connection.unacknowledged.delete(id)
        resolve(delivery)
      }
      const timer = this.#clock.setTimer(() => {
        finish({ via: 'socket', error: 'operation_timeout' })
      }, ackWithinMs)
      connection.unacknowledged.set(id, finish)
      send(connection, {
        envelope_id: id,
        type,
        accepts_response_payload: false,
        ...more,
        payload,
      })
    })
  }

  disconnect(reason: DisconnectReason): void {
    for (const connection of this.#connections) this.#end(connection, reason)
  }

  drop(): void {
    for (const { socket } of this.#connections) socket.terminate()
  }

  /** Closes every connection as a server that stops, and breaks those that do not answer. */
  async close(): Promise<void> {
    const closing = [...this.#connections].map(async ({ socket }) => {
      const timer = setTimeout(() => {
        socket.terminate()
      }, closeWithinMs)
      await new Promise((resolve) => {
        socket.once('close', resolve)
        socket.close(1001)
      })
      clearTimeout(timer)
    })
    await Promise.all(closing)
  }

  silence(): void {
    for (const connection of this.#connections) connection.isSilent = true
  }

  /** Without those that are being closed. */
  #open(): readonly Connection[] {
    return [...this.#connections].filter(({ socket }) => socket.readyState === socket.OPEN)
  }

  #start(socket: WebSocket): void {
    const connection: Connection = { socket, unacknowledged: new Map(), isSilent: false }
    // A client that breaks the protocol is disconnected by `ws`, which reports it here first.
    socket.on('error', () => {
      socket.terminate()
    })
    if (this.size >= maxConnections) {
      this.#end(connection, 'too_many_websockets')
      return
    }
    this.#isUsed = true
    this.#connections.add(connection)
    socket.on('ping', (data) => {
      if (!connection.isSilent) socket.pong(data)
    })
    socket.on('message', (data, isBinary) => {
      const isText = !isBinary && Buffer.isBuffer(data)
      if (isText && !connection.isSilent) acknowledge(connection, data.toString())
    })
    socket.once('close', () => {
      this.#connections.delete(connection)
      for (const finish of connection.unacknowledged.values())
        finish({ via: 'socket', error: 'dispatch_failed' })
    })
    this.#ping(connection)
    send(connection, {
      type: 'hello',
      num_connections: this.size,
      connection_info: { app_id: app.id },
      debug_info: { host: 'slack-inbox', build_number: 1, approximate_connection_time: 18_060 },
    })
  }

  #ping(connection: Connection): void {
    this.#clock.setTimer(() => {
      if (!this.#connections.has(connection)) return
      if (!connection.isSilent) connection.socket.ping('Ping from the inbox')
      this.#ping(connection)
    }, pingEveryMs)
  }

  #end(connection: Connection, reason: DisconnectReason): void {
    send(connection, { type: 'disconnect', reason, debug_info: { host: 'slack-inbox' } })
    if (reason !== 'warning') {
      connection.socket.close()
      return
    }
    this.#clock.setTimer(() => {
      connection.socket.close()
    }, closeAfterWarningMs)
  }
}

function send({ socket, isSilent }: Connection, message: JsonObject): void {
  if (!isSilent) socket.send(JSON.stringify(message))
}

function acknowledge({ unacknowledged }: Connection, text: string): void {
  const message = parseJson(text)
  const id = isObject(message) ? message['envelope_id'] : undefined
  if (typeof id === 'string') unacknowledged.get(id)?.({ via: 'socket', error: undefined })
}

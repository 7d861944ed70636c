import { once } from 'node:events'
import { createConnection, createServer, type AddressInfo, type Socket } from 'node:net'

/** What happens to an answer of the server. */
export type Fate = 'pass' | 'swallow' | 'break'

/** What a proxy does with what it gets. */
export interface Fault {
  /** How long each answer is held back, in milliseconds. */
  readonly delayMs?: number
  /** Nothing is passed on, in either direction. */
  readonly isMute?: boolean
  /** Each new connection is closed at once. */
  readonly refuses?: boolean
  /** Answers each command with this instead of the server. */
  readonly answer?: string
  /** Decides about each answer, counted from 1. */
  readonly fate?: (answer: number) => Fate
}

/** A proxy in front of a server of Redis, which fails as it is told. */
export class FaultProxy implements AsyncDisposable {
  readonly #server = createServer((client) => this.#accept(client))
  readonly #sockets = new Set<Socket>()
  readonly #target: number
  #answers = 0
  fault: Fault = {}
  /** In both directions. */
  bytes = 0
  requests = 0
  /** Connections so far. */
  connections = 0

  constructor(target: number) {
    this.#target = target
  }

  /** @param target the server's port */
  static async start(target: number, fault: Fault = {}): Promise<FaultProxy> {
    const proxy = new FaultProxy(target)
    proxy.fault = fault
    proxy.#server.listen(0, '127.0.0.1')
    await once(proxy.#server, 'listening')
    return proxy
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  get url(): string {
    return `redis://127.0.0.1:${this.port}`
  }

  /** Connections now. */
  get open(): number {
    return this.#sockets.size / 2
  }

  /** Ends the server's half of each connection. */
  halfClose(): void {
    for (const socket of this.#sockets) socket.end()
  }

  /** Breaks each connection. */
  breakAll(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy()
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close()
    this.breakAll()
    await once(this.#server, 'close')
  }

  #accept(client: Socket): void {
    this.connections += 1
    if (this.fault.refuses === true) {
      client.resetAndDestroy()
      return
    }
    const server = createConnection(this.#target, '127.0.0.1')
    for (const [socket, other] of [
      [client, server],
      [server, client],
    ] as const) {
      this.#sockets.add(socket)
      socket.setNoDelay(true)
      socket.on('error', () => other.destroy())
      socket.on('close', () => {
        this.#sockets.delete(socket)
        other.destroy()
      })
    }
    client.on('data', (data) => this.#request(data, client, server))
    server.on('data', (data) => void this.#answer(data, client))
  }

  #request(data: Buffer, client: Socket, server: Socket): void {
    const { isMute, answer } = this.fault
    const commands = data.toString('latin1').match(/(?<=^|\r\n)\*\d+\r\n\$/g)?.length ?? 0
    this.bytes += data.length
    this.requests += commands
    if (isMute === true) return
    if (answer === undefined) server.write(data)
    else client.write(answer.repeat(commands))
  }

  async #answer(data: Buffer, client: Socket): Promise<void> {
    const { delayMs, isMute, fate } = this.fault
    this.bytes += data.length
    if (isMute === true) return
    this.#answers += 1
    const what = fate?.(this.#answers) ?? 'pass'
    if (what === 'swallow') return
    if (what === 'break') {
      client.resetAndDestroy()
      return
    }
    if (delayMs !== undefined) await new Promise((resolve) => setTimeout(resolve, delayMs))
    client.write(data)
  }
}

import type { Script } from './scripts.ts'
import type { Connection, Source } from './source.ts'
import type { Time } from './time.ts'

export interface CallsDeps {
  readonly source: Source
  readonly time: Time
  /** From 0 to 1. */
  readonly random: () => number
}

/** The answer to a call, or why there is none. */
export type Answer =
  | { readonly status: 'answered'; readonly value: unknown }
  | { readonly status: 'failed'; readonly reason: string }

interface Attempt {
  /** The connection on which the call was made. */
  connection: Connection | undefined
}

/** Consecutive failures before calls fail at once. */
const maxFailures = 3
/** How long they do, at first and at most, in milliseconds. */
const gaps = { firstMs: 5000, maxMs: 60_000 }
/** How long connecting may take, in milliseconds; a call that waits for it may end earlier. */
const connectTimeoutMs = 2000
/** A cluster that moves slots answers so often that the node is another one. */
const maxMoves = 3
/**
 * Calls a server with a deadline each. Connects with the first call, and anew after a failed one, whose late answer nobody waits for. After
 * several failures a circuit opens, and calls fail without being made for a while.
 */
export class Calls {
  readonly #deps: CallsDeps
  readonly #connections = new Map<string, Connection>()
  /** The node of the cluster that has the keys with a hash tag. */
  readonly #nodes = new Map<string, string>()
  #failures = 0
  #gapMs = 0
  #openUntil = Number.NEGATIVE_INFINITY
  #isClosed = false

  constructor(deps: CallsDeps) {
    this.#deps = deps
  }

  /** Never rejects. */
  async call(key: string, args: readonly string[], timeoutMs: number): Promise<Answer> {
    if (this.#isClosed) return { status: 'failed', reason: 'the link is closed' }
    if (this.#deps.time.elapsed() < this.#openUntil)
      return { status: 'failed', reason: 'the circuit is open' }
    const attempt: Attempt = { connection: undefined }
    try {
      const value = await this.#deps.time.within(timeoutMs, this.#send(key, args, attempt))
      this.#failures = 0
      this.#gapMs = 0
      return { status: 'answered', value }
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      // The server does not know a script yet.
      if (!reason.startsWith('NOSCRIPT')) this.#fail(attempt)
      return { status: 'failed', reason }
    }
  }

  /** Runs a script by its hash, and with its source where the server does not know it. Never rejects. */
  async run(
    { source, sha }: Script,
    keys: readonly string[],
    { args, timeoutMs }: { readonly args: readonly string[]; readonly timeoutMs: number },
  ): Promise<Answer> {
    const [key = ''] = keys
    const rest = [String(keys.length), ...keys, ...args]
    const answer = await this.call(key, ['EVALSHA', sha, ...rest], timeoutMs)
    return answer.status === 'failed' && answer.reason.startsWith('NOSCRIPT')
      ? this.call(key, ['EVAL', source, ...rest], timeoutMs)
      : answer
  }

  close(): void {
    this.#isClosed = true
    for (const connection of this.#connections.values()) connection.close()
  }

  async #send(key: string, args: readonly string[], attempt: Attempt): Promise<unknown> {
    const [tag = ''] = /\{.+?\}/.exec(key) ?? []
    for (let moves = 0; ; moves += 1) {
      const connection = this.#connect(this.#nodes.get(tag) ?? '')
      await connection.ready
      attempt.connection = connection
      try {
        return await connection.call(key, args)
      } catch (error) {
        const [, node] = /^MOVED \d+ (\S+)/.exec((error as Error).message) ?? []
        if (node === undefined || moves === maxMoves) throw error
        this.#nodes.set(tag, node)
      }
    }
  }

  #connect(node: string): Connection {
    const known = this.#connections.get(node)
    if (known?.hasEnded === false) return known
    const connection = this.#deps.source.open(node === '' ? undefined : node)
    this.#connections.set(node, connection)
    // Whoever waits for it has the error, and the next call connects anew.
    void this.#deps.time.within(connectTimeoutMs, connection.ready).catch(() => connection.close())
    return connection
  }

  /** One that still connects is left for the next call. */
  #fail({ connection: failed }: Attempt): void {
    for (const [node, connection] of this.#connections) {
      if (connection !== failed) continue
      this.#connections.delete(node)
      connection.close()
    }
    this.#nodes.clear()
    this.#failures += 1
    if (this.#failures < maxFailures) return
    this.#gapMs = Math.min(Math.max(this.#gapMs * 2, gaps.firstMs), gaps.maxMs)
    // Not all processes at the same moment.
    this.#openUntil = this.#deps.time.elapsed() + this.#gapMs * (1 + this.#deps.random() / 4)
  }
}

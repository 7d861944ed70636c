import { randomUUID } from 'node:crypto'
import { delay, withTimeout } from '../clock.ts'
import { isUnsent } from '../incident/incident.ts'
import type { ListedProblem, Notification } from '../notification/notification.ts'
import { attempt } from './attempt.ts'
import {
  ChannelQueue,
  type Delivery,
  type Queued,
  compareQueued,
  enqueue,
  isEdit,
  isNewRoot,
  nameAlerts,
} from './channel-queue.ts'
import type { Line } from './thread.ts'
import { CircuitBreaker } from './circuit-breaker.ts'
import type { Destination, Failure, SendOptions } from './destination.ts'
import { flushSync, reclaimInFlight, type SyncLine } from './exit-flush/exit-flush.ts'
import type { Recall } from './recall.ts'
import { ResultHandler, type ResultHandlerDeps } from './result-handler.ts'

export interface QueueDeps extends Omit<ResultHandlerDeps, 'circuit'> {
  readonly destination: Destination
  /** Finds messages of earlier processes. */
  readonly recall: Recall | undefined
  /** Whether this process may send: no other one has taken over. Called before each request. */
  readonly maySend: () => boolean
  /** Replaces alerts for which there is no time one by one. */
  readonly summarize: (problems: readonly ListedProblem[]) => Notification
  /** How many alerts one summary may list. */
  readonly maxListed: number
}

const requestTimeoutMs = 5000
/** Shorter, since the process often ends soon after a fatal record: winston waits 3 seconds. */
const fatalTimeoutMs = 2500
/** A large error takes tens of kilobytes; beyond this the least urgent delivery is given up. */
const maxQueued = 500
/** How long the queue pauses after a flush that did not finish, in milliseconds. */
const pauseMs = 1000
/** How long `flush` of a process without further work lasts while the destination fails, in milliseconds. */
const failingFlushMs = 2000
/** An answer shows for so long that the destination takes messages, in milliseconds. */
const freshMs = 300_000
/** Reserved for the answer at the end of a flush, in milliseconds. */
const answerMs = 500

/** Decides when each delivery is sent: one in flight per channel, at the destination's pace, until it is accepted or refused. */
export class Queue {
  readonly #deps: QueueDeps
  readonly #channels = new Map<string, ChannelQueue>()
  readonly #circuit: CircuitBreaker
  readonly #results: ResultHandler
  readonly #abort = new AbortController()
  readonly #idPrefix = randomUUID()
  #pushed = 0
  /** A delivery that cannot be sent before this stays in the queue, in milliseconds since 1970. */
  #deadline = Infinity
  #stopReason: string | undefined
  /** Whether another process sends what waits here. */
  #isAbandoned = false
  #isExiting = false
  /** When a probe was answered last, in milliseconds since 1970. */
  #answeredAt = 0
  /** Whether the last flush did not send everything in its time, and nothing was pushed since. */
  flushTimedOut = false

  constructor(deps: QueueDeps) {
    const { destination } = deps
    this.#deps = deps
    this.#circuit = new CircuitBreaker({
      ...deps,
      probe: async () => {
        const result = await this.#request(requestTimeoutMs, async (options) =>
          destination.probe?.(options),
        )
        return result === undefined || result.status === 'answers' ? undefined : result
      },
    })
    this.#results = new ResultHandler({ ...deps, circuit: this.#circuit })
  }

  push(delivery: Delivery): void {
    this.flushTimedOut = false
    if (this.#stopReason !== undefined) {
      this.#results.giveUp(delivery, { status: 'gaveUp', reason: this.#stopReason })
      return
    }
    const queue = this.#queueOf(delivery.channel)
    this.#pushed += 1
    const id = `${this.#idPrefix}-${this.#pushed.toString(36)}`
    const { clock } = this.#deps
    queue.add(enqueue(delivery, { id, order: this.#pushed, now: clock.now() }))
    if (this.#size > maxQueued) this.#dropLast()
    if (delivery.priority === 'fatal') this.#circuit.probeNow()
    this.#start(queue)
  }

  /** Whether nothing waits or is in flight. */
  get isIdle(): boolean {
    return this.#all.every(isIdle)
  }

  /** Whether a channel takes messages and nothing is in flight or could be sent to it, other than edits. */
  isIdleFor(channel: string): boolean {
    const queue = this.#channels.get(channel)
    return !this.#circuit.isFailing && (queue?.isCalm(this.#deps.clock.now()) ?? true)
  }

  /** Whether alerts would get through: the destination has answered in the last minutes, or does so now. */
  async isDelivering(): Promise<boolean> {
    const { clock, destination } = this.#deps
    const isStuck = this.#circuit.isFailing && !this.isIdle
    if (isStuck || this.#all.some((queue) => queue.isPaused)) return false
    const answeredAt = Math.max(this.#answeredAt, this.#results.lastSentAt)
    if (!this.#circuit.isFailing && clock.now() - answeredAt < freshMs) return true
    const result = await this.#request(requestTimeoutMs, async (options) =>
      destination.probe?.(options),
    )
    const isAnswer = result === undefined || result.status === 'answers'
    if (isAnswer) this.#answeredAt = clock.now()
    return isAnswer
  }

  /** The time for a flush when the process has no further work: shorter while the destination fails. */
  idleFlushMs(timeoutMs: number): number {
    return this.#circuit.isFailing ? Math.min(timeoutMs, failingFlushMs) : timeoutMs
  }

  /**
   * Sends what waits, as far as possible in the time; the rest stays queued.
   *
   * @returns whether everything was sent
   */
  async flush(timeoutMs: number): Promise<boolean> {
    if (this.isIdle) return true
    const { clock } = this.#deps
    this.#deadline = clock.now() + timeoutMs
    this.#summarize(timeoutMs)
    this.#circuit.probeNow()
    for (const queue of this.#all) {
      queue.wake()
      this.#start(queue)
    }
    const ended = new AbortController()
    const timeout = delay(clock, timeoutMs, { signal: ended.signal, keepsAlive: true })
    await Promise.race([this.#quiet(), timeout])
    ended.abort()
    this.flushTimedOut = !this.isIdle
    if (this.flushTimedOut) this.#pause()
    else this.#continue()
    return !this.flushTimedOut
  }

  /** Flushes, aborts what is in flight, and leaves the rest to the next process. */
  async close(timeoutMs: number, reason: string): Promise<void> {
    await this.flush(timeoutMs)
    this.#stopReason ??= reason
    this.#abort.abort(new Error(reason))
    for (const queue of this.#all) queue.wake()
    await this.#quiet()
    this.leave(reason)
  }

  /** This process may send again. */
  resume(): void {
    for (const queue of this.#all) this.#start(queue)
  }

  /** Another process sends what waits here, and looks up what is in flight. */
  abandon(): void {
    this.#isAbandoned = true
    this.#stopReason ??= 'another process sends it'
    this.#abort.abort(new Error(this.#stopReason))
    for (const queue of this.#all) {
      queue.reclaim(0)
      queue.takeWhere(() => true)
      queue.wake()
    }
  }

  /** Leaves everything to the next process, without waiting for what is in flight. */
  leave(reason: string): void {
    const left = this.#all.flatMap((queue) => {
      queue.reclaim(0)
      return queue.takeWhere(() => true)
    })
    for (const queued of left.toSorted(compareQueued)) this.#results.leave(queued, reason)
  }

  /** Whether something waits that could be sent while the process exits. */
  get canFlushSync(): boolean {
    const { destination, maySend } = this.#deps
    if (this.flushTimedOut || destination.exit === undefined || !maySend()) return false
    return !this.isIdle && !this.#circuit.isOpen
  }

  /** Sends as much as possible with blocking calls. */
  flushSync(line: SyncLine, withinMs: number): void {
    const { clock, destination, recall } = this.#deps
    const { exit } = destination
    if (exit === undefined) return
    this.#isExiting = true
    const deps = {
      destination,
      exit,
      line,
      clock,
      queues: this.#all,
      results: this.#results,
      recall,
    }
    const deadline = clock.now() + withinMs
    reclaimInFlight(deps, deadline)
    this.#summarize(withinMs)
    flushSync(deps, deadline)
  }

  get #all(): readonly ChannelQueue[] {
    return [...this.#channels.values()]
  }

  get #size(): number {
    return this.#all.reduce((size, queue) => size + queue.size, 0)
  }

  #queueOf(channel: string): ChannelQueue {
    let queue = this.#channels.get(channel)
    if (queue === undefined) {
      queue = new ChannelQueue(channel, this.#deps.destination.pace, this.#deps.clock.now())
      this.#channels.set(channel, queue)
    }
    return queue
  }

  /** Resolves when no channel sends; some may still have what cannot be sent now. */
  async #quiet(): Promise<void> {
    const running = () => this.#all.flatMap((queue) => queue.running ?? [])
    for (let runs = running(); runs.length > 0; runs = running()) await Promise.all(runs)
  }

  /** A process that ends must not be kept alive by one more request. */
  #pause(): void {
    const { clock } = this.#deps
    const pausedAt = clock.now()
    this.#deadline = pausedAt
    clock.setTimer(() => {
      if (this.#deadline === pausedAt) this.#continue()
    }, pauseMs)
  }

  #continue(): void {
    this.#deadline = Infinity
    for (const queue of this.#all) this.#start(queue)
  }

  /** Where a channel's pace allows fewer messages than wait, all but the most urgent alerts become lines of one message. */
  #summarize(withinMs: number): void {
    const { clock, maxListed } = this.#deps
    for (const queue of this.#all) {
      const untilMs = Math.max(0, withinMs - answerMs)
      const capacity = Math.max(1, queue.bucket.grants(clock.now(), untilMs))
      const posts = queue.queued.filter((queued) => !isEdit(queued))
      if (posts.length <= capacity) continue
      // What may have been accepted is looked up first.
      const alerts = posts.filter(
        ({ delivery, unanswered }) => delivery.summarize !== undefined && unanswered === 0,
      )
      const listed: Queued[] = []
      const lines: Line[] = []
      for (const queued of alerts.slice(capacity - 1)) {
        if (lines.length >= maxListed) break
        listed.push(queued)
        lines.push(...(queued.delivery.summarize?.() ?? []))
      }
      if (listed.length < 2 && lines.length < 2) continue
      queue.takeWhere((queued) => listed.includes(queued))
      this.push(this.#summaryOf(listed, lines.slice(0, maxListed), queue.channel))
    }
  }

  #summaryOf(listed: readonly Queued[], lines: readonly Line[], channel: string): Delivery {
    const problems = lines.map(({ problem }) => problem)
    const incidents = lines.map(({ incident }) => incident)
    return {
      channel,
      priority: 'new',
      draft: () => ({
        kind: 'post',
        channel,
        notification: this.#deps.summarize(problems),
        names: nameAlerts(incidents.filter(isUnsent)),
      }),
      settle: (outcome) => {
        for (const queued of listed) this.#results.endSummarized(queued, outcome)
      },
    }
  }

  #dropLast(): void {
    const last = this.#all
      .flatMap((queue) => queue.queued.at(-1) ?? [])
      .toSorted(compareQueued)
      .at(-1)
    if (last === undefined) return
    this.#queueOf(last.delivery.channel).takeWhere((queued) => queued === last)
    this.#results.giveUp(last.delivery, { status: 'gaveUp', reason: 'too many alerts wait' })
  }

  #start(queue: ChannelQueue): void {
    const isEnded = this.#stopReason !== undefined || this.#isExiting || !this.#deps.maySend()
    if (queue.running !== undefined || queue.size === 0 || isEnded) return
    queue.running = this.#run(queue)
      .catch((error: unknown) => this.#deps.health.broke('a delivery', error))
      .finally(() => {
        queue.running = undefined
        // A delivery may have been pushed while the run ended. Before a deadline, what is left cannot be sent in time.
        if (this.#deadline === Infinity) this.#start(queue)
      })
  }

  async #run(queue: ChannelQueue): Promise<void> {
    while (queue.size > 0 && (await this.#isReady(queue))) {
      // Chosen only now: a more urgent delivery may have been pushed meanwhile.
      const queued = queue.take(this.#deps.clock.now(), this.#results.editsFrom)
      if (queued !== undefined) await this.#attempt(queue, queued)
    }
  }

  /** Waits until a delivery of the channel may be sent; `false` if none may in time. */
  async #isReady(queue: ChannelQueue): Promise<boolean> {
    const { clock } = this.#deps
    while (!this.#abort.signal.aborted && this.#deps.maySend()) {
      const now = clock.now()
      const readyAt = queue.readyAt(now, this.#results.editsFrom)
      const at = Math.max(now, readyAt, this.#circuit.nextAt)
      if (at >= this.#deadline || queue.size === 0) return false
      if (at > now) await delay(clock, at - now, { signal: queue.sleep() })
      else if (this.#circuit.isOpen) await this.#circuit.probe()
      else return true
    }
    return false
  }

  async #attempt(queue: ChannelQueue, queued: Queued): Promise<void> {
    const { clock, destination, health, recall } = this.#deps
    const { delivery } = queued
    queue.inFlight = queued
    queued.isTransmitted = false
    const startedAt = clock.now()
    const isFatal = delivery.priority === 'fatal'
    const withinMs = this.#deadline - clock.now()
    if (isNewRoot(queued)) await recall?.before(queue.channel, { withinMs, isFatal })
    // The process ends, and the exit flush or the next process sends it.
    if (queue.inFlight !== queued) return
    const receipt = this.#results.receiptFor(queued)
    // A destination that does not answer must not keep a process for longer.
    const leftMs = startedAt + requestTimeoutMs - clock.now()
    const timeoutMs = isFatal ? fatalTimeoutMs : leftMs
    if (!isEdit(queued)) queue.bucket.take(clock.now())
    if (queued.firstTriedAt !== undefined) health.count('retried')
    queued.firstTriedAt ??= clock.now()
    // Only a destination that takes part in the exit flush reports it.
    queued.isTransmitted = destination.exit === undefined
    const onTransmit = (): void => {
      queued.isTransmitted = true
    }
    const result = await attempt(queued, {
      destination,
      receipt,
      request: (make) =>
        this.#request(timeoutMs, (options) =>
          make({ ...options, ...(destination.exit && { onTransmit }) }),
        ),
    }).catch((error: unknown) => this.#results.notBuilt(error))
    if (this.#isAbandoned && result.status === 'retry') return
    if (result === notLeading) {
      // It waits here in case that this process leads again.
      queued.isTransmitted = false
      queue.reclaim(0)
      return
    }
    queue.inFlight = undefined
    this.#results.handle(queue, queued, result, receipt)
  }

  /** Makes a request. One that takes longer than its time, or longer than the deadline, counts as unanswered. */
  async #request<Result>(
    timeoutMs: number,
    make: (options: SendOptions) => Promise<Result>,
  ): Promise<Result | Failure> {
    const { clock, maySend } = this.#deps
    const { signal } = this.#abort
    if (!maySend()) return notLeading
    const leftMs = Math.max(1, Math.min(timeoutMs, this.#deadline - clock.now()))
    try {
      return await withTimeout(clock, { timeoutMs: leftMs, signal }, (ended) =>
        make({ signal: ended }),
      )
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error)
      return { status: 'retry', reason, accepted: 'unknown' }
    }
  }
}

/** No request was made, since another process leads now. */
const notLeading: Failure = { status: 'retry', reason: 'another process leads', accepted: 'no' }

function isIdle({ running, size }: ChannelQueue): boolean {
  return running === undefined && size === 0
}

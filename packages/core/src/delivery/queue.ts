import { randomUUID } from 'node:crypto'
import { delay } from '../clock.ts'
import type { Clock } from '../environment.ts'
import type { StormMember } from '../slack/blocks/storm.ts'
import { attempt, type AttemptResult } from './attempt.ts'
import { type Lane, Lanes } from './channel-queue.ts'
import { Circuit } from './circuit-breaker.ts'
import { Consequences, Settlement, type SettlementParts } from './consequences.ts'
import { createWaiting, type Delivery, isEdit, type Waiting } from './delivery.ts'
import type { Destination, SendOptions } from './destination.ts'
import { type BlockingLine, speakLastWords, takeBack } from './exit-flush/exit-flush.ts'

const requestTimeoutMs = 5000
/** A fatal record often means that the process ends soon: winston gives it 3 seconds. */
const fatalTimeoutMs = 2500
/** A large error takes some tens of kilobytes; beyond this the least urgent is given up. */
const maxWaiting = 500

/** How long an outbox rests after a flush that was not enough, in milliseconds. */
const pauseMs = 1000

/** Decides when each delivery goes: one in flight per channel, at Slack's pace, until it arrived or is refused. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #lanes = new Lanes()
  readonly #circuit: Circuit
  readonly #settlement: Settlement
  readonly #consequences: Consequences
  readonly #abort = new AbortController()
  readonly #idPrefix: string
  #pushed = 0
  /** What cannot go before this stays, in milliseconds since 1970. */
  #deadline = Infinity
  #stopReason: string | undefined
  #isSpeaking = false

  constructor(parts: OutboxParts) {
    this.#parts = parts
    this.#idPrefix = randomUUID()
    this.#settlement = new Settlement(parts)
    this.#circuit = createDestinationCircuit(parts, () => this.#options(requestTimeoutMs))
    this.#consequences = new Consequences({
      ...parts,
      circuit: this.#circuit,
      settlement: this.#settlement,
    })
  }

  push(delivery: Delivery): void {
    if (this.#stopReason !== undefined) {
      this.#settlement.giveUp(delivery, this.#stopReason)
      return
    }
    const lane = this.#lanes.of(delivery.channel, this.#parts.clock.now())
    this.#pushed += 1
    const id = `${this.#idPrefix}-${this.#pushed.toString(36)}`
    lane.add(createWaiting(delivery, { id, order: this.#pushed }))
    if (this.#lanes.size > maxWaiting) this.#dropLast()
    if (delivery.priority === 'fatal') this.#circuit.hurry()
    this.#start(lane)
  }

  /** Whether the last request failed in a way that the next may, too. */
  get isFailing(): boolean {
    return this.#circuit.isFailing
  }

  /** Whether nothing waits or is in flight. */
  get isIdle(): boolean {
    return this.#lanes.isIdle
  }

  /**
   * Sends what waits as far as it can go in time; the rest stays.
   *
   * @returns whether nothing waits any more
   */
  async finish(timeoutMs: number): Promise<boolean> {
    const { clock } = this.#parts
    this.#deadline = clock.now() + timeoutMs
    this.#collapse(timeoutMs)
    this.#circuit.hurry()
    for (const lane of this.#lanes.all) {
      lane.wake()
      this.#start(lane)
    }
    const ended = new AbortController()
    const late = delay(clock, timeoutMs, { signal: ended.signal, keepsAlive: true })
    await Promise.race([this.#lanes.quiet(), late])
    ended.abort()
    if (this.isIdle) this.#goOn()
    else this.#pause()
    return this.isIdle
  }

  /** Ends what is in flight; nothing is sent after this. What was left comes back, most urgent first. */
  async stop(reason: string): Promise<readonly Waiting[]> {
    this.#stopReason ??= reason
    this.#abort.abort(new Error(reason))
    for (const lane of this.#lanes.all) lane.wake()
    await this.#lanes.quiet()
    return this.#lanes.takeAll()
  }

  /** Whether something waits that could be sent in the last moments of the process. */
  get hasLastWords(): boolean {
    const { lastWords } = this.#parts.destination
    return lastWords !== undefined && !this.isIdle && !this.#circuit.isOpen
  }

  /** Sends what it can with blocking calls. */
  speak(line: BlockingLine, withinMs: number): void {
    const { clock, destination } = this.#parts
    const { lastWords } = destination
    if (lastWords === undefined) return
    this.#isSpeaking = true
    const parts = {
      lastWords,
      line,
      clock,
      lanes: this.#lanes,
      consequences: this.#consequences,
      settlement: this.#settlement,
    }
    const deadline = clock.now() + withinMs
    takeBack(parts, deadline)
    this.#collapse(withinMs)
    speakLastWords(parts, deadline)
  }

  /** Takes out what is left when nothing can be sent any more. */
  takeAll(): readonly Waiting[] {
    return this.#lanes.takeAll()
  }

  /** Leaves what was left to the next start. */
  leave(left: readonly Waiting[], reason: string): void {
    for (const waiting of left) this.#settlement.leave(waiting, reason)
  }

  /** A process that ends must not be kept alive by one more request; one that goes on loses little. */
  #pause(): void {
    const { clock } = this.#parts
    const pausedAt = clock.now()
    this.#deadline = pausedAt
    clock.setTimer(() => {
      if (this.#deadline === pausedAt) this.#goOn()
    }, pauseMs)
  }

  #goOn(): void {
    this.#deadline = Infinity
    for (const lane of this.#lanes.all) this.#start(lane)
  }

  get #isEnded(): boolean {
    return this.#stopReason !== undefined || this.#isSpeaking
  }

  #collapse(withinMs: number): void {
    const { clock, summary } = this.#parts
    for (const lane of this.#lanes.all) {
      const delivery = collapse(
        lane,
        { now: clock.now(), untilMs: withinMs },
        {
          ...summary,
          onEnd: (waiting, outcome) => this.#settlement.endSummarized(waiting, outcome),
        },
      )
      if (delivery !== undefined) this.push(delivery)
    }
  }

  #dropLast(): void {
    const last = this.#lanes.takeLast()
    if (last !== undefined) this.#settlement.giveUp(last.delivery, 'too many alerts wait')
  }

  #start(lane: Lane): void {
    if (lane.running !== undefined || lane.size === 0 || this.#isEnded) return
    lane.running = this.#run(lane).finally(() => {
      lane.running = undefined
      // Something may have come while the run was ending; before a deadline, what is left cannot go in time.
      if (this.#deadline === Infinity) this.#start(lane)
    })
  }

  async #run(lane: Lane): Promise<void> {
    while (lane.size > 0 && (await this.#hasTurn(lane))) {
      // Chosen only now: something more urgent may have come meanwhile.
      const waiting = lane.take(this.#parts.clock.now(), this.#consequences.editsFrom)
      if (waiting !== undefined) await this.#attempt(lane, waiting)
    }
  }

  /** Waits until something of the lane may go; `false` if nothing may in time. */
  async #hasTurn(lane: Lane): Promise<boolean> {
    const { clock } = this.#parts
    while (!this.#abort.signal.aborted) {
      const now = clock.now()
      const readyAt = lane.readyAt(now, this.#consequences.editsFrom)
      const at = Math.max(now, readyAt, this.#circuit.nextAt)
      if (at >= this.#deadline || lane.size === 0) return false
      if (at > now) await delay(clock, at - now, { signal: lane.sleep() })
      else if (this.#circuit.isOpen) await this.#circuit.probe()
      else return true
    }
    return false
  }

  async #attempt(lane: Lane, waiting: Waiting): Promise<void> {
    const { clock, destination, health } = this.#parts
    const { delivery } = waiting
    const receipt = this.#settlement.receiptFor(waiting)
    const timeoutMs = delivery.priority === 'fatal' ? fatalTimeoutMs : requestTimeoutMs
    if (delivery.priority !== 'edit') lane.bucket.take(clock.now())
    if (waiting.attempts > 0) health.count('retried')
    waiting.firstTriedAt ??= clock.now()
    lane.depart(waiting, destination)
    const result = await attempt(waiting, {
      destination,
      notices: receipt.notices,
      options: () => this.#options(timeoutMs),
    }).catch((error: unknown): AttemptResult => {
      health.broke('a message could not be made', error)
      return { status: 'refused', reason: 'the message could not be made' }
    })
    lane.land()
    this.#consequences.follow(lane, waiting, { result, receipt })
  }

  #options(timeoutMs: number): SendOptions {
    const leftMs = this.#deadline - this.#parts.clock.now()
    return { timeoutMs: Math.max(1, Math.min(timeoutMs, leftMs)), signal: this.#abort.signal }
  }
}

/** What an outbox works with. */
export interface OutboxParts extends SettlementParts {
  readonly destination: Destination
  readonly clock: Clock
  /** From 0 to 1. */
  readonly random: () => number
  /** How alerts are told together for which there is no time one by one. */
  readonly summary: Pick<CollapseParts, 'maxListed' | 'summary'>
}

/** How what does not fit is told. */
export interface CollapseParts {
  /** How many alerts one message may list. */
  readonly maxListed: number
  /** The message that lists them. */
  readonly summary: (members: readonly StormMember[], channel: string) => Pick<Delivery, 'render'>
  /** Told how the summary ended, for each alert on it. */
  readonly onEnd: (waiting: Waiting, outcome: Parameters<Delivery['settle']>[0]) => void
}

/** What an answer takes, at the end of the time; in milliseconds. */
const reserveMs = 500

/**
 * Where the channel's pace lets fewer messages through than wait, all but the most urgent alerts become lines of one message.
 *
 * @returns that message, if one is needed
 */
export function collapse(
  lane: Lane,
  time: { readonly now: number; readonly untilMs: number },
  parts: CollapseParts,
): Delivery | undefined {
  const untilMs = Math.max(0, time.untilMs - reserveMs)
  const capacity = Math.max(1, lane.bucket.grants(time.now, untilMs))
  const posts = lane.waiting.filter((waiting) => !isEdit(waiting))
  if (posts.length <= capacity) return undefined
  const alerts = posts.filter(({ delivery }) => delivery.summarize !== undefined)
  const listed = alerts.slice(capacity - 1, capacity - 1 + parts.maxListed)
  if (listed.length < 2) return undefined
  lane.takeWhere((waiting) => listed.includes(waiting))
  return summaryOf(listed, lane.channel, parts)
}

function summaryOf(
  listed: readonly Waiting[],
  channel: string,
  { summary, onEnd }: CollapseParts,
): Delivery {
  const members = listed.flatMap(({ delivery }) => delivery.summarize?.() ?? [])
  return {
    ...summary(members, channel),
    channel,
    priority: 'new',
    isKept: () => true,
    tells: () => listed.flatMap(({ delivery }) => delivery.tells?.() ?? []),
    settle(outcome) {
      for (const waiting of listed) onEnd(waiting, outcome)
    },
  }
}

/** The circuit of a destination, whose state is told. */
export function createDestinationCircuit(
  { clock, random, destination, health }: OutboxParts,
  options: () => SendOptions,
): Circuit {
  return new Circuit({
    clock,
    random,
    probe: async () => {
      const result = await destination.probe(options())
      return result.status === 'answers' ? undefined : result
    },
    onChange: (change) => {
      if (change.state === 'open') health.wentDown(change.reason)
      else health.cameBack(change.downMs)
    },
  })
}

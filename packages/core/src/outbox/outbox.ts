import type { Clock } from '../environment.ts'
import type { Health } from '../health.ts'
import type { Detail } from '../message/slack-message.ts'
import type { Destination } from '../slack/destination.ts'
import type { SendResult } from '../slack/send-result.ts'
import { backoffMs } from './backoff.ts'
import { delay } from './delay.ts'
import type { Delivery } from './delivery.ts'
import { Lane, type Waiting } from './lane.ts'

/** What an outbox works with. */
export interface OutboxParts {
  readonly destination: Destination
  readonly clock: Clock
  readonly random: () => number
  readonly health: Health
}

const requestTimeoutMs = 5000
/** A fatal record often means that the process ends soon: winston gives it 3 seconds. */
const fatalTimeoutMs = 2500
/** For how long a delivery is tried again, in milliseconds. */
const retryForMs = 600_000
const simpler: Readonly<Record<Detail, Detail | undefined>> = {
  full: 'minimal',
  minimal: 'text',
  text: undefined,
}

/** Decides when each delivery goes: one in flight per channel, at Slack's pace, until it arrived or is refused. */
export class Outbox {
  readonly #parts: OutboxParts
  readonly #lanes = new Map<string, Lane>()
  readonly #abort = new AbortController()
  #stopReason: string | undefined

  constructor(parts: OutboxParts) {
    this.#parts = parts
  }

  push(delivery: Delivery): void {
    const lane = this.#laneOf(delivery.channel)
    const stopReason = this.#stopReason ?? lane.stopReason
    if (stopReason !== undefined) {
      this.#giveUp(delivery, stopReason)
      return
    }
    lane.push(delivery)
    lane.running ??= this.#run(lane).finally(() => (lane.running = undefined))
  }

  /** Whether nothing waits or is in flight. */
  get isIdle(): boolean {
    return [...this.#lanes.values()].every((lane) => lane.running === undefined)
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    const running = () => [...this.#lanes.values()].flatMap((lane) => lane.running ?? [])
    for (let runs = running(); runs.length > 0; runs = running()) await Promise.all(runs)
  }

  /** Gives up what waits and what is in flight; nothing is sent after this. */
  stop(reason: string): void {
    this.#stopReason ??= reason
    this.#abort.abort(new Error(reason))
    for (const lane of this.#lanes.values()) this.#empty(lane, reason)
  }

  #laneOf(channel: string): Lane {
    let lane = this.#lanes.get(channel)
    if (lane === undefined) {
      lane = new Lane(channel, this.#parts.clock.now())
      this.#lanes.set(channel, lane)
    }
    return lane
  }

  async #run(lane: Lane): Promise<void> {
    while (!lane.isEmpty) {
      await this.#awaitTurn(lane)
      // Chosen only now: something more urgent may have come meanwhile.
      const waiting = lane.take()
      if (waiting === undefined) return
      await this.#attempt(lane, waiting)
    }
  }

  async #awaitTurn(lane: Lane): Promise<void> {
    const { clock } = this.#parts
    for (;;) {
      const now = clock.now()
      const waitMs = Math.max(lane.bucket.waitMs(now), lane.blockedUntil - now)
      if (waitMs <= 0 || this.#abort.signal.aborted) return
      await delay(clock, waitMs, { signal: this.#abort.signal })
    }
  }

  async #attempt(lane: Lane, waiting: Waiting): Promise<void> {
    const { clock, destination } = this.#parts
    const { delivery } = waiting
    const request = delivery.render(waiting.detail)
    if (request === undefined) {
      delivery.settle({ status: 'skipped' })
      return
    }
    lane.bucket.take(clock.now())
    waiting.attempts += 1
    waiting.firstTriedAt ??= clock.now()
    const timeoutMs = delivery.priority === 'fatal' ? fatalTimeoutMs : requestTimeoutMs
    const result = await destination.send(request, { timeoutMs, signal: this.#abort.signal })
    this.#react(lane, waiting, result)
  }

  #react(lane: Lane, waiting: Waiting, result: SendResult): void {
    const { health } = this.#parts
    if (result.status !== 'sent') health.failed(result.reason)
    switch (result.status) {
      case 'sent':
        health.delivered()
        waiting.delivery.settle(result)
        break
      case 'wait':
        lane.blockedUntil = this.#parts.clock.now() + result.afterMs
        this.#again(lane, waiting, result.reason)
        break
      case 'retry':
        lane.blockedUntil =
          this.#parts.clock.now() + backoffMs(waiting.attempts, this.#parts.random())
        this.#again(lane, waiting, result.reason)
        break
      case 'degrade':
        this.#degrade(lane, waiting, result.reason)
        break
      case 'repost':
        waiting.delivery.settle(result)
        break
      case 'stopChannel':
        lane.stopReason = result.reason
        this.#giveUp(waiting.delivery, result.reason)
        this.#empty(lane, result.reason)
        break
      case 'stopDestination':
        this.#giveUp(waiting.delivery, result.reason)
        this.stop(result.reason)
        break
    }
  }

  #again(lane: Lane, waiting: Waiting, reason: string): void {
    const triedForMs = this.#parts.clock.now() - (waiting.firstTriedAt ?? 0)
    const stopReason = this.#stopReason ?? (triedForMs > retryForMs ? reason : undefined)
    if (stopReason === undefined) lane.putBack(waiting)
    else this.#giveUp(waiting.delivery, stopReason)
  }

  #degrade(lane: Lane, waiting: Waiting, reason: string): void {
    const detail = simpler[waiting.detail]
    if (detail === undefined) {
      this.#giveUp(waiting.delivery, reason)
      return
    }
    waiting.detail = detail
    this.#again(lane, waiting, reason)
  }

  #empty(lane: Lane, reason: string): void {
    for (const { delivery } of lane.takeAll()) this.#giveUp(delivery, reason)
  }

  #giveUp(delivery: Delivery, reason: string): void {
    this.#parts.health.gaveUp(reason)
    delivery.settle({ status: 'gaveUp', reason })
  }
}

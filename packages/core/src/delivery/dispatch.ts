import { isMainThread } from 'node:worker_threads'
import type { SinkEnvironment } from '../environment.ts'
import type { Health } from '../health/health.ts'
import { createSerial, type SpoolFolder } from '../journal/folder.ts'
import type { KeptEvent } from '../journal/records.ts'
import { Spool } from '../journal/spool.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import { showCount } from '../notification/numbers.ts'
import type { MessageSettings } from '../notification/settings.ts'
import { describeTrouble } from '../notification/trouble.ts'
import { buildListMessage, maxListed } from '../slack/blocks/list.ts'
import type { StormMember } from '../slack/blocks/storm.ts'
import type { Renderer } from '../slack/renderer.ts'
import type { Delivery } from './delivery.ts'
import type { Destination } from './destination.ts'
import { type Relay, sleepBlocking } from './exit-flush/sync-http.ts'
import { LateTeller } from './leftovers.ts'
import { Outbox } from './queue.ts'

/** What a dispatch works with. */
export interface DispatchParts {
  readonly destination: Destination
  readonly environment: SinkEnvironment
  readonly health: Health
  readonly settings: MessageSettings
  readonly renderer: Renderer
  /** Where it is told what is not about one alert. */
  readonly channel: string
  /** Where what is not told yet survives the process; `undefined` if it does not. */
  readonly folder: SpoolFolder | undefined
}

const warmUpAfterMs = 1000
const failingPatienceMs = 2000
const endReason = 'the process ended before Slack took it'

/** Everything between a decision and Slack: what waits, what is kept on disk, what earlier processes left. */
export class Dispatch {
  readonly #health: Health
  readonly #outbox: Outbox
  readonly #spool: Spool | undefined
  readonly #late: LateTeller | undefined
  #isStarted = false
  /** Slack did not take everything in the time there was, and nothing came since. */
  #isHopeless = false

  constructor(parts: DispatchParts) {
    const { environment, health, settings, folder, destination } = parts
    this.#health = health
    const { clock, random } = environment
    const onTrouble = (reason: string): void => health.broke('the spool', new Error(reason))
    this.#spool = folder && new Spool({ folder, clock, release: settings.release, onTrouble })
    this.#outbox = new Outbox({
      destination,
      clock,
      random,
      health,
      describeTrouble: (trouble) => describeTrouble(trouble, settings),
      summary: {
        maxListed,
        summary: (members, channel) => ({ render: listOf(members, channel, settings) }),
      },
      spool: this.#spool,
    })
    this.#late = folder && this.#createLate(folder, parts, onTrouble)
    setImmediate(() => this.#start())
    // A program that starts has better things to do; a worker has nothing else.
    if (isMainThread) clock.setTimer(() => destination.warmUp(), warmUpAfterMs)
    else destination.warmUp()
  }

  push(delivery: Delivery): void {
    this.#isHopeless = false
    this.#outbox.push(delivery)
  }

  /** Whether nothing waits or is in flight. */
  get isIdle(): boolean {
    return this.#outbox.isIdle
  }

  /** Whether one more alert may be kept in the caller's turn. */
  get hasTimeToKeep(): boolean {
    return this.#spool?.hasTime ?? false
  }

  /** Keeps an alert on disk until it is told. */
  keep(kept: KeptEvent): void {
    this.#spool?.keepEvent(kept)
  }

  /** Sends what waits, and says whether all of it went in time. */
  async flush(timeoutMs: number): Promise<boolean> {
    this.#start()
    if (this.#outbox.isIdle) return true
    const isDone = await this.#outbox.finish(timeoutMs)
    this.#isHopeless = !isDone
    return isDone
  }

  /** As `flush`; what is left is told at the next start. */
  async close(timeoutMs: number): Promise<void> {
    await this.flush(timeoutMs)
    this.#outbox.leave(await this.#outbox.stop(endReason), endReason)
    this.#end()
  }

  /** How long to try when the program has nothing left to do: it has waited for an answer already if none came. */
  patienceMs(timeoutMs: number): number {
    return this.#outbox.isFailing ? Math.min(timeoutMs, failingPatienceMs) : timeoutMs
  }

  /** Whether there was time enough, and Slack did not take everything. */
  get isHopeless(): boolean {
    return this.#isHopeless
  }

  get hasLastWords(): boolean {
    return !this.#isHopeless && this.#outbox.hasLastWords
  }

  /** Sends what it can with blocking calls. */
  speak(relay: Relay, withinMs: number): void {
    const call: Relay['call'] = (http, timeoutMs) => relay.call(http, timeoutMs)
    this.#outbox.speak({ call, sleep: sleepBlocking }, withinMs)
  }

  /** Leaves everything to the next start, at once. */
  leave(): void {
    this.#outbox.leave(this.#outbox.takeAll(), endReason)
    this.#end()
  }

  #end(): void {
    this.#spool?.close()
    this.#late?.close()
    this.#health.end()
  }

  #start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#late?.start()
  }

  #createLate(
    folder: SpoolFolder,
    { environment, settings, renderer, destination, channel }: DispatchParts,
    onTrouble: (reason: string) => void,
  ): LateTeller {
    const { clock } = environment
    return new LateTeller({
      folder,
      clock,
      serial: createSerial(),
      onTrouble,
      settings,
      renderer,
      hasThreads: destination.hasThreads,
      channel,
      push: (delivery) => this.push(delivery),
    })
  }
}

/** Several alerts on a line each. */
function listOf(
  members: readonly StormMember[],
  channel: string,
  settings: MessageSettings,
): Delivery['render'] {
  const what = wordsFor(settings.locale).trouble.rest(showCount(members.length))
  return (detail) => ({
    kind: 'post',
    channel,
    message: buildListMessage(what, members, { ...settings, detail }),
  })
}

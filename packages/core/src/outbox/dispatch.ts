import { isMainThread } from 'node:worker_threads'
import type { SinkEnvironment } from '../environment.ts'
import type { Health } from '../health.ts'
import { describeTrouble } from '../message/describe-trouble.ts'
import type { MessageSettings } from '../message/message-settings.ts'
import type { Renderer } from '../message/renderer.ts'
import type { Destination } from '../slack/destination.ts'
import type { Delivery } from './delivery.ts'
import { LateTeller } from './late.ts'
import { Outbox } from './outbox.ts'
import { Spool } from './spool.ts'
import type { SpoolFolder } from './spool-folder.ts'
import type { KeptEvent } from './spool-line.ts'

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

/** Everything between a decision and Slack: what waits, what is kept on disk, what earlier processes left. */
export class Dispatch {
  readonly #outbox: Outbox
  readonly #spool: Spool | undefined
  readonly #late: LateTeller | undefined
  #isStarted = false

  constructor(parts: DispatchParts) {
    const { environment, health, settings, folder, destination } = parts
    const { clock, random } = environment
    const onTrouble = (reason: string): void => health.broke('the spool', new Error(reason))
    this.#spool =
      folder && new Spool({ folder, clock, random, release: settings.release, onTrouble })
    this.#outbox = new Outbox({
      destination,
      clock,
      random,
      health,
      describeTrouble: (trouble) => describeTrouble(trouble, settings),
      spool: this.#spool,
    })
    const serial = Math.floor(random() * 2 ** 40).toString(36)
    this.#late =
      folder &&
      new LateTeller({
        folder,
        clock,
        serial,
        onTrouble,
        settings,
        renderer: parts.renderer,
        hasThreads: destination.hasThreads,
        channel: parts.channel,
        push: (delivery) => this.#outbox.push(delivery),
      })
    setImmediate(() => this.#start())
    // A program that starts has better things to do; a worker has nothing else.
    if (isMainThread) clock.setTimer(() => destination.warmUp(), warmUpAfterMs)
    else destination.warmUp()
  }

  push(delivery: Delivery): void {
    this.#outbox.push(delivery)
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
  flush(timeoutMs: number): Promise<boolean> {
    this.#start()
    return this.#outbox.isIdle ? Promise.resolve(true) : this.#outbox.finish(timeoutMs)
  }

  /** As `flush`; what is left is told at the next start. */
  async close(timeoutMs: number): Promise<void> {
    await this.flush(timeoutMs)
    const reason = 'the process ended before Slack took it'
    this.#outbox.leave(await this.#outbox.stop(reason), reason)
    this.#spool?.close()
    this.#late?.close()
  }

  #start(): void {
    if (this.#isStarted) return
    this.#isStarted = true
    this.#late?.start()
  }
}

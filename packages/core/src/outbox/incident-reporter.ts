import type { Clock } from '../environment.ts'
import { Alarm } from '../incident/alarm.ts'
import { IncidentBook } from '../incident/incident-book.ts'
import { IncidentDesk, type Arrival } from '../incident/incident-desk.ts'
import type { MessageSettings } from '../message/message-settings.ts'
import type { Renderer } from '../message/renderer.ts'
import type { ConversationParts } from './conversation.ts'
import type { Delivery } from './delivery.ts'
import { EditSchedule } from './edit-schedule.ts'
import { IncidentTeller } from './incident-teller.ts'
import { StormTeller } from './storm-teller.ts'

/** What a reporter works with. */
export interface IncidentReporterParts {
  readonly clock: Clock
  readonly settings: MessageSettings
  readonly renderer: Renderer
  /** Whether there are threads and edits. */
  readonly hasThreads: boolean
  readonly editsPerMinute: number
  readonly push: (delivery: Delivery) => void
}

/** Follows incidents from their occurrences to their messages, with one timer for all of them. */
export class IncidentReporter {
  readonly #clock: Clock
  readonly #alarm: Alarm
  readonly #edits: EditSchedule
  readonly #storms: StormTeller
  readonly #desk: IncidentDesk

  constructor(parts: IncidentReporterParts) {
    const { clock, settings, renderer } = parts
    this.#clock = clock
    this.#alarm = new Alarm(clock, () => this.#tick())
    this.#edits = new EditSchedule(parts)
    const conversing = this.#conversing(parts)
    const teller = new IncidentTeller({ ...conversing, renderer })
    this.#storms = new StormTeller({
      ...conversing,
      renderer,
      settings,
      startedAt: clock.now(),
      onWaiting: () => this.#alarm.set(this.#storms.dueAt),
    })
    const book = new IncidentBook({ onForgotten: (incident) => teller.forget(incident) })
    this.#desk = new IncidentDesk({ book, teller, storms: this.#storms })
  }

  /** @returns whether the occurrence is told on its own */
  take(arrival: Arrival): boolean {
    const isTold = this.#desk.take(arrival)
    this.#alarm.set(this.#desk.dueAt)
    return isTold
  }

  /** Whether messages are not as they should be yet. */
  get hasWaiting(): boolean {
    return this.#edits.hasWaiting
  }

  /** Ends every hold and gap: whatever waits for its time goes now. */
  endHolds(): void {
    const now = this.#clock.now()
    this.#desk.endHolds(now)
    this.#storms.listAll()
    this.#edits.runAll(now)
  }

  /** Decides nothing more. */
  stop(): void {
    this.#alarm.stop()
  }

  #conversing({ hasThreads, clock, push }: IncidentReporterParts): ConversationParts {
    return {
      hasThreads,
      push,
      now: () => clock.now(),
      schedule: (root) => {
        this.#edits.add(root)
        this.#alarm.set(this.#edits.dueAt)
      },
      onEditLimited: () => this.#edits.slowDown(clock.now()),
    }
  }

  #tick(): void {
    const now = this.#clock.now()
    this.#desk.tick(now)
    this.#storms.tick(now)
    this.#edits.run(now)
    this.#alarm.set(Math.min(this.#desk.dueAt, this.#storms.dueAt, this.#edits.dueAt))
  }
}

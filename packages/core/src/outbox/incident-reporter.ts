import type { Clock } from '../environment.ts'
import { Alarm } from '../incident/alarm.ts'
import { IncidentBook } from '../incident/incident-book.ts'
import { IncidentDesk, type Arrival } from '../incident/incident-desk.ts'
import type { Renderer } from '../message/renderer.ts'
import type { Delivery } from './delivery.ts'
import { EditSchedule } from './edit-schedule.ts'
import { IncidentTeller } from './incident-teller.ts'

/** What a reporter works with. */
export interface IncidentReporterParts {
  readonly clock: Clock
  readonly renderer: Renderer
  /** Whether there are threads and edits. */
  readonly hasThreads: boolean
  readonly editsPerMinute: number
  push(delivery: Delivery): void
}

/** Follows incidents from their occurrences to their messages, with one timer for all of them. */
export class IncidentReporter {
  readonly #clock: Clock
  readonly #alarm: Alarm
  readonly #edits: EditSchedule
  readonly #teller: IncidentTeller
  readonly #desk: IncidentDesk

  constructor({ clock, editsPerMinute, ...parts }: IncidentReporterParts) {
    this.#clock = clock
    this.#alarm = new Alarm(clock, () => this.#tick())
    this.#edits = new EditSchedule({ editsPerMinute })
    this.#teller = new IncidentTeller({
      ...parts,
      edits: this.#edits,
      now: () => clock.now(),
      onEditLimited: () => this.#edits.slowDown(clock.now()),
      onEditWaiting: () => this.#alarm.set(this.#edits.dueAt),
    })
    const book = new IncidentBook({ onForgotten: (incident) => this.#teller.forget(incident) })
    this.#desk = new IncidentDesk({ book, teller: this.#teller })
  }

  /** @returns whether the occurrence is loud */
  take(arrival: Arrival): boolean {
    const isLoud = this.#desk.take(arrival)
    this.#alarm.set(this.#desk.dueAt)
    return isLoud
  }

  /** Whether messages are not as they should be yet. */
  get hasWaiting(): boolean {
    return this.#edits.hasWaiting
  }

  /** Ends every hold and gap: whatever waits for its time goes now. */
  endHolds(): void {
    this.#edits.runAll(this.#clock.now())
  }

  /** Decides nothing more. */
  stop(): void {
    this.#alarm.stop()
  }

  #tick(): void {
    const now = this.#clock.now()
    this.#desk.tick(now)
    this.#edits.run(now)
    this.#alarm.set(Math.min(this.#desk.dueAt, this.#edits.dueAt))
  }
}

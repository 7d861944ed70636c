import type { Clock } from '../environment.ts'
import { Alarm } from '../incident/alarm.ts'
import { IncidentBook } from '../incident/incident-book.ts'
import { IncidentDesk, type Arrival } from '../incident/incident-desk.ts'
import type { Route } from '../incident/routes.ts'
import { restoreIncident, saveIncident, type SavedIncident } from '../incident/saved-incident.ts'
import { incidentOfFacts } from '../incident/incident-facts.ts'
import type { Destination, Recalled } from '../slack/destination.ts'
import type { MessageSettings } from '../message/message-settings.ts'
import type { Renderer } from '../message/renderer.ts'
import type { ConversationParts } from './conversation.ts'
import type { Delivery } from './delivery.ts'
import { EditSchedule } from './edit-schedule.ts'
import { IncidentTeller } from './incident-teller.ts'
import { RootRecall } from './root-recall.ts'
import type { SpoolFolder } from './spool-folder.ts'
import { StateFile } from './state-file.ts'
import { StateKeeper } from './state-keeper.ts'
import { StormTeller } from './storm-teller.ts'

/** What a reporter works with. */
export interface IncidentReporterParts {
  readonly clock: Clock
  readonly settings: MessageSettings
  readonly renderer: Renderer
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string
  readonly editsPerMinute: number
  readonly destination: Pick<Destination, 'hasThreads' | 'recall'>
  /** What brings deliveries there. */
  readonly dispatch: {
    push(delivery: Delivery): void
    readonly isIdle: boolean
  }
  readonly routes: {
    /** All channels that are configured. */
    readonly channels: readonly string[]
    /** `undefined` for a channel that no longer is. */
    routeTo(channel: string): Route | undefined
  }
  /** Where incidents survive the process; `undefined` if they do not. */
  readonly folder: SpoolFolder | undefined
  /** Told in words why they do not. */
  readonly onTrouble: (reason: string) => void
}

/** Of more incidents the least recently seen are not remembered by the next process. */
const maxSaved = 200
/** Those not seen for so long are forgotten, in milliseconds. */
const maxAgeMs = 7 * 86_400_000

/** Follows incidents from their occurrences to their messages, with one timer for all of them. */
export class IncidentReporter {
  readonly #clock: Clock
  readonly #service: string
  readonly #alarm: Alarm
  readonly #edits: EditSchedule
  readonly #book: IncidentBook
  readonly #teller: IncidentTeller
  readonly #storms: StormTeller
  readonly #desk: IncidentDesk
  readonly #state: StateKeeper | undefined
  readonly #recall: RootRecall | undefined

  constructor(parts: IncidentReporterParts) {
    const { clock, settings, renderer } = parts
    this.#clock = clock
    this.#service = settings.service
    this.#alarm = new Alarm(clock, () => this.#tick())
    this.#edits = new EditSchedule(parts)
    const conversing = this.#conversing(parts)
    this.#teller = new IncidentTeller({
      ...conversing,
      renderer,
      clean: parts.clean,
      service: settings.service,
    })
    this.#storms = new StormTeller({
      ...conversing,
      renderer,
      settings,
      startedAt: clock.now(),
      onWaiting: () => this.#alarm.set(this.#storms.dueAt),
    })
    this.#book = new IncidentBook({
      onForgotten: (incident) => this.#teller.forget(incident),
      onUnknown: () => this.#state?.adopt(),
    })
    this.#desk = new IncidentDesk({ book: this.#book, teller: this.#teller, storms: this.#storms })
    this.#state = this.#keepState(parts)
    // What earlier processes left is looked at in the next turn, or as soon as a problem seems new.
    if (this.#state !== undefined) this.#alarm.set(clock.now())
    this.#recall = this.#recallRoots(parts)
    if (this.#recall !== undefined) this.#alarm.set(this.#recall.dueAt)
  }

  /** @returns whether the occurrence is told on its own */
  take(arrival: Arrival): boolean {
    const isTold = this.#desk.take(arrival)
    if (isTold) this.#state?.changed()
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

  /** Decides nothing more; the next process goes on with what is known here. */
  stop(): void {
    this.#alarm.end()
    this.#recall?.cancel()
    this.#state?.close()
  }

  #conversing({ clock, destination, dispatch }: IncidentReporterParts): ConversationParts {
    return {
      hasThreads: destination.hasThreads,
      push: (delivery) => dispatch.push(delivery),
      now: () => clock.now(),
      schedule: (root) => {
        this.#edits.add(root)
        this.#alarm.set(this.#edits.dueAt)
      },
      onEditLimited: () => this.#edits.slowDown(clock.now()),
      onPosted: () => this.#state?.changed(),
    }
  }

  #keepState(parts: IncidentReporterParts): StateKeeper | undefined {
    const { clock, folder, onTrouble, routes } = parts
    if (folder === undefined) return undefined
    const now = (): number => clock.now()
    return new StateKeeper({
      file: new StateFile({ folder, now, onTrouble }),
      now,
      collect: () => this.#collect(),
      onAdopted: (incidents) => {
        for (const saved of incidents) this.#resume(saved, routes.routeTo(saved.channel))
      },
      onDue: () => this.#setAlarm(),
    })
  }

  #collect(): readonly SavedIncident[] {
    const now = this.#clock.now()
    const saved: SavedIncident[] = []
    for (const incident of this.#book.values()) {
      if (saved.length >= maxSaved) break
      const isTold = incident.alerts.last !== undefined && incident.route.policy.keepsLiveRoot
      if (!isTold || now - incident.lastSeen > maxAgeMs) continue
      saved.push(saveIncident(incident, { root: this.#teller.rootOf(incident), now }))
    }
    return saved
  }

  #resume(saved: SavedIncident, route: Route | undefined): void {
    if (route?.policy.keepsLiveRoot !== true) return
    const incident = restoreIncident(saved, route)
    const isNew = this.#desk.resume(incident, this.#clock.now())
    if (isNew && saved.root !== undefined) this.#teller.resume(incident, saved.root)
    // Where a process left what it knew, there is nothing to be found that it did not.
    this.#recall?.cancel()
  }

  #recallRoots({ clock, ...parts }: IncidentReporterParts): RootRecall | undefined {
    const { destination, dispatch, routes } = parts
    if (!destination.hasThreads) return undefined
    return new RootRecall({
      now: () => clock.now(),
      destination,
      channels: routes.channels,
      isIdle: () => dispatch.isIdle,
      onRecalled: (channel, posts) => {
        for (const post of posts) this.#resumePost(post, routes.routeTo(channel))
        this.#setAlarm()
      },
    })
  }

  #resumePost({ facts, ...root }: Recalled, route: Route | undefined): void {
    const incident = route && incidentOfFacts(facts, this.#service, route)
    if (incident === undefined || !this.#desk.resume(incident, this.#clock.now())) return
    this.#teller.resume(incident, { ...root, unshown: 0 })
  }

  #tick(): void {
    const now = this.#clock.now()
    this.#desk.tick(now)
    this.#storms.tick(now)
    this.#edits.run(now)
    this.#state?.tick(now)
    this.#recall?.tick(now)
    this.#setAlarm()
  }

  #setAlarm(): void {
    const savesAt = this.#state?.dueAt ?? Number.POSITIVE_INFINITY
    const recallsAt = this.#recall?.dueAt ?? Number.POSITIVE_INFINITY
    this.#alarm.set(
      Math.min(this.#desk.dueAt, this.#storms.dueAt, this.#edits.dueAt, savesAt, recallsAt),
    )
  }
}

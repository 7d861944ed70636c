import { isMainThread } from 'node:worker_threads'
import { Alarm } from '../clock.ts'
import type { Clock } from '../environment.ts'
import { type Arrival, IncidentBook, IncidentDesk } from '../incident/incidents.ts'
import type { Route } from '../incident/routes.ts'
import {
  incidentOfFacts,
  restoreIncident,
  type SavedIncident,
  saveIncident,
} from '../incident/snapshot.ts'
import type { SpoolFolder } from '../journal/folder.ts'
import { StateFile, StateKeeper } from '../journal/state-file.ts'
import type { MessageSettings } from '../notification/settings.ts'
import type { Renderer } from '../slack/renderer.ts'
import type { Delivery } from './delivery.ts'
import type { Destination, Recalled } from './destination.ts'
import { EditSchedule } from './edit-schedule.ts'
import { IncidentTeller } from './incident-thread.ts'
import { StormTeller } from './storm-thread.ts'
import type { ConversationParts } from './thread.ts'

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

/** What recalling works with. */
export interface RootRecallParts {
  readonly destination: Pick<Destination, 'recall'>
  /** Those whose messages may be of incidents that go on. */
  readonly channels: readonly string[]
  /** In milliseconds since 1970. */
  readonly now: () => number
  /** Whether nothing more urgent is to be done. */
  readonly isIdle: () => boolean
  readonly onRecalled: (channel: string, posts: readonly Recalled[]) => void
}

/** A program that starts has better things to do; a worker has nothing else. */
const firstAfterMs = isMainThread ? 1500 : 100
const againAfterMs = 5000
/** What was silent for longer is told anew anyway. */
const maxRecalledAgeMs = 86_400_000
const timeoutMs = 2500

/** Finds the messages of a process that left nothing else: asked once, as soon as there is nothing more urgent. */
export class RootRecall {
  readonly #parts: RootRecallParts
  readonly #abort = new AbortController()
  #dueAt: number

  constructor(parts: RootRecallParts) {
    this.#parts = parts
    this.#dueAt = parts.now() + firstAfterMs
  }

  /** When {@link RootRecall.tick} has something to do, in milliseconds since 1970. */
  get dueAt(): number {
    return this.#dueAt
  }

  tick(now: number): void {
    if (now < this.#dueAt) return
    this.#dueAt = this.#parts.isIdle() ? Number.POSITIVE_INFINITY : now + againAfterMs
    if (this.#dueAt !== Number.POSITIVE_INFINITY) return
    for (const channel of this.#parts.channels) void this.#recall(channel, now)
  }

  /** There is no need any more. */
  cancel(): void {
    this.#dueAt = Number.POSITIVE_INFINITY
    this.#abort.abort()
  }

  async #recall(channel: string, now: number): Promise<void> {
    const { destination, onRecalled } = this.#parts
    const { signal } = this.#abort
    const since = now - maxRecalledAgeMs
    const posts = await destination.recall(channel, { since, timeoutMs, signal })
    if (!signal.aborted) onRecalled(channel, posts)
  }
}

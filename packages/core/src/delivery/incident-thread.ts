import type { LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import { viewIncident, type Alert, type Incident, type IncidentView } from '../incident/incident.ts'
import { noteOf, type Note } from '../incident/policies/policy.ts'
import { metadataOf, type Metadata } from '../incident/snapshot.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import type { ListedProblem, Notification, ThreadContent } from '../notification/notification.ts'
import { buildRoot } from '../notification/root.ts'
import { buildState, type StateChange } from '../notification/state.ts'
import { listProblem } from '../notification/storm.ts'
import { buildThread } from '../notification/thread.ts'
import type { Priority } from './channel-queue.ts'
import { Thread, type RootContext, type ThreadDeps } from './thread.ts'

export interface IncidentThreadDeps extends ThreadDeps {
  /** Events before the given one, oldest first. */
  readonly breadcrumbs: (event: LogEvent) => readonly LogEvent[]
  /** Redacts a text. */
  readonly redact: (text: string) => string
}

/** The message of an incident, and its thread. */
export class IncidentThread extends Thread {
  protected override readonly isLive: boolean
  readonly #incident: Incident
  readonly #deps: IncidentThreadDeps
  /** Where each alert is a message of its own, the message keeps showing what it was about. */
  readonly #pinned: ShownPart | undefined

  constructor(incident: Incident, deps: IncidentThreadDeps) {
    super(incident.route.channel, deps)
    this.isLive = incident.route.policy.keepsLiveRoot
    this.#incident = incident
    this.#deps = deps
    this.#pinned = this.isLive ? undefined : latestOf(incident)
  }

  /** @param isBroadcast whether people are notified, or the message is only there to be read */
  notify(alert: Alert, isBroadcast: boolean): void {
    const change = { ...noteOf(alert), at: alert.at }
    this.alert({ priority: priorityOf(alert), isBroadcast, build: this.#line(change, isBroadcast) })
    this.update()
  }

  /** Adds a line. */
  note(note: Note, isBroadcast: boolean): void {
    const priority = isBroadcast ? 'milestone' : 'thread'
    const change = { ...note, at: this.#deps.now() }
    this.reply({ priority, isBroadcast, build: this.#line(change, isBroadcast) })
    this.update()
  }

  get revision(): number {
    return this.#incident.count + this.#incident.changes
  }

  get activeSince(): number {
    return this.#incident.activeSince
  }

  get isOver(): boolean {
    return this.#incident.state !== 'active'
  }

  protected override buildRoot({ isNew, notices }: RootContext): Notification | undefined {
    const view = this.#view()
    const { settings, destination } = this.#deps
    const { route, isCollapsed, isCapped } = this.#incident
    const { collapsed, capped } = wordsFor(settings.locale)
    return (
      view &&
      buildRoot(view, settings, {
        notices: [...(isCollapsed ? [collapsed] : []), ...(isCapped ? [capped] : []), ...notices],
        mentions: isNew && route.loud !== 'never' ? route.mentions : [],
        isInline: !destination.can.threads,
      })
    )
  }

  protected override buildContent(): ThreadContent {
    const view = this.#view()
    if (view === undefined) return { messages: [] }
    const { settings, destination, breadcrumbs, files } = this.#deps
    const { can, limits } = destination
    const context = {
      breadcrumbs: breadcrumbs(view.sample),
      limits,
      files: can.files && !files.areRefused,
    }
    return buildThread(view, context, settings)
  }

  protected override metadata(): Metadata | undefined {
    return this.isLive ? metadataOf(this.#incident, this.#deps.settings.service) : undefined
  }

  protected override fingerprints(): readonly string[] {
    return [this.#incident.fingerprint]
  }

  protected override summarize(): ListedProblem {
    const { fingerprint, count } = this.#incident
    const view = this.#view()
    return view === undefined
      ? { fingerprint, count, title: fingerprint, culprit: '' }
      : listProblem(view.sample, { fingerprint, count }, this.#deps.settings)
  }

  #line(change: StateChange, isBroadcast: boolean): () => Notification | undefined {
    return () => {
      const view = this.#view()
      const mentions = isBroadcast ? this.#incident.route.mentions : []
      const shown = { ...change, at: this.#deps.toWall(change.at) }
      return view && buildState(view, shown, { isBroadcast, mentions }, this.#deps.settings)
    }
  }

  /** `undefined` for an incident of an earlier process, until it occurs in this one. */
  #view(): IncidentView | undefined {
    const { alert, sample } = this.#pinned ?? latestOf(this.#incident)
    if (alert === undefined || sample === undefined) return undefined
    const { now, toWall, redact } = this.#deps
    const shown = { alert, sample: sample.event }
    return viewIncident(this.#incident, shown, { now: now(), toWall, redact })
  }
}

interface ShownPart {
  readonly alert: Alert | undefined
  readonly sample: Sample | undefined
}

function latestOf({ alerts, samples }: Incident): ShownPart {
  return { alert: alerts.last, sample: samples[0] }
}

function priorityOf({ reason }: Alert): Priority {
  if (reason === 'fatal') return 'fatal'
  return ['new', 'repeat', 'regression'].includes(reason) ? 'new' : 'milestone'
}

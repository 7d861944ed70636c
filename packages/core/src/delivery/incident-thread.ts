import type { LogEvent } from '../event/log-event.ts'
import type { Sample } from '../event/samples.ts'
import { markPosted, shiftEntry, targetKey, type TriageNote } from '../incident/actions/triage.ts'
import { viewIncident, type Alert, type Incident, type IncidentView } from '../incident/incident.ts'
import { noteOf, type Note } from '../incident/policies/policy.ts'
import { metadataOf, type Metadata } from '../incident/metadata.ts'
import type { SnapshotRoot } from '../incident/snapshot.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import { adoptedNotice } from '../notification/notices.ts'
import { buildRoot, type RootExtras } from '../notification/root.ts'
import { buildState, type StateChange } from '../notification/state.ts'
import { listProblem } from '../notification/storm.ts'
import { buildThread } from '../notification/thread.ts'
import type { NamedAlert, Priority } from './channel-queue.ts'
import {
  Thread,
  type Built,
  type Line,
  type Reply,
  type RootContext,
  type ThreadDeps,
  type ThreadPart,
  type TriedPost,
} from './thread.ts'

export interface IncidentThreadDeps extends ThreadDeps {
  /** Events before the given one, oldest first. */
  readonly breadcrumbs: (event: LogEvent) => readonly LogEvent[]
  /** Redacts a text. */
  readonly redact: (text: string) => string
  /** The owner of the buttons in messages; `undefined` while no click could arrive. */
  readonly buttonsOf: () => string | undefined
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
    const build = this.#line(change, { isBroadcast, names: [this.#incident] })
    this.alert({ priority: priorityOf(alert), isBroadcast, build, tried: this.tried })
    this.update()
  }

  /** Adds a line. */
  note(note: Note | TriageNote, isBroadcast: boolean): void {
    this.reply(this.#replyOf(note, isBroadcast))
    this.update()
  }

  /** Continues with the root that an earlier process posted, and with the lines about actions that it did not post. */
  override resume(position: SnapshotRoot | undefined): void {
    super.resume(position)
    this.#postActions()
  }

  /** Adds the content, and what people did before it was known where the root is. */
  override extend(given: { readonly isResumed?: boolean } = {}): void {
    super.extend(given)
    if (given.isResumed !== true) this.#postActions()
  }

  #postActions(): void {
    for (const entry of this.#incident.triage?.audit ?? [])
      if (entry.isPosted !== true) {
        const reply = this.#replyOf({ kind: 'action', entry }, false)
        this.reply({ ...reply, tried: { ...reply.tried, unanswered: 1 } })
      }
  }

  #replyOf(note: Note | TriageNote, isBroadcast: boolean): Reply {
    const priority = isBroadcast ? 'milestone' : 'thread'
    const build = this.#line(this.#changeOf(note), { isBroadcast, names: [] })
    if (note.kind !== 'action') return { priority, isBroadcast, build }
    const { entry } = note
    // The next process finds what was posted before this one died.
    const tried = { id: `${this.root}#${targetKey(entry.id)}` }
    const onSent = (): void => markPosted(this.#incident, entry)
    return { priority, isBroadcast, build, tried, onSent }
  }

  #changeOf(note: Note | TriageNote): StateChange {
    const { now, toWall } = this.#deps
    if (note.kind !== 'action') return { ...note, at: now() }
    // The line shows the moments of the action itself.
    return { ...note, at: note.entry.at, entry: shiftEntry(note.entry, toWall(0)) }
  }

  get revision(): number {
    const { count, changes } = this.#incident
    // Only an edit knows the address of the message, which an issue about it links to.
    return count + changes + (this.#linksBack && this.root !== undefined ? 1 : 0)
  }

  get #linksBack(): boolean {
    const { settings, destination } = this.#deps
    return settings.links['issue'] !== undefined && destination.urlOf !== undefined
  }

  get activeSince(): number {
    return this.#incident.activeSince
  }

  get isOver(): boolean {
    return this.#incident.state !== 'active'
  }

  protected override markUnsaved(): void {
    this.#incident.isUnsaved = true
  }

  protected override get tried(): TriedPost {
    const { tried: id, triedAt, unanswered = 0 } = this.#incident.adopted ?? {}
    return { unanswered, triedAt, ...(id !== undefined && { id }) }
  }

  protected override get missed(): number {
    return this.#incident.alerts.shown > 0 ? 0 : this.#incident.count - 1
  }

  protected override nameAlerts(incidents: readonly Incident[]): readonly NamedAlert[] {
    const pinned = this.#pinned
    if (pinned === undefined) return super.nameAlerts(incidents)
    const named = incidents.map((incident) => ({ incident, alert: pinned.decided }))
    return named.filter(({ incident, alert }) => alert > incident.alerts.shown)
  }

  protected override leaveInherited(): void {
    const incident = this.#incident
    incident.count -= incident.inherited?.count ?? 0
    incident.inherited = undefined
  }

  protected override buildRoot({ isNew, notices }: RootContext): Built | undefined {
    const view = this.#view()
    if (view === undefined) return undefined
    const { settings, destination, toWall } = this.#deps
    const { route, alerts, isCollapsed, isCapped, origin } = this.#incident
    const { collapsed, capped, quietHours } = wordsFor(settings.locale)
    const notification = buildRoot(view, settings, {
      notices: [
        ...(origin === undefined
          ? []
          : [adoptedNotice({ ...origin, at: toWall(origin.at) }, settings)]),
        ...(isCollapsed ? [collapsed] : []),
        ...(isCapped ? [capped] : []),
        ...(alerts.waitingAfter !== undefined
          ? [quietHours.waits(route.quietHours?.until ?? '')]
          : []),
        ...notices,
      ],
      mentions: isNew && route.loud !== 'never' ? route.mentions : [],
      isInline: !destination.can.threads,
      messageUrl: this.root === undefined ? undefined : destination.urlOf?.(this.root),
      ...this.#offeredActions(),
    })
    return { notification, names: [this.#incident] }
  }

  #offeredActions(): Pick<RootExtras, 'actions'> {
    const owner = this.isLive ? this.#deps.buttonsOf() : undefined
    if (owner === undefined) return {}
    const { key, triage } = this.#incident
    const target = { owner, key: targetKey(key) }
    return { actions: { target, isTaken: triage?.assignee !== undefined } }
  }

  protected override buildContent(): readonly ThreadPart[] {
    const view = this.#view()
    if (view === undefined) return []
    const { settings, destination, breadcrumbs, files } = this.#deps
    const { can, limits } = destination
    const context = {
      breadcrumbs: breadcrumbs(view.sample),
      limits,
      files: can.files && !files.areRefused,
    }
    const { messages, file } = buildThread(view, context, settings)
    const parts = messages.map((notification): ThreadPart => ({ notification, names: [] }))
    return file === undefined ? parts : [...parts, { file }]
  }

  protected override metadata(): Metadata | undefined {
    if (!this.isLive) return undefined
    const { owner, settings, now, toWall } = this.#deps
    const { service, environment } = settings
    const ownership = { service, environment, owner: owner(), now: toWall(now()), toWall }
    return metadataOf(this.#incident, ownership)
  }

  protected override summarize(): readonly Line[] {
    const incident = this.#incident
    const { fingerprint, count } = incident
    const view = this.#view()
    const problem =
      view === undefined
        ? { fingerprint, count, title: fingerprint, culprit: '' }
        : listProblem(view.sample, { fingerprint, count }, this.#deps.settings)
    return [{ incident, problem }]
  }

  #line(
    change: StateChange,
    { isBroadcast, names }: { readonly isBroadcast: boolean; readonly names: readonly Incident[] },
  ): () => Built | undefined {
    return () => {
      const view = this.#view()
      if (view === undefined) return undefined
      const mentions = isBroadcast ? this.#incident.route.mentions : []
      const shown = { ...change, at: this.#deps.toWall(change.at) }
      const audience = { isBroadcast, mentions }
      return { notification: buildState(view, shown, audience, this.#deps.settings), names }
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
  /** The number of the alert, counted from 1. */
  readonly decided: number
  readonly alert: Alert | undefined
  readonly sample: Sample | undefined
}

function latestOf({ alerts, samples }: Incident): ShownPart {
  return { decided: alerts.decided, alert: alerts.last, sample: samples[0] }
}

function priorityOf({ reason }: Alert): Priority {
  if (reason === 'fatal') return 'fatal'
  return ['new', 'repeat', 'regression'].includes(reason) ? 'new' : 'milestone'
}

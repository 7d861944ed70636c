import type { Sample } from '../event/samples.ts'
import { viewIncident } from '../incident/incident-view.ts'
import type { Alert, Incident, IncidentView } from '../incident/incident.ts'
import type { Teller } from '../incident/incidents.ts'
import type { Note } from '../incident/policies/policy.ts'
import { type Facts, factsOfIncident, type SavedRoot } from '../incident/snapshot.ts'
import type { StormMember } from '../slack/blocks/storm.ts'
import type { Replies } from '../slack/blocks/thread.ts'
import type { StateChange } from '../slack/blocks/timeline.ts'
import type { Detail, SlackMessage } from '../slack/message.ts'
import type { Renderer } from '../slack/renderer.ts'
import type { Priority } from './delivery.ts'
import { Conversation, type ConversationParts, type RootContext, type Topic } from './thread.ts'

/** What a teller works with. */
export interface IncidentTellerParts extends ConversationParts, IncidentTopicParts {}

/** What an incident has in Slack. */
interface Told {
  readonly topic: IncidentTopic
  readonly conversation: Conversation
}

/** Keeps a conversation for each incident: says what is loud, notes what is not, and has the root edited. */
export class IncidentTeller implements Teller {
  readonly #parts: IncidentTellerParts
  readonly #told = new WeakMap<Incident, Told>()

  constructor(parts: IncidentTellerParts) {
    this.#parts = parts
  }

  alert(incident: Incident, alert: Alert, isLoud: boolean): void {
    const known = incident.route.policy.keepsLiveRoot ? this.#told.get(incident) : undefined
    const { topic, conversation } = known ?? this.#converse(incident)
    const change = changeOfAlert(alert)
    conversation.alert({
      priority: priorityOf(alert),
      isBroadcast: isLoud,
      message: (detail) => topic.line(change, { isLoud, detail }),
    })
    conversation.update()
  }

  note(incident: Incident, note: Note, isLoud: boolean): void {
    const told = this.#told.get(incident)
    if (told === undefined) return
    const { topic, conversation } = told
    const change = changeOfNote(note, this.#parts.now())
    conversation.reply({
      priority: isLoud ? 'milestone' : 'thread',
      isBroadcast: isLoud,
      message: (detail) => topic.line(change, { isLoud, detail }),
    })
    conversation.update()
  }

  changed(incident: Incident): void {
    this.#told.get(incident)?.conversation.count()
  }

  isTold(incident: Incident): boolean {
    return this.#told.has(incident)
  }

  /** Where the incident's message is, for the next process. */
  rootOf(incident: Incident): SavedRoot | undefined {
    const conversation = this.#told.get(incident)?.conversation
    const root = conversation?.root
    return root && { ...root, unshown: conversation?.unshown ?? 0 }
  }

  /** Goes on with a message that an earlier process posted. */
  resume(incident: Incident, { unshown, ...root }: SavedRoot): void {
    this.#converse(incident).conversation.resume(root, unshown)
  }

  /** Has a root that nothing more will be known of put right. */
  forget(incident: Incident): void {
    this.#told.get(incident)?.conversation.edit()
  }

  #converse(incident: Incident): Told {
    const topic = new IncidentTopic(incident, this.#parts)
    const told = { topic, conversation: new Conversation(topic, this.#parts) }
    this.#told.set(incident, told)
    return told
  }
}

function changeOfAlert({ reason, at, silentMs }: Alert): StateChange {
  return reason === 'regression'
    ? changeOfNote({ kind: 'back', silentMs }, at)
    : { kind: 'count', at }
}

function changeOfNote(note: Note, at: number): StateChange {
  if (note.kind !== 'back') return { ...note, at }
  const { silentMs } = note
  return silentMs === undefined ? { kind: 'reopened', at } : { kind: 'back', at, silentMs }
}

function priorityOf({ reason }: Alert): Priority {
  if (reason === 'fatal') return 'fatal'
  return ['new', 'repeat', 'regression'].includes(reason) ? 'new' : 'milestone'
}

/** How incidents are shown. */
export interface IncidentTopicParts {
  readonly renderer: Renderer
  /** Takes secrets out of a text. */
  readonly clean: (text: string) => string
  /** Whose incidents these are. */
  readonly service: string
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** How a line is told. */
export interface LineContext {
  readonly isLoud: boolean
  readonly detail: Detail
}

/** An incident as what a conversation is about. */
export class IncidentTopic implements Topic {
  readonly #incident: Incident
  readonly #parts: IncidentTopicParts
  /** Where each alert is a message of its own, it goes on showing what it was about. */
  readonly #pinned: { readonly alert: Alert | undefined; readonly sample: Sample | undefined }

  constructor(incident: Incident, parts: IncidentTopicParts) {
    this.#incident = incident
    this.#parts = parts
    this.#pinned = { alert: incident.alerts.last, sample: incident.samples[0] }
  }

  get channel(): string {
    return this.#incident.route.channel
  }

  get isLive(): boolean {
    return this.#incident.route.policy.keepsLiveRoot
  }

  get revision(): number {
    return this.#incident.count + this.#incident.changes
  }

  get since(): number {
    return this.#incident.activeSince
  }

  get isFinal(): boolean {
    return this.#incident.state !== 'active'
  }

  root(detail: Detail, { isNew, notices }: RootContext): SlackMessage | undefined {
    const { route, isCollapsed, isHushed } = this.#incident
    const { renderer } = this.#parts
    const view = this.#view()
    if (view === undefined) return undefined
    return renderer.root(view, detail, {
      notices: [
        ...(isCollapsed ? [renderer.notice('collapsed')] : []),
        ...(isHushed ? [renderer.notice('hushed')] : []),
        ...notices,
      ],
      // Only what is heard calls people.
      ...(isNew && route.loud !== 'never' && { mentions: route.mentions }),
    })
  }

  replies(): Replies {
    const view = this.#view()
    return view === undefined ? { messages: [] } : this.#parts.renderer.replies(view)
  }

  fileRefusal(reason: string): SlackMessage | undefined {
    return this.#parts.renderer.fileRefusal(reason)
  }

  facts(): Facts | undefined {
    return this.isLive ? factsOfIncident(this.#incident, this.#parts.service) : undefined
  }

  fingerprints(): readonly string[] {
    return [this.#incident.fingerprint]
  }

  summary(): StormMember {
    const { fingerprint, count } = this.#incident
    const view = this.#view()
    if (view !== undefined) return this.#parts.renderer.line(view)
    return { fingerprint, count, title: fingerprint, culprit: undefined }
  }

  /** One line about what became of it. */
  line(change: StateChange, options: LineContext): SlackMessage | undefined {
    const { mentions } = this.#incident.route
    const view = this.#view()
    if (view === undefined) return undefined
    return this.#parts.renderer.stateLine(view, change, {
      ...options,
      ...(options.isLoud && { mentions }),
    })
  }

  /** `undefined` for one that an earlier process posted, until it occurs here. */
  #view(): IncidentView | undefined {
    const { alerts, samples } = this.#incident
    const { alert, sample } = this.isLive
      ? { alert: alerts.last, sample: samples[0] }
      : this.#pinned
    if (alert === undefined || sample === undefined) return undefined
    const { now, clean } = this.#parts
    return viewIncident(this.#incident, { alert, sample: sample.event, now: now(), clean })
  }
}

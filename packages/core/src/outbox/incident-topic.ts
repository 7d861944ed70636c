import type { Sample } from '../event/sample.ts'
import type { Alert, Incident, IncidentView } from '../incident/incident.ts'
import { factsOfIncident, type Facts } from '../incident/incident-facts.ts'
import { viewIncident } from '../incident/view-incident.ts'
import type { Renderer } from '../message/renderer.ts'
import type { Replies } from '../message/replies.ts'
import type { Detail, SlackMessage } from '../message/slack-message.ts'
import type { StormMember } from '../message/storm-message.ts'
import type { StateChange } from '../message/timeline.ts'
import type { RootContext, Topic } from './conversation.ts'

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

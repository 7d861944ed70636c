import type { Alert, Incident } from '../incident/incident.ts'
import type { Sample } from '../event/sample.ts'
import { viewIncident } from '../incident/view-incident.ts'
import type { IncidentView } from '../incident/incident.ts'
import type { Renderer } from '../message/renderer.ts'
import type { Replies } from '../message/replies.ts'
import type { Detail, SlackMessage } from '../message/slack-message.ts'
import type { StormMember } from '../message/storm-message.ts'
import type { StateChange } from '../message/timeline.ts'
import type { RootContext, Topic } from './conversation.ts'

/** How incidents are shown. */
export interface IncidentTopicParts {
  readonly renderer: Renderer
  /** In milliseconds since 1970. */
  readonly now: () => number
}

/** An incident as what a conversation is about. */
export class IncidentTopic implements Topic {
  readonly #incident: Incident
  readonly #parts: IncidentTopicParts
  readonly #alert: Alert
  readonly #sample: Sample

  constructor(incident: Incident, parts: IncidentTopicParts) {
    const { alerts, samples } = incident
    const [sample] = samples
    if (alerts.last === undefined || sample === undefined) {
      throw new Error('An incident is told only after its first alert')
    }
    this.#incident = incident
    this.#parts = parts
    this.#alert = alerts.last
    this.#sample = sample
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
    const { route, isHushed } = this.#incident
    return this.#parts.renderer.root(this.#view(), detail, {
      notices: isHushed ? [...notices, this.#parts.renderer.hushed()] : notices,
      // Only what is heard calls people.
      ...(isNew && route.loud !== 'never' && { mentions: route.mentions }),
    })
  }

  replies(): Replies {
    return this.#parts.renderer.replies(this.#view())
  }

  fileRefusal(reason: string): SlackMessage | undefined {
    return this.#parts.renderer.fileRefusal(reason)
  }

  fingerprints(): readonly string[] {
    return [this.#incident.fingerprint]
  }

  summary(): StormMember {
    return this.#parts.renderer.line(this.#view())
  }

  /** One line about what became of it. */
  line(
    change: StateChange,
    options: { readonly isLoud: boolean; readonly detail: Detail },
  ): SlackMessage {
    const { mentions } = this.#incident.route
    return this.#parts.renderer.stateLine(this.#view(), change, {
      ...options,
      ...(options.isLoud && { mentions }),
    })
  }

  /** Where each alert is a message of its own, that shows what it was about; else the message shows the latest. */
  #view(): IncidentView {
    const { alerts, samples } = this.#incident
    return viewIncident(this.#incident, {
      alert: this.isLive ? (alerts.last ?? this.#alert) : this.#alert,
      sample: (this.isLive ? (samples[0] ?? this.#sample) : this.#sample).event,
      now: this.#parts.now(),
    })
  }
}

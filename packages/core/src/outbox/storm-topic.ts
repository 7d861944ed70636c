import type { Storm, StormMember } from '../incident/storm.ts'
import { memberOf } from '../message/list-message.ts'
import type { MessageSettings } from '../message/message-settings.ts'
import type { Renderer } from '../message/renderer.ts'
import type { Replies } from '../message/replies.ts'
import { showCount } from '../message/show-number.ts'
import type { Detail, SlackMessage } from '../message/slack-message.ts'
import { suspectCause } from '../message/storm-cause.ts'
import { buildStormMembers } from '../message/storm-members.ts'
import { buildStormMessage } from '../message/storm-message.ts'
import type { StormMember as ShownMember, StormView } from '../message/storm-message.ts'
import { wordsFor } from '../message/words.ts'
import type { RootContext, Topic } from './conversation.ts'

/** A storm that begins so soon after the process did may come from what was started. */
const newReleaseMs = 600_000
/** So many problems tell enough about what they have in common. */
const maxEvidence = 50

/** How storms are shown. */
export interface StormTopicParts {
  readonly settings: MessageSettings
  readonly renderer: Pick<Renderer, 'fileRefusal'>
  /** When the process began, in milliseconds since 1970. */
  readonly startedAt: number
}

/** A storm as what a conversation is about. */
export class StormTopic implements Topic {
  readonly isLive = true
  readonly #storm: Storm
  readonly #parts: StormTopicParts
  #listed = 0

  constructor(storm: Storm, parts: StormTopicParts) {
    this.#storm = storm
    this.#parts = parts
  }

  get channel(): string {
    return this.#storm.channel
  }

  get revision(): number {
    return this.#storm.total + (this.#storm.isOver ? 1 : 0)
  }

  get since(): number {
    return this.#storm.openedAt
  }

  get isFinal(): boolean {
    return this.#storm.isOver
  }

  /** Whether there are problems that the thread does not list yet. */
  get hasUnlisted(): boolean {
    return this.#listed < this.#storm.listed
  }

  root(detail: Detail, { isNew }: Pick<RootContext, 'isNew'>): SlackMessage {
    const settings = { ...this.#parts.settings, detail }
    // Only what is heard calls people.
    const mentions = isNew ? this.#mentions() : ''
    return buildStormMessage(this.#view(this.#storm.members), settings, { mentions })
  }

  /** The problems that the thread does not list yet. */
  replies(): Replies {
    const unlisted = this.#storm.members.slice(this.#listed)
    this.#listed += unlisted.length
    return buildStormMembers(this.#view(unlisted), this.#parts.settings)
  }

  fileRefusal(reason: string): SlackMessage | undefined {
    return this.#parts.renderer.fileRefusal(reason)
  }

  /** A storm does not outlive its process. */
  facts(): undefined {
    return undefined
  }

  fingerprints(): readonly string[] {
    return this.#storm.members.map(({ incident }) => incident.fingerprint)
  }

  summary(): ShownMember {
    const { distinct, total } = this.#storm
    const words = wordsFor(this.#parts.settings.locale)
    const title = words.storm.summary(showCount(distinct), showCount(total))
    return { fingerprint: 'storm', title, count: total, culprit: undefined }
  }

  /** Those of all members' routes, each once. */
  #mentions(): string {
    const routes = this.#storm.members.map(({ incident }) => incident.route)
    const wanted = routes.filter(({ loud, mentions }) => loud !== 'never' && mentions !== '')
    return [...new Set(wanted.flatMap(({ mentions }) => mentions.split(' ')))].join(' ')
  }

  #view(members: readonly StormMember[]): StormView {
    const { openedAt, total, distinct, isOver } = this.#storm
    const cause = this.#suspectCause()
    const shown = members.flatMap((member) => this.#show(member))
    return {
      openedAt,
      total,
      distinct,
      isOver,
      isCapped: this.#storm.because === 'capped',
      members: shown.toSorted((a, b) => b.count - a.count),
      ...(cause !== undefined && { cause }),
    }
  }

  #show({ incident, offset }: StormMember): readonly ShownMember[] {
    const { fingerprint, samples, count } = incident
    const [sample] = samples
    if (sample === undefined) return []
    const member = { fingerprint, count: offset + count }
    return [memberOf(sample.event, member, this.#parts.settings)]
  }

  #suspectCause(): string | undefined {
    const { settings, startedAt } = this.#parts
    const isNew = this.#storm.openedAt - startedAt < newReleaseMs
    const evidence = this.#storm.members.slice(0, maxEvidence)
    return suspectCause(
      {
        samples: evidence.flatMap(({ incident }) => incident.samples[0]?.event ?? []),
        newRelease: isNew ? settings.release : undefined,
      },
      settings,
    )
  }
}

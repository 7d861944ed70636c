import type { StormTeller as StormTellerContract } from '../incident/incidents.ts'
import type { Storm, StormMember } from '../incident/storm.ts'
import { wordsFor } from '../notification/locale/locale.ts'
import { showCount } from '../notification/numbers.ts'
import type { MessageSettings } from '../notification/settings.ts'
import { suspectCause } from '../notification/storm-cause.ts'
import { memberOf } from '../slack/blocks/list.ts'
import {
  buildStormMembers,
  buildStormMessage,
  type StormMember as ShownMember,
  type StormView,
} from '../slack/blocks/storm.ts'
import type { Replies } from '../slack/blocks/thread.ts'
import type { Detail, SlackMessage } from '../slack/message.ts'
import type { Renderer } from '../slack/renderer.ts'
import type { Priority } from './delivery.ts'
import { Conversation, type ConversationParts, type RootContext, type Topic } from './thread.ts'

/** Further problems are listed together, so that a storm does not fill its own thread. */
const listEveryMs = 20_000

/** What a storm teller works with. */
export interface StormTellerParts extends ConversationParts, StormTopicParts {
  /** Told that further problems wait to be listed. */
  readonly onWaiting: () => void
}

/** What a storm has in Slack. */
interface Told {
  readonly topic: StormTopic
  readonly conversation: Conversation
  /** When further problems may be listed, in milliseconds since 1970. */
  listFrom: number
}

/** Keeps a conversation for each storm: its root counts, its thread lists every problem. */
export class StormTeller implements StormTellerContract {
  readonly #parts: StormTellerParts
  readonly #told = new Map<Storm, Told>()

  constructor(parts: StormTellerParts) {
    this.#parts = parts
  }

  open(storm: Storm): void {
    const topic = new StormTopic(storm, this.#parts)
    const conversation = new Conversation(topic, this.#parts)
    this.#told.set(storm, { topic, conversation, listFrom: this.#parts.now() + listEveryMs })
    this.#beHeard({ topic, conversation }, 'new')
  }

  changed(storm: Storm): void {
    const told = this.#told.get(storm)
    if (told === undefined) return
    told.conversation.count()
    if (hasToList(told)) this.#parts.onWaiting()
  }

  remind(storm: Storm): void {
    const told = this.#told.get(storm)
    if (told !== undefined) this.#beHeard(told, 'milestone')
  }

  end(storm: Storm): void {
    const told = this.#told.get(storm)
    if (told === undefined) return
    if (hasToList(told)) told.conversation.extend()
    told.conversation.update()
    this.#told.delete(storm)
  }

  /** When further problems are to be listed, in milliseconds since 1970. */
  get dueAt(): number {
    const waiting = [...this.#told.values()].filter(hasToList)
    return Math.min(Number.POSITIVE_INFINITY, ...waiting.map(({ listFrom }) => listFrom))
  }

  /** Lists what has come since the last time. */
  tick(now: number): void {
    for (const told of this.#told.values()) {
      if (!hasToList(told) || now < told.listFrom) continue
      told.listFrom = now + listEveryMs
      told.conversation.extend()
    }
  }

  /** Lists what has come at once, as before an end. */
  listAll(): void {
    for (const told of this.#told.values()) if (hasToList(told)) told.conversation.extend()
  }

  #beHeard({ topic, conversation }: Omit<Told, 'listFrom'>, priority: Priority): void {
    conversation.alert({
      priority,
      isBroadcast: true,
      message: (detail) => topic.root(detail, { isNew: true }),
    })
  }
}

function hasToList({ topic, conversation }: Told): boolean {
  return conversation.root !== undefined && topic.hasUnlisted
}

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

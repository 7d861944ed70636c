import type { StormTeller as StormTellerContract } from '../incident/incident-desk.ts'
import type { Storm } from '../incident/storm.ts'
import { Conversation, type ConversationParts } from './conversation.ts'
import type { Priority } from './delivery.ts'
import { StormTopic, type StormTopicParts } from './storm-topic.ts'

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

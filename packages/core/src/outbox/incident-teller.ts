import type { Teller } from '../incident/incident-desk.ts'
import type { Alert, Incident } from '../incident/incident.ts'
import type { Note } from '../incident/repeat-policy.ts'
import type { StateChange } from '../message/timeline.ts'
import { Conversation, type ConversationParts } from './conversation.ts'
import type { Priority } from './delivery.ts'
import type { EditSchedule } from './edit-schedule.ts'
import { IncidentTopic, type IncidentTopicParts } from './incident-topic.ts'

/** What a teller works with. */
export interface IncidentTellerParts
  extends Omit<ConversationParts, 'onShown'>, IncidentTopicParts {
  readonly edits: EditSchedule
  /** Told when a further edit waits for its turn. */
  onEditWaiting(): void
}

/** What an incident has in Slack. */
interface Told {
  readonly topic: IncidentTopic
  readonly conversation: Conversation
  /** Whether its edit waits already, so that each further occurrence of a flood costs next to nothing. */
  isEditWaiting: boolean
}

/** Keeps a conversation for each incident: says what is loud, notes what is not, and has the root edited. */
export class IncidentTeller implements Teller {
  readonly #parts: IncidentTellerParts
  readonly #told = new WeakMap<Incident, Told>()

  constructor(parts: IncidentTellerParts) {
    this.#parts = parts
  }

  alert(incident: Incident, alert: Alert): void {
    const known = incident.route.policy.keepsLiveRoot ? this.#told.get(incident) : undefined
    const told = known ?? this.#converse(incident)
    const change = changeOfAlert(alert)
    told.conversation.alert({
      priority: priorityOf(alert),
      isBroadcast: true,
      message: (detail) => told.topic.line(change, { isLoud: true, detail }),
    })
    this.#awaitEdit(incident, told)
  }

  note(incident: Incident, note: Note): void {
    const told = this.#told.get(incident)
    if (told === undefined) return
    const change = changeOfNote(note, this.#parts.now())
    told.conversation.reply({
      priority: 'thread',
      isBroadcast: false,
      message: (detail) => told.topic.line(change, { isLoud: false, detail }),
    })
    this.#awaitEdit(incident, told)
  }

  changed(incident: Incident): void {
    const told = this.#told.get(incident)
    if (told !== undefined && !told.isEditWaiting) this.#awaitEdit(incident, told)
  }

  /** Has a root that nothing more will be known of put right. */
  forget(incident: Incident): void {
    this.#told.get(incident)?.conversation.edit()
  }

  #converse(incident: Incident): Told {
    const topic = new IncidentTopic(incident, this.#parts)
    const conversation = new Conversation(topic, {
      ...this.#parts,
      onShown: () => {
        told.isEditWaiting = false
        this.#awaitEdit(incident, told)
      },
    })
    const told: Told = { topic, conversation, isEditWaiting: false }
    this.#told.set(incident, told)
    return told
  }

  #awaitEdit(incident: Incident, told: Told): void {
    if (!incident.route.policy.keepsLiveRoot || told.conversation.unshown === 0) return
    told.isEditWaiting = true
    this.#parts.edits.add(told.conversation)
    this.#parts.onEditWaiting()
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

import type { Teller } from '../incident/incident-desk.ts'
import type { Alert, Incident } from '../incident/incident.ts'
import type { SavedRoot } from '../incident/saved-incident.ts'
import type { Note } from '../incident/repeat-policy.ts'
import type { StateChange } from '../message/timeline.ts'
import { Conversation, type ConversationParts } from './conversation.ts'
import type { Priority } from './delivery.ts'
import { IncidentTopic, type IncidentTopicParts } from './incident-topic.ts'

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

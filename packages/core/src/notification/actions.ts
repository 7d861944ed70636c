import type { ActionKind, ActionTarget } from '../incident/actions/action.ts'
import type { IncidentView } from '../incident/incident.ts'
import type { Words } from './locale/locale.ts'
import type { ActionRow, MuteChoice, OfferedAction } from './notification.ts'

/** What decides which actions an incident offers, beside its state. */
export interface ActionsContext {
  readonly target: ActionTarget
  /** Whether somebody has taken the incident. */
  readonly isTaken: boolean
}

const muteChoices: readonly MuteChoice[] = ['hour', 'morning', 'release', 'count']

/** The actions that an incident offers in its state: what was done can be undone by everybody who may act. */
export function actionsOf(
  { state }: Pick<IncidentView, 'state'>,
  { target, isTaken }: ActionsContext,
  words: Words,
): ActionRow {
  const kinds: readonly ActionKind[] = [
    state === 'resolved' ? 'reopen' : 'resolve',
    ...(state === 'resolved' ? [] : ([state === 'muted' ? 'unmute' : 'mute'] as const)),
    isTaken ? 'release' : 'take',
  ]
  const offered = kinds.map((kind) => offer(kind, words))
  return { target, offered: offered.filter(isShown) }
}

/** A locale leaves a button or a choice out with an empty text. */
function isShown({ label, choices }: OfferedAction): boolean {
  return label !== '' && choices?.length !== 0
}

function offer(kind: ActionKind, { actions, muteUntil }: Words): OfferedAction {
  const label = actions[kind]
  if (kind !== 'mute') return { kind, label }
  const choices = muteChoices.map((choice) => ({ choice, label: muteUntil[choice] }))
  return { kind, label, choices: choices.filter((each) => each.label !== '') }
}

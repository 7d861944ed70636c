import type { ActionKind, ActionTarget } from '../../incident/actions/action.ts'
import type { MuteChoice } from '../../notification/notification.ts'

const prefix = 'slack-logger:'
const kinds: readonly ActionKind[] = ['resolve', 'reopen', 'mute', 'unmute', 'take', 'release']
const choices: readonly MuteChoice[] = ['hour', 'morning', 'release', 'count']

export function actionId(kind: ActionKind): string {
  return prefix + kind
}

export function kindOfAction(id: string): ActionKind | undefined {
  return kinds.find((kind) => id === actionId(kind))
}

/** `owner|key`, and for the menu the choice. */
export function encodeValue({ owner, key }: ActionTarget, choice?: MuteChoice): string {
  return [owner, key, ...(choice === undefined ? [] : [choice])].join('|')
}

/** The target and the choice in a value; undefined if it is not one of ours. */
export function decodeValue(
  value: string,
): { readonly target: ActionTarget; readonly choice: MuteChoice | undefined } | undefined {
  const match = /^([^|]{1,32})\|([^|]{1,64})(?:\|(\w+))?$/.exec(value)
  if (match === null) return undefined
  const [, owner = '', key = '', given] = match
  const choice = choices.find((each) => each === given)
  if (given !== undefined && choice === undefined) return undefined
  return { target: { owner, key }, choice }
}

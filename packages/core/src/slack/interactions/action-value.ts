import type { IncidentAction } from './incident-action.ts'

/** What a button or an option of the menu stands for. */
export type ButtonKind = Exclude<IncidentAction['kind'], 'note'>

/** How long the menu offers to mute. */
export type MuteChoice = 'hour' | 'morning' | 'release' | 'count'

/** Which incident a button belongs to: nothing that was logged is in it. */
export interface ActionTarget {
  readonly owner: string
  readonly key: string
  readonly epoch: number
}

const prefix = 'slack-logger:'
const kinds: readonly ButtonKind[] = ['resolve', 'reopen', 'mute', 'unmute', 'take', 'release']
const choices: readonly MuteChoice[] = ['hour', 'morning', 'release', 'count']

export function actionId(kind: ButtonKind): string {
  return prefix + kind
}

export function kindOfAction(id: string): ButtonKind | undefined {
  return kinds.find((kind) => id === actionId(kind))
}

/** `owner|key|epoch`, and for the menu the choice. */
export function encodeValue({ owner, key, epoch }: ActionTarget, choice?: MuteChoice): string {
  return [owner, key, epoch, ...(choice === undefined ? [] : [choice])].join('|')
}

/** The target and the choice in a value; undefined if it is not one of ours. */
export function decodeValue(
  value: string,
): (ActionTarget & { readonly choice: MuteChoice | undefined }) | undefined {
  const match = /^([^|]{1,64})\|([^|]{1,64})\|(\d{1,15})(?:\|(\w+))?$/.exec(value)
  if (match === null) return undefined
  const [, owner = '', key = '', epoch = '', given] = match
  const choice = choices.find((each) => each === given)
  if (given !== undefined && choice === undefined) return undefined
  return { owner, key, epoch: Number(epoch), choice }
}

import type {
  ActionKind,
  ActionTarget,
  IncidentAction,
  MuteEnd,
} from '../../incident/actions/action.ts'
import { isObject } from '../../redaction/safe-read.ts'
import type { MuteChoice } from '../../notification/notification.ts'
import { refOf } from '../calls.ts'

const hourMs = 60 * 60 * 1000
const muteCount = 10
const morningHour = 9

/**
 * The action in a payload of Slack, over HTTP or Socket Mode; undefined for anything but a use of this product's own buttons
 * and menus. Trusts the payload: over HTTP, verify its signature first.
 */
export function parseInteraction(payload: unknown): IncidentAction | undefined {
  const { type, user, team, container, actions, ...rest } = objectOf(payload)
  if (type !== 'block_actions' || !Array.isArray(actions)) return undefined
  const used = actions.map(objectOf).find((each) => kindOfAction(textOf(each['action_id'])))
  if (used === undefined) return undefined
  const kind = kindOfAction(textOf(used['action_id']))
  const option = objectOf(used['selected_option'])
  const value = decodeValue(textOf(option['value']) || textOf(used['value']))
  const person = textOf(objectOf(user)['id'])
  const actionTs = textOf(used['action_ts'])
  const at = Math.floor(Number(actionTs) * 1000)
  if (kind === undefined || value === undefined || person === '' || !(at > 0)) return undefined
  const { choice, target } = value
  // Only the menu mutes, and it does nothing else.
  if ((kind === 'mute') !== (choice !== undefined)) return undefined
  return {
    // A payload that Slack sends again has the same trigger.
    id: textOf(rest['trigger_id']) || `${actionTs} ${person} ${kind} ${target.key}`,
    kind,
    target,
    by: {
      user: person,
      ...nameOf(objectOf(user)),
      ...foreignTeam(objectOf(user), objectOf(team)),
      via: 'button',
    },
    at,
    ...(choice === undefined ? {} : { until: untilOf(choice, at) }),
    ...messageOf(objectOf(container)),
    ...responseUrlOf(textOf(rest['response_url'])),
  }
}

function untilOf(choice: MuteChoice, at: number): MuteEnd {
  switch (choice) {
    case 'hour':
      return { time: at + hourMs }
    case 'morning':
      return { time: nextMorning(at) }
    case 'release':
      return { nextRelease: true }
    case 'count':
      return { count: muteCount }
  }
}

/** Tomorrow at 9:00 in the time zone of the process: a payload does not have the person's. */
function nextMorning(at: number): number {
  const date = new Date(at)
  date.setDate(date.getDate() + 1)
  return date.setHours(morningHour, 0, 0, 0)
}

function foreignTeam(user: Fields, team: Fields): { readonly foreignTeam?: string } {
  const own = textOf(user['team_id'])
  return own === '' || own === textOf(team['id']) ? {} : { foreignTeam: own }
}

function nameOf(user: Fields): { readonly name?: string } {
  const name = textOf(user['name']) || textOf(user['username'])
  return name === '' ? {} : { name }
}

function messageOf(container: Fields): Pick<IncidentAction, 'ref'> {
  const channel = textOf(container['channel_id'])
  const ts = textOf(container['message_ts'])
  return channel === '' || ts === '' ? {} : { ref: refOf(channel, ts) }
}

function responseUrlOf(responseUrl: string): Pick<IncidentAction, 'responseUrl'> {
  return responseUrl === '' ? {} : { responseUrl }
}

type Fields = Readonly<Record<string, unknown>>

function objectOf(value: unknown): Fields {
  return isObject(value) ? (value as Fields) : {}
}

function textOf(value: unknown): string {
  return typeof value === 'string' ? value : ''
}

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

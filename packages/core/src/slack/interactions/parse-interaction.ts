import type { IncidentAction, MuteEnd } from '../../incident/actions/action.ts'
import { isObject } from '../../redaction/safe-read.ts'
import type { MuteChoice } from '../../notification/notification.ts'
import { refOf } from '../calls.ts'
import { decodeValue, kindOfAction } from './action-value.ts'

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

import { expect, test } from 'vitest'
import {
  actionId,
  decodeValue,
  encodeValue,
  parseInteraction,
} from '../../../src/slack/interactions/parse-interaction.ts'

const target = { owner: '0123456789abcdef', key: 'a1b2c3d4e5f60718' }
const at = Date.UTC(2026, 10, 29, 17, 0)

/** A payload as Slack sends it, with one action. */
function payload(action: object, more: object = {}): object {
  return {
    type: 'block_actions',
    user: { id: 'U0ADA00001', username: 'ada', team_id: 'T1' },
    team: { id: 'T1', domain: 'acme' },
    container: { type: 'message', message_ts: '1764435600.000100', channel_id: 'C1' },
    trigger_id: '12.34.abc',
    response_url: 'https://hooks.slack.com/actions/T1/2/x',
    actions: [{ type: 'button', block_id: 'b', action_ts: `${at / 1000}.000000`, ...action }],
    ...more,
  }
}

function mute(choice: 'hour' | 'morning' | 'release' | 'count'): object {
  return payload({
    type: 'static_select',
    action_id: actionId('mute'),
    selected_option: { value: encodeValue(target, choice) },
  })
}

test.each(['resolve', 'reopen', 'unmute', 'take', 'release'] as const)(
  'a press of %s is an action',
  (kind) => {
    const pressed = payload({ action_id: actionId(kind), value: encodeValue(target) })

    expect(parseInteraction(pressed)).toEqual({
      id: '12.34.abc',
      kind,
      target,
      by: { user: 'U0ADA00001', name: 'ada', via: 'button' },
      at,
      ref: 'C1/1764435600.000100',
      responseUrl: 'https://hooks.slack.com/actions/T1/2/x',
    })
  },
)

test.each([
  ['hour', { time: at + 3_600_000 }],
  ['release', { nextRelease: true }],
  ['count', { count: 10 }],
] as const)('the menu mutes until %s', (choice, until) => {
  expect(parseInteraction(mute(choice))).toMatchObject({ kind: 'mute', target, until })
})

test('the menu mutes until tomorrow at nine, in the time zone of the process', () => {
  const { until } = parseInteraction(mute('morning')) ?? {}

  const end = new Date(until !== undefined && 'time' in until ? until.time : Number.NaN)
  const tomorrow = new Date(at)
  tomorrow.setDate(tomorrow.getDate() + 1)
  expect([end.getDate(), end.getHours(), end.getMinutes(), end.getSeconds()]).toEqual([
    tomorrow.getDate(),
    9,
    0,
    0,
  ])
})

test('a person of another workspace is marked with it', () => {
  const action = { action_id: actionId('take'), value: encodeValue(target) }
  const foreign = payload(action, { user: { id: 'U9', team_id: 'T9' } })

  expect(parseInteraction(foreign)?.by).toEqual({ user: 'U9', foreignTeam: 'T9', via: 'button' })
})

test('without a trigger, the same click still has the same id', () => {
  const action = { action_id: actionId('take'), value: encodeValue(target) }
  const once = parseInteraction(payload(action, { trigger_id: undefined }))
  const again = parseInteraction(payload(action, { trigger_id: undefined }))

  expect(once?.id).toBe(again?.id)
  expect(once?.id).not.toBe('')
})

test.each<readonly [string, unknown]>([
  ['nothing', undefined],
  ['a text', 'block_actions'],
  ['another type', payload({}, { type: 'view_submission' })],
  ['no actions', payload({}, { actions: undefined })],
  ['a button of the app itself', payload({ action_id: 'approve', value: encodeValue(target) })],
  ['a button without a value', payload({ action_id: actionId('resolve') })],
  ['another value', payload({ action_id: actionId('resolve'), value: 'a' })],
  ['an unknown choice', payload({ action_id: actionId('mute'), value: 'o|k|year' })],
  ['mute without a choice', payload({ action_id: actionId('mute'), value: 'o|k' })],
  ['a choice without mute', payload({ action_id: actionId('resolve'), value: 'o|k|hour' })],
  ['no user', payload({ action_id: actionId('take'), value: 'o|k' }, { user: null })],
  [
    'no time',
    payload({ action_id: actionId('take'), value: encodeValue(target), action_ts: 'now' }),
  ],
  [
    'a kind with the name of a property',
    payload({ action_id: 'slack-logger:constructor', value: encodeValue(target) }),
  ],
])('%s is no action', (_, given) => {
  expect(parseInteraction(given)).toBeUndefined()
})

test('a value survives encoding and decoding, and fits into an option', () => {
  const long = { owner: 'f'.repeat(32), key: 'k'.repeat(64) }

  expect(decodeValue(encodeValue(target))).toEqual({ target, choice: undefined })
  expect(decodeValue(encodeValue(target, 'hour'))).toEqual({ target, choice: 'hour' })
  expect(encodeValue(long, 'release').length).toBeLessThanOrEqual(150)
})

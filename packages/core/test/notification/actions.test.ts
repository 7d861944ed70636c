import { expect, test } from 'vitest'
import { actionsOf } from '../../src/notification/actions.ts'
import { resolveLocale, wordsFor } from '../../src/notification/locale/locale.ts'
import { buildRoot } from '../../src/notification/root.ts'
import { orderEvent, settings, viewOf } from './samples.ts'

const target = { owner: 'o', key: 'k' }

test.each([
  ['active', false, ['resolve', 'mute', 'take']],
  ['quiet', false, ['resolve', 'mute', 'take']],
  ['active', true, ['resolve', 'mute', 'release']],
  ['resolved', false, ['reopen', 'take']],
  ['resolved', true, ['reopen', 'release']],
  ['muted', false, ['resolve', 'unmute', 'take']],
] as const)('an incident that is %s, taken: %s, offers %j', (state, isTaken, kinds) => {
  const { offered } = actionsOf({ state }, { target, isTaken }, wordsFor('en'))

  expect(offered.map(({ kind }) => kind)).toEqual(kinds)
})

test('only muting has choices', () => {
  const { offered } = actionsOf({ state: 'active' }, { target, isTaken: false }, wordsFor('en'))

  expect(offered).toEqual([
    { kind: 'resolve', label: 'Resolve' },
    {
      kind: 'mute',
      label: 'Mute…',
      choices: [
        { choice: 'hour', label: 'For 1 hour' },
        { choice: 'morning', label: 'Until tomorrow 9:00' },
        { choice: 'release', label: 'Until the next release' },
        { choice: 'count', label: 'Until 10 more occurrences' },
      ],
    },
    { kind: 'take', label: 'Take' },
  ])
})

test('a locale leaves out what it has no text for', () => {
  const locale = resolveLocale(
    { actions: { take: '' }, muteUntil: { hour: '', morning: '', count: '' } },
    () => {},
  )

  const { offered } = actionsOf({ state: 'active' }, { target, isTaken: false }, wordsFor(locale))

  expect(offered.map(({ kind }) => kind)).toEqual(['resolve', 'mute'])
  expect(offered[1]?.choices).toEqual([{ choice: 'release', label: 'Until the next release' }])
})

test('a root offers nothing unless it is asked to', () => {
  expect(buildRoot(viewOf(orderEvent), settings).actions).toBeUndefined()
})

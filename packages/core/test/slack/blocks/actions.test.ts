import { expect, test } from 'vitest'
import { actionsBlock } from '../../../src/slack/blocks/actions.ts'
import { buildRoot } from '../../../src/notification/root.ts'
import { parseInteraction } from '../../../src/slack/interactions/parse-interaction.ts'
import { orderEvent, settings, viewOf } from '../../notification/samples.ts'
import { render } from './render.ts'

const target = { owner: 'o', key: 'k' }

test('a label is within the limit of a button', () => {
  const block = actionsBlock({ target, offered: [{ kind: 'take', label: 'x'.repeat(200) }] })

  expect(block).toMatchObject({ elements: [{ text: { text: `${'x'.repeat(72)}...` } }] })
})

test('every button and option comes back as the action that it offers', () => {
  const actions = { target, isTaken: false }
  const { blocks = [] } = render(buildRoot(viewOf(orderEvent), settings, { actions }))
  const row = blocks.find(({ type }) => type === 'actions') as unknown as {
    elements: readonly { action_id: string; value?: string; options?: readonly object[] }[]
  }

  const uses = row.elements.flatMap(({ action_id, value, options }) =>
    (options ?? [undefined]).map((selected_option) => ({ action_id, value, selected_option })),
  )
  const kinds = uses.map((use) =>
    parseInteraction({
      type: 'block_actions',
      user: { id: 'U1' },
      trigger_id: 't',
      actions: [{ ...use, action_ts: '1764435600.000100' }],
    }),
  )

  expect(kinds).toMatchObject([
    { kind: 'resolve', target },
    { kind: 'mute', until: { time: 1_764_435_600_000 + 3_600_000 } },
    { kind: 'mute', until: { time: expect.any(Number) as number } },
    { kind: 'mute', until: { nextRelease: true } },
    { kind: 'mute', until: { count: 10 } },
    { kind: 'take', target },
  ])
})

test.each(['minimal', 'text'] as const)('a simpler message (%s) has no buttons', (detail) => {
  const actions = { target, isTaken: false }

  const message = render(buildRoot(viewOf(orderEvent), settings, { actions }), { detail })

  expect(JSON.stringify(message)).not.toContain('slack-logger:')
})

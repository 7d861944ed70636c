import type { Button, PlainTextElement, StaticSelect } from '@slack/types'
import type { ActionRow, OfferedAction } from '../../notification/notification.ts'
import { ellipsize } from '../../notification/text.ts'
import { actionId, encodeValue } from '../interactions/parse-interaction.ts'
import { maxButtonText } from '../limits.ts'
import type { SlackBlock } from '../message.ts'

/** The row of buttons and menus below an incident. */
export function actionsBlock({ target, offered }: ActionRow): SlackBlock {
  return { type: 'actions', elements: offered.map((action) => elementOf(action, target)) }
}

function elementOf(
  { kind, label, choices }: OfferedAction,
  target: ActionRow['target'],
): Button | StaticSelect {
  const text = labelText(label)
  const action_id = actionId(kind)
  if (choices === undefined) return { type: 'button', action_id, text, value: encodeValue(target) }
  const options = choices.map(({ choice, label: optionLabel }) => ({
    text: labelText(optionLabel),
    value: encodeValue(target, choice),
  }))
  return { type: 'static_select', action_id, placeholder: text, options }
}

function labelText(label: string): PlainTextElement {
  return { type: 'plain_text', text: ellipsize(label, maxButtonText) }
}

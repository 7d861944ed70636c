import {
  maxAltText,
  maxButtonText,
  maxButtonValue,
  maxOverflowOptions,
  maxPlaceholder,
  maxUrl,
} from './block-limits.ts'
import { isObject } from '../json.ts'
import type { Check } from './issue.ts'
import { richTextBlock } from './rich-text.ts'
import {
  actionable,
  choices,
  confirmable,
  multiSelects,
  plainOption,
  singleSelects,
} from './selects.ts'
import { anything, boolean, list, number, object, oneOf, string, wrong } from './shape.ts'
import type { Properties } from './shape.ts'
import { plainText } from './text-objects.ts'

const accessibilityLabel = string({ max: maxButtonText })
const style = oneOf('primary', 'danger')

/** A button. */
export const button: Check = object(
  { type: anything, text: plainText(maxButtonText) },
  {
    ...confirmable,
    value: string({ max: maxButtonValue }),
    url: string({ min: 1, max: maxUrl }),
    style,
    accessibility_label: accessibilityLabel,
  },
)

const overflow = object(
  { type: anything, options: list(plainOption, { min: 1, max: maxOverflowOptions }) },
  confirmable,
)

const workflowButton = object(
  {
    type: anything,
    text: plainText(maxButtonText),
    workflow: object({
      trigger: object(
        { url: string({ min: 1, max: maxUrl }) },
        { customizable_input_parameters: list(object({ name: string(), value: string() })) },
      ),
    }),
  },
  { ...actionable, style, accessibility_label: accessibilityLabel },
)

const slackFile = object({}, { id: string(), url: string({ min: 1, max: maxUrl }) })

/** Properties of an image, as block and as element. */
export const imageSource: Properties = {
  image_url: string({ min: 1, max: maxUrl }),
  slack_file: slackFile,
}

/** An image comes from an address or from a file in Slack, not from both. */
export const oneImageSource: Check = (value, pointer, issues) => {
  if (
    !isObject(value) ||
    (value['image_url'] === undefined) !== (value['slack_file'] === undefined)
  )
    return
  issues.push(
    value['image_url'] === undefined
      ? wrong('missing required field: image_url', pointer, {
          type: 'required',
          expected: 'image_url',
        })
      : wrong('must define either `image_url` or `slack_file`', pointer, {
          type: 'required',
          expected: ['image_url', 'slack_file'],
        }),
  )
}

/** A small picture beside text. */
export const image: Check = object(
  { type: anything, alt_text: string({ min: 1, max: maxAltText }) },
  imageSource,
  oneImageSource,
)

/** What stands beside the text of a section. */
export const accessories: Properties = {
  button,
  overflow,
  image,
  workflow_button: workflowButton,
  ...choices,
  ...singleSelects,
  ...multiSelects,
}

const placeholder = plainText(maxPlaceholder)
const typable: Properties = {
  ...actionable,
  placeholder,
  focus_on_load: boolean,
  initial_value: string(),
  dispatch_action_config: object(
    {},
    { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1 }) },
  ),
}

const richTextInput = object(
  { type: anything },
  {
    ...typable,
    initial_value: richTextBlock,
    min_lines: number({ min: 1 }),
    max_lines: number({ min: 1 }),
  },
)

/** What an actions block holds in a message; multi-selects are refused there. */
export const actions: Properties = {
  button,
  overflow,
  workflow_button: workflowButton,
  rich_text_input: richTextInput,
  ...choices,
  ...singleSelects,
}

/** What an input block holds. */
export const inputs: Properties = {
  plain_text_input: object(
    { type: anything },
    {
      ...typable,
      multiline: boolean,
      min_length: number({ min: 0, max: 3000 }),
      max_length: number({ min: 1, max: 3000 }),
    },
  ),
  email_text_input: object({ type: anything }, typable),
  url_text_input: object({ type: anything }, typable),
  number_input: object(
    { type: anything, is_decimal_allowed: boolean },
    { ...typable, min_value: string(), max_value: string() },
  ),
  file_input: object(
    { type: anything },
    { ...actionable, filetypes: list(string()), max_files: number({ min: 1, max: 10 }) },
  ),
  rich_text_input: richTextInput,
  ...choices,
  ...singleSelects,
  ...multiSelects,
}

const feedbackButton = object(
  { text: plainText(maxButtonText), value: string({ max: maxButtonValue }) },
  { accessibility_label: accessibilityLabel },
)

/** What a context_actions block holds. */
export const contextActions: Properties = {
  feedback_buttons: object(
    { type: anything, positive_button: feedbackButton, negative_button: feedbackButton },
    actionable,
  ),
  icon_button: object(
    { type: anything, icon: string({ min: 1 }), text: plainText(maxButtonText) },
    {
      ...confirmable,
      accessibility_label: accessibilityLabel,
      value: string({ max: maxButtonValue }),
      visible_to_user_ids: list(string()),
    },
  ),
}

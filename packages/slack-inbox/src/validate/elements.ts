import { isObject } from '../json.ts'
import * as limits from './limits.ts'
import {
  actionable,
  choices,
  confirmable,
  multiSelects,
  plainOption,
  singleSelects,
} from './selects.ts'
import {
  boolean,
  type Check,
  type Checks,
  eitherOf,
  list,
  number,
  object,
  oneOf,
  string,
  typed,
} from './shape.ts'
import { plainText, richTextBlock } from './text.ts'

const accessibilityLabel = string({ max: limits.maxButtonText })
const style = oneOf('primary', 'danger')

export const button: Check = typed(
  { text: plainText(limits.maxButtonText) },
  {
    ...confirmable,
    value: string({ max: limits.maxButtonValue }),
    url: string({ min: 1, max: limits.maxUrl }),
    style,
    accessibility_label: accessibilityLabel,
  },
)

const overflow = typed(
  { options: list(plainOption, { min: 1, max: limits.maxOverflowOptions }) },
  confirmable,
)

const workflowButton = typed(
  {
    text: plainText(limits.maxButtonText),
    workflow: object({
      trigger: object(
        { url: string({ min: 1, max: limits.maxUrl }) },
        { customizable_input_parameters: list(object({ name: string(), value: string() })) },
      ),
    }),
  },
  { ...actionable, style, accessibility_label: accessibilityLabel },
)

/** The source of an image, as block and as element. */
export const imageSource: Checks = {
  image_url: string({ min: 1, max: limits.maxUrl }),
  slack_file: object({}, { id: string(), url: string({ min: 1, max: limits.maxUrl }) }),
}

/** An image has one source: an address, or a file in Slack. */
export const oneImageSource: Check = (value, context) => {
  if (!isObject(value)) return
  if (value['image_url'] === undefined && value['slack_file'] === undefined)
    context.report('missing required field: image_url', 'required', 'image_url')
  else eitherOf('image_url', 'slack_file')(value, context)
}

export const image: Check = typed(
  { alt_text: string({ min: 1, max: limits.maxAltText }) },
  imageSource,
  oneImageSource,
)

/** The elements beside the text of a section. */
export const accessories: Checks = {
  button,
  overflow,
  image,
  workflow_button: workflowButton,
  ...choices,
  ...singleSelects,
  ...multiSelects,
}

const placeholder = plainText(limits.maxPlaceholder)
const typable: Checks = {
  ...actionable,
  placeholder,
  focus_on_load: boolean,
  initial_value: string(),
  dispatch_action_config: object(
    {},
    { trigger_actions_on: list(oneOf('on_enter_pressed', 'on_character_entered'), { min: 1 }) },
  ),
}

const richTextInput = typed(
  {},
  {
    ...typable,
    initial_value: richTextBlock,
    min_lines: number({ min: 1 }),
    max_lines: number({ min: 1 }),
  },
)

/** The elements of an actions block. Slack allows no multi-selects there. */
export const actions: Checks = {
  button,
  overflow,
  workflow_button: workflowButton,
  rich_text_input: richTextInput,
  ...choices,
  ...singleSelects,
}

/** The elements of an input block. */
export const inputs: Checks = {
  plain_text_input: typed(
    {},
    {
      ...typable,
      multiline: boolean,
      min_length: number({ min: 0, max: 3000 }),
      max_length: number({ min: 1, max: 3000 }),
    },
  ),
  email_text_input: typed({}, typable),
  url_text_input: typed({}, typable),
  number_input: typed(
    { is_decimal_allowed: boolean },
    { ...typable, min_value: string(), max_value: string() },
  ),
  file_input: typed(
    {},
    { ...actionable, filetypes: list(string()), max_files: number({ min: 1, max: 10 }) },
  ),
  rich_text_input: richTextInput,
  ...choices,
  ...singleSelects,
  ...multiSelects,
}

const feedbackButton = object(
  { text: plainText(limits.maxButtonText), value: string({ max: limits.maxButtonValue }) },
  { accessibility_label: accessibilityLabel },
)

/** The elements of a context_actions block. */
export const contextActions: Checks = {
  feedback_buttons: typed(
    { positive_button: feedbackButton, negative_button: feedbackButton },
    actionable,
  ),
  icon_button: typed(
    { icon: string({ min: 1 }), text: plainText(limits.maxButtonText) },
    {
      ...confirmable,
      accessibility_label: accessibilityLabel,
      value: string({ max: limits.maxButtonValue }),
      visible_to_user_ids: list(string()),
    },
  ),
}

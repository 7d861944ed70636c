import * as limits from './limits.ts'
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
import { plainText, textObject } from './text.ts'

/** A confirmation dialog. */
const confirm: Check = object(
  { text: textObject(limits.maxConfirmText) },
  {
    title: plainText(limits.maxConfirmTitle),
    confirm: plainText(limits.maxConfirmButton),
    deny: plainText(limits.maxConfirmButton),
    style: oneOf('primary', 'danger'),
  },
)

/** The properties of every interactive element. */
export const actionable: Checks = { action_id: string({ min: 1, max: limits.maxActionId }) }
/** The properties of elements that may ask for confirmation. */
export const confirmable: Checks = { ...actionable, confirm }
const focusable: Checks = { ...confirmable, focus_on_load: boolean }
const selectable: Checks = { ...focusable, placeholder: plainText(limits.maxPlaceholder) }
const multiSelectable: Checks = { ...selectable, max_selected_items: number({ min: 1 }) }

function option(text: Check): Check {
  return object(
    { text },
    {
      value: string({ max: limits.maxOptionValue }),
      description: textObject(limits.maxOptionText),
      url: string({ min: 1, max: limits.maxUrl }),
    },
  )
}

/** An option of a select or an overflow menu. */
export const plainOption: Check = option(plainText(limits.maxOptionText))
const anyOption: Check = option(textObject(limits.maxOptionText))
const options: Check = list(plainOption, { min: 1, max: limits.maxSelectOptions })
const optionGroups: Check = list(object({ label: plainText(limits.maxOptionText), options }), {
  min: 1,
  max: limits.maxSelectOptions,
})

const optionsOrGroups = eitherOf('options', 'option_groups')

const filter: Check = object(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), { min: 1 }),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
)

const strings: Check = list(string())

/** Menus for one choice. */
export const singleSelects: Checks = {
  static_select: typed(
    {},
    { ...selectable, options, option_groups: optionGroups, initial_option: plainOption },
    optionsOrGroups,
  ),
  external_select: typed(
    {},
    {
      ...selectable,
      initial_option: plainOption,
      min_query_length: number({ min: 0 }),
    },
  ),
  users_select: typed({}, { ...selectable, initial_user: string() }),
  conversations_select: typed(
    {},
    {
      ...selectable,
      initial_conversation: string(),
      default_to_current_conversation: boolean,
      response_url_enabled: boolean,
      filter,
    },
  ),
  channels_select: typed(
    {},
    {
      ...selectable,
      initial_channel: string(),
      response_url_enabled: boolean,
    },
  ),
}

/** Menus for several choices. */
export const multiSelects: Checks = {
  multi_static_select: typed(
    {},
    {
      ...multiSelectable,
      options,
      option_groups: optionGroups,
      initial_options: list(plainOption, { min: 1 }),
    },
    optionsOrGroups,
  ),
  multi_external_select: typed(
    {},
    {
      ...multiSelectable,
      initial_options: list(plainOption, { min: 1 }),
      min_query_length: number({ min: 0 }),
    },
  ),
  multi_users_select: typed({}, { ...multiSelectable, initial_users: strings }),
  multi_conversations_select: typed(
    {},
    {
      ...multiSelectable,
      initial_conversations: strings,
      default_to_current_conversation: boolean,
      filter,
    },
  ),
  multi_channels_select: typed({}, { ...multiSelectable, initial_channels: strings }),
}

/** Checkboxes, radio buttons, and date and time pickers. */
export const choices: Checks = {
  checkboxes: typed(
    { options: list(anyOption, { min: 1, max: limits.maxCheckboxes }) },
    { ...focusable, initial_options: list(anyOption, { min: 1, max: limits.maxCheckboxes }) },
  ),
  radio_buttons: typed(
    { options: list(anyOption, { min: 1, max: limits.maxCheckboxes }) },
    { ...focusable, initial_option: anyOption },
  ),
  datepicker: typed({}, { ...selectable, initial_date: string() }),
  timepicker: typed({}, { ...selectable, initial_time: string(), timezone: string() }),
  datetimepicker: typed({}, { ...focusable, initial_date_time: number() }),
}

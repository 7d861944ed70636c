import {
  maxActionId,
  maxCheckboxes,
  maxConfirmButton,
  maxConfirmText,
  maxConfirmTitle,
  maxOptionText,
  maxOptionValue,
  maxPlaceholder,
  maxSelectOptions,
  maxUrl,
} from './block-limits.ts'
import { isObject } from '../json.ts'
import type { Check } from './issue.ts'
import { boolean, list, number, object, oneOf, string, wrong } from './shape.ts'
import type { Properties } from './shape.ts'
import { plainText, textObject } from './text-objects.ts'

/** A dialog that asks "sure?". */
const confirm: Check = object(
  { text: textObject(maxConfirmText) },
  {
    title: plainText(maxConfirmTitle),
    confirm: plainText(maxConfirmButton),
    deny: plainText(maxConfirmButton),
    style: oneOf('primary', 'danger'),
  },
)

/** Properties of every element that somebody can use. */
export const actionable: Properties = { action_id: string({ min: 1, max: maxActionId }) }
/** And of those that may ask "sure?". */
export const confirmable: Properties = { ...actionable, confirm }
const focusable: Properties = { ...confirmable, focus_on_load: boolean }
const selectable: Properties = { ...focusable, placeholder: plainText(maxPlaceholder) }
const multiSelectable: Properties = { ...selectable, max_selected_items: number({ min: 1 }) }

function option(text: Check): Check {
  return object(
    { text },
    {
      value: string({ max: maxOptionValue }),
      description: textObject(maxOptionText),
      url: string({ min: 1, max: maxUrl }),
    },
  )
}

/** An option of a select or an overflow menu. */
export const plainOption: Check = option(plainText(maxOptionText))
const anyOption: Check = option(textObject(maxOptionText))
const options: Check = list(plainOption, { min: 1, max: maxSelectOptions })
const optionGroups: Check = list(object({ label: plainText(maxOptionText), options }), {
  min: 1,
  max: maxSelectOptions,
})

const optionsOrGroups: Check = (value, pointer, issues) => {
  if (!isObject(value)) return
  if ((value['options'] === undefined) === (value['option_groups'] === undefined))
    issues.push(
      wrong('must define either `options` or `option_groups`', pointer, {
        type: 'required',
        expected: ['options', 'option_groups'],
      }),
    )
}

const filter: Check = object(
  {},
  {
    include: list(oneOf('im', 'mpim', 'private', 'public'), { min: 1 }),
    exclude_external_shared_channels: boolean,
    exclude_bot_users: boolean,
  },
)

const strings: Check = list(string())

/** Menus from which one thing is chosen. */
export const singleSelects: Properties = {
  static_select: element(
    { ...selectable, options, option_groups: optionGroups, initial_option: plainOption },
    optionsOrGroups,
  ),
  external_select: element({
    ...selectable,
    initial_option: plainOption,
    min_query_length: number({ min: 0 }),
  }),
  users_select: element({ ...selectable, initial_user: string() }),
  conversations_select: element({
    ...selectable,
    initial_conversation: string(),
    default_to_current_conversation: boolean,
    response_url_enabled: boolean,
    filter,
  }),
  channels_select: element({
    ...selectable,
    initial_channel: string(),
    response_url_enabled: boolean,
  }),
}

/** Menus from which several things are chosen. */
export const multiSelects: Properties = {
  multi_static_select: element(
    {
      ...multiSelectable,
      options,
      option_groups: optionGroups,
      initial_options: list(plainOption, { min: 1 }),
    },
    optionsOrGroups,
  ),
  multi_external_select: element({
    ...multiSelectable,
    initial_options: list(plainOption, { min: 1 }),
    min_query_length: number({ min: 0 }),
  }),
  multi_users_select: element({ ...multiSelectable, initial_users: strings }),
  multi_conversations_select: element({
    ...multiSelectable,
    initial_conversations: strings,
    default_to_current_conversation: boolean,
    filter,
  }),
  multi_channels_select: element({ ...multiSelectable, initial_channels: strings }),
}

/** Things to tick, and to pick from a calendar or a clock. */
export const choices: Properties = {
  checkboxes: object(
    { type: anyType, options: list(anyOption, { min: 1, max: maxCheckboxes }) },
    { ...focusable, initial_options: list(anyOption, { min: 1, max: maxCheckboxes }) },
  ),
  radio_buttons: object(
    { type: anyType, options: list(anyOption, { min: 1, max: maxCheckboxes }) },
    { ...focusable, initial_option: anyOption },
  ),
  datepicker: element({ ...selectable, initial_date: string() }),
  timepicker: element({ ...selectable, initial_time: string(), timezone: string() }),
  datetimepicker: element({ ...focusable, initial_date_time: number() }),
}

/** An element without required properties: `type` has been looked at already. */
function element(optional: Properties, ...more: Check[]): Check {
  return object({ type: anyType }, optional, ...more)
}

function anyType(): void {}

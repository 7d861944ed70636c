import { isObject, type Json, type JsonObject } from '../json.ts'
import * as limits from './limits.ts'
import { blockIssues } from './message-blocks.ts'
import {
  anything,
  boolean,
  type Check,
  type Checks,
  type Issue,
  issuesOf,
  list,
  maxIssues,
  object,
  oneOf,
  string,
} from './shape.ts'

const text = string()

const action: Check = object(
  { type: oneOf('button', 'select'), text },
  {
    id: anything,
    confirm: anything,
    data_source: anything,
    min_query_length: anything,
    name: anything,
    options: anything,
    option_groups: anything,
    selected_options: anything,
    style: anything,
    value: anything,
    url: anything,
  },
)

const color: Check = (value, context) => {
  if (
    typeof value !== 'string' ||
    !/^(good|warning|danger|#?[\da-f]{6}|#?[\da-f]{3})$/i.test(value)
  )
    context.report('must be a valid enum value', 'enum', ['good', 'warning', 'danger', '#RRGGBB'])
}

const time: Check = (value, context) => {
  if (typeof value !== 'number') text(value, context)
}

/** The properties that every attachment may have, with blocks or without. */
const common: Checks = { color, fallback: text, id: anything }

const legacyAttachment = object(
  {},
  {
    ...common,
    pretext: text,
    author_id: text,
    author_name: text,
    author_link: text,
    author_icon: text,
    author_subname: text,
    title: text,
    title_link: text,
    text,
    fields: list(object({}, { title: text, value: text, short: boolean })),
    image_url: text,
    thumb_url: text,
    footer: string({ max: limits.maxAttachmentFooter }),
    footer_icon: text,
    ts: time,
    mrkdwn_in: list(oneOf('pretext', 'text', 'fields')),
    callback_id: text,
    attachment_type: text,
    actions: list(action, { max: limits.maxAttachmentActions }),
    app_unfurl_url: text,
    is_app_unfurl: boolean,
    app_id: text,
    bot_id: text,
    preview: anything,
  },
)

const frameProperties = [...Object.keys(common), 'blocks']

/** An attachment with blocks, but not the blocks themselves. */
const frame: Check = (value, context) => {
  const { blocks: _blocks, ...rest } = value as JsonObject
  const isOdd = Object.keys(rest).some((name) => !frameProperties.includes(name))
  if (isOdd) context.report('invalid_keys', 'additionalProperties', frameProperties)
  else object({}, common)(rest, context)
}

/** The issues of a message's attachments. An attachment has either blocks or the legacy fields. */
export function attachmentIssues(attachments: readonly Json[]): readonly Issue[] {
  const issues = attachments.flatMap((attachment, index) => {
    const pointer = `/attachments/${index}`
    const blocks = isObject(attachment) ? attachment['blocks'] : undefined
    return !isObject(attachment) || blocks === undefined
      ? issuesOf(legacyAttachment, attachment, pointer)
      : [...issuesOf(frame, attachment, pointer), ...blockIssues(blocks, `${pointer}/blocks`)]
  })
  return issues.slice(0, maxIssues)
}

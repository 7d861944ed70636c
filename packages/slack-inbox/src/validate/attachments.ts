import { isObject } from '../json.ts'
import type { Json } from '../json.ts'
import * as limits from './block-limits.ts'
import { below } from './issue.ts'
import type { Check, Issue } from './issue.ts'
import { blockIssues } from './message-blocks.ts'
import { anything, boolean, list, object, oneOf, string, wrong } from './shape.ts'

const text = string()

const action: Check = object(
  { type: oneOf('button', 'select'), text: string() },
  Object.fromEntries(
    [
      'id',
      'confirm',
      'data_source',
      'min_query_length',
      'name',
      'options',
      'option_groups',
      'selected_options',
      'style',
      'value',
      'url',
    ].map((name) => [name, anything]),
  ),
)

const color: Check = (value, pointer, issues) => {
  if (typeof value === 'string' && /^(good|warning|danger|#?[\da-f]{6}|#?[\da-f]{3})$/i.test(value))
    return
  issues.push(
    wrong('must be a valid enum value', pointer, {
      type: 'enum',
      expected: ['good', 'warning', 'danger', '#RRGGBB'],
    }),
  )
}

const time: Check = (value, pointer, issues) => {
  if (typeof value !== 'number') string()(value, pointer, issues)
}

/** What every attachment may have, with blocks or without. */
const common = { color, fallback: text, id: anything }

const classic = object(
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

const withBlocks = new Set([...Object.keys(common), 'blocks'])

/** What Slack would refuse about attachments: an attachment has blocks or the old fields, not both. */
export function attachmentIssues(attachments: readonly Json[]): readonly Issue[] {
  const issues: Issue[] = []
  for (const [index, attachment] of attachments.entries()) {
    const pointer = below('/attachments', index)
    const blocks = isObject(attachment) ? attachment['blocks'] : undefined
    if (!isObject(attachment) || blocks === undefined) classic(attachment, pointer, issues)
    else issues.push(...blockAttachmentIssues(attachment, blocks, pointer))
  }
  return issues
}

function* blockAttachmentIssues(
  attachment: { readonly [name: string]: Json | undefined },
  blocks: Json,
  pointer: string,
): Generator<Issue> {
  const { blocks: _blocks, ...rest } = attachment
  const odd = Object.keys(rest).filter((name) => !withBlocks.has(name))
  if (odd.length > 0)
    yield wrong('invalid_keys', pointer, {
      type: 'additionalProperties',
      expected: [...withBlocks],
    })
  const issues: Issue[] = []
  if (odd.length === 0) object({}, common)(rest, pointer, issues)
  yield* issues
  yield* blockIssues(blocks, below(pointer, 'blocks'))
}

import { maxBlockId } from './block-limits.ts'
import type { Check } from './issue.ts'
import { anything, boolean, list, number, object, oneOf, string, tagged } from './shape.ts'
import type { Properties } from './shape.ts'

const style = object(
  {},
  {
    bold: boolean,
    italic: boolean,
    strike: boolean,
    code: boolean,
    underline: boolean,
    highlight: boolean,
    client_highlight: boolean,
    unlink: boolean,
  },
)

function inline(required: Properties, optional: Properties = {}): Check {
  return object({ type: anything, ...required }, { style, ...optional })
}

// Slack allows no empty text elements.
const text = inline({ text: string({ min: 1 }) })
const link = inline({ url: string({ min: 1 }) }, { text: string(), unsafe: boolean })

const inlines: Check = list(
  tagged({
    text,
    link,
    user: inline({ user_id: string({ min: 1 }) }),
    usergroup: inline({ usergroup_id: string({ min: 1 }) }),
    channel: inline({ channel_id: string({ min: 1 }) }),
    broadcast: inline({ range: oneOf('here', 'channel', 'everyone') }),
    emoji: inline(
      { name: string({ min: 1 }) },
      { unicode: string(), url: string(), skin_tone: number({ min: 1, max: 6 }) },
    ),
    date: inline(
      { timestamp: number(), format: string({ min: 1 }) },
      { url: string(), fallback: string() },
    ),
    color: inline({ value: string({ min: 1 }) }),
    team: inline({ team_id: string({ min: 1 }) }),
  }),
)

const border = number({ min: 0, max: 1 })
const section = object({ type: anything, elements: inlines })

const parts: Properties = {
  rich_text_section: section,
  rich_text_list: object(
    {
      type: anything,
      elements: list(tagged({ rich_text_section: section })),
      style: oneOf('bullet', 'ordered'),
    },
    { indent: number({ min: 0 }), offset: number({ min: 0 }), border },
  ),
  rich_text_quote: object({ type: anything, elements: inlines }, { border }),
  rich_text_preformatted: object(
    { type: anything, elements: list(tagged({ text, link })) },
    { border, language: string({ min: 1 }) },
  ),
}

/** A rich_text block, at the top or inside another. */
export const richTextBlock: Check = tagged({
  rich_text: object(
    { type: anything, elements: list(tagged(parts)) },
    { block_id: string({ min: 1, max: maxBlockId }) },
  ),
})

import { maxBlockId, maxText } from './limits.ts'
import {
  boolean,
  type Check,
  type Checks,
  list,
  number,
  object,
  oneOf,
  string,
  tagged,
  typed,
} from './shape.ts'

/** The properties that every block may have. */
export const blockProperties: Checks = { block_id: string({ min: 1, max: maxBlockId }) }

function plainTextShape(max: number): Check {
  return object({ type: oneOf('plain_text'), text: string({ min: 1, max }) }, { emoji: boolean })
}

function mrkdwnShape(max: number): Check {
  return object({ type: oneOf('mrkdwn'), text: string({ min: 1, max }) }, { verbatim: boolean })
}

/** A text object of type `plain_text`. */
export function plainText(max: number = maxText): Check {
  return tagged({ plain_text: plainTextShape(max) })
}

/** A text object of either type. */
export function textObject(max: number = maxText): Check {
  return tagged({ plain_text: plainTextShape(max), mrkdwn: mrkdwnShape(max) })
}

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

function inline(required: Checks, optional: Checks = {}): Check {
  return typed(required, { style, ...optional })
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
const section = typed({ elements: inlines })

const parts: Checks = {
  rich_text_section: section,
  rich_text_list: typed(
    {
      elements: list(tagged({ rich_text_section: section })),
      style: oneOf('bullet', 'ordered'),
    },
    { indent: number({ min: 0 }), offset: number({ min: 0 }), border },
  ),
  rich_text_quote: typed({ elements: inlines }, { border }),
  rich_text_preformatted: typed(
    { elements: list(tagged({ text, link })) },
    { border, language: string({ min: 1 }) },
  ),
}

/** A rich_text block, on its own or as part of another block. */
export const richTextBlock: Check = tagged({
  rich_text: typed({ elements: list(tagged(parts)) }, blockProperties),
})

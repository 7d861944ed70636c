import * as limits from './block-limits.ts'
import { isObject } from '../json.ts'
import { common } from './common.ts'
import { button, image } from './elements.ts'
import type { Check } from './issue.ts'
import { richTextBlock } from './rich-text.ts'
import { anything, boolean, list, object, oneOf, string, tagged, wrong } from './shape.ts'
import { plainText, textObject } from './text-objects.ts'

/** A picture, a title and some buttons. */
export const card: Check = object(
  { type: anything },
  {
    ...common,
    hero_image: tagged({ image }),
    icon: tagged({ image }),
    slack_icon: object({ name: string({ min: 1 }) }, { type: anything }),
    title: textObject(limits.maxCardTitle),
    subtitle: textObject(limits.maxCardTitle),
    body: textObject(limits.maxCardBody),
    subtext: textObject(limits.maxCardBody),
    actions: list(tagged({ button }), { min: 1, max: limits.maxCardActions }),
  },
  (value, pointer, issues) => {
    const needed = ['hero_image', 'title', 'actions', 'body']
    if (isObject(value) && needed.every((name) => value[name] === undefined))
      issues.push(
        wrong('must define either `hero_image`, `title`, `actions` or `body`', pointer, {
          type: 'required',
          expected: needed,
        }),
      )
  },
)

/** Cards side by side. */
export const carousel: Check = object(
  { type: anything, elements: list(tagged({ card }), { min: 1, max: limits.maxCarouselCards }) },
  common,
)

/** Blocks that fold together. */
export function container(child: Check): Check {
  return object(
    { type: anything, child_blocks: list(child, { min: 1, max: limits.maxContainerBlocks }) },
    {
      ...common,
      title: plainText(limits.maxCardTitle),
      rich_text_title: richTextBlock,
      subtitle: textObject(limits.maxCardTitle),
      width: oneOf('narrow', 'standard', 'wide', 'full'),
      icon: tagged({ image }),
      is_collapsible: boolean,
      default_collapsed: boolean,
      has_header_divider: boolean,
    },
  )
}

const source = object({ type: oneOf('url'), url: string({ min: 1 }), text: string({ min: 1 }) })
/** A step of a plan. */
export const taskCard: Check = object(
  {
    type: anything,
    task_id: string({ min: 1 }),
    title: string({ min: 1 }),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  { ...common, details: richTextBlock, output: richTextBlock, sources: list(source) },
)

/** Steps. */
export const plan: Check = object(
  { type: anything, title: string({ min: 1 }) },
  { ...common, tasks: list(tagged({ task_card: taskCard })) },
)

import * as limits from './block-limits.ts'
import { isObject } from '../json.ts'
import type { Json } from '../json.ts'
import { card, carousel, container, plan, taskCard } from './cards.ts'
import {
  accessories,
  actions,
  contextActions,
  image,
  imageSource,
  inputs,
  oneImageSource,
} from './elements.ts'
import type { Check } from './issue.ts'
import { richTextBlock } from './rich-text.ts'
import { multiSelects } from './selects.ts'
import { common } from './common.ts'
import { anything, boolean, list, number, object, oneOf, string, tagged, wrong } from './shape.ts'
import type { Properties } from './shape.ts'
import { dataTable, dataVisualization, table } from './tables.ts'
import { plainText, textObject } from './text-objects.ts'

const textOrFields: Check = (value, pointer, issues) => {
  if (isObject(value) && value['text'] === undefined && value['fields'] === undefined)
    issues.push(
      wrong('must define either `text` or `fields`', pointer, {
        type: 'required',
        expected: ['text', 'fields'],
      }),
    )
}

const section = object(
  { type: anything },
  {
    ...common,
    text: textObject(limits.maxText),
    fields: list(textObject(limits.maxFieldText), { min: 1, max: limits.maxSectionFields }),
    accessory: tagged(accessories),
    expand: boolean,
  },
  textOrFields,
)

const header = object(
  { type: anything, text: plainText(limits.maxHeaderText) },
  { ...common, level: number({ min: 1, max: 4 }) },
)

const contextElement: Check = (value, pointer, issues) => {
  if (isObject(value) && value['type'] === 'image') image(value, pointer, issues)
  else textObject()(value, pointer, issues)
}

function isMultiSelect(value: Json): boolean {
  return (
    isObject(value) &&
    typeof value['type'] === 'string' &&
    Object.hasOwn(multiSelects, value['type'])
  )
}

// Slack names the block here, not the element.
const noMultiSelects: Check = (value, pointer, issues) => {
  const elements = isObject(value) && Array.isArray(value['elements']) ? value['elements'] : []
  if (elements.some(isMultiSelect))
    issues.push(
      wrong('unsupported element: multiselect', pointer, {
        type: 'enum',
        expected: Object.keys(actions),
      }),
    )
}

const actionElement: Check = (value, pointer, issues) => {
  if (!isMultiSelect(value)) tagged(actions)(value, pointer, issues)
}

const imageBlock = object(
  { type: anything, alt_text: string({ min: 1, max: limits.maxAltText }) },
  { ...common, ...imageSource, title: plainText(limits.maxImageTitle) },
  oneImageSource,
)

const input = object(
  { type: anything, label: plainText(limits.maxLabelText), element: tagged(inputs) },
  { ...common, hint: plainText(limits.maxLabelText), optional: boolean, dispatch_action: boolean },
)

const video = object(
  {
    type: anything,
    video_url: string({ min: 1, max: limits.maxUrl }),
    thumbnail_url: string({ min: 1, max: limits.maxUrl }),
    alt_text: string({ min: 1, max: limits.maxAltText }),
    title: plainText(limits.maxVideoTitle),
  },
  {
    ...common,
    title_url: string({ max: limits.maxUrl }),
    author_name: string({ max: limits.maxVideoAuthor }),
    provider_name: string(),
    provider_icon_url: string({ max: limits.maxUrl }),
    description: plainText(),
  },
)

/** The blocks that may stand inside a container too. */
const nestable: Properties = {
  section,
  header,
  divider: object({ type: anything }, common),
  context: object(
    {
      type: anything,
      elements: list(contextElement, { min: 1, max: limits.maxContextElements }),
    },
    common,
  ),
  image: imageBlock,
  actions: object(
    {
      type: anything,
      elements: list(actionElement, { min: 1, max: limits.maxActionsElements }),
    },
    common,
    noMultiSelects,
  ),
  rich_text: richTextBlock,
  table: table(common),
  input,
  video,
  file: object(
    { type: anything, source: oneOf('remote'), external_id: string({ min: 1 }) },
    common,
  ),
}

/** Every block that a message may hold: no `alert`, which is for modals. */
const messageBlocks: Properties = {
  ...nestable,
  markdown: object(
    { type: anything, text: string({ min: 1, max: limits.maxMarkdownText }) },
    common,
  ),
  data_table: dataTable(common),
  data_visualization: dataVisualization(common),
  card,
  carousel,
  container: container(tagged(nestable)),
  context_actions: object(
    {
      type: anything,
      elements: list(tagged(contextActions), { min: 1, max: limits.maxContextActionsElements }),
    },
    common,
  ),
  plan,
  task_card: taskCard,
}

/** A list of blocks as a message takes it. */
export const blockList: Check = list(tagged(messageBlocks), { max: limits.maxBlocks })

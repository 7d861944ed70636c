import { isObject, type Json } from '../json.ts'
import {
  accessories,
  actions,
  button,
  contextActions,
  image,
  imageSource,
  inputs,
  oneImageSource,
} from './elements.ts'
import * as limits from './limits.ts'
import { multiSelects } from './selects.ts'
import {
  anyOf,
  anything,
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
import { dataTable, dataVisualization, table } from './tables.ts'
import { blockProperties, plainText, richTextBlock, textObject } from './text.ts'

const section = typed(
  {},
  {
    ...blockProperties,
    text: textObject(limits.maxText),
    fields: list(textObject(limits.maxFieldText), { min: 1, max: limits.maxSectionFields }),
    accessory: tagged(accessories),
    expand: boolean,
  },
  anyOf('text', 'fields'),
)

const header = typed(
  { text: plainText(limits.maxHeaderText) },
  { ...blockProperties, level: number({ min: 1, max: 4 }) },
)

const contextElement: Check = (value, context) => {
  if (isObject(value) && value['type'] === 'image') image(value, context)
  else textObject()(value, context)
}

function isMultiSelect(value: Json): boolean {
  return (
    isObject(value) &&
    typeof value['type'] === 'string' &&
    Object.hasOwn(multiSelects, value['type'])
  )
}

// Slack's pointer names the block here, not the element.
const noMultiSelects: Check = (value, context) => {
  const elements = isObject(value) && Array.isArray(value['elements']) ? value['elements'] : []
  if (elements.some(isMultiSelect))
    context.report('unsupported element: multiselect', 'enum', Object.keys(actions))
}

const actionElement: Check = (value, context) => {
  if (!isMultiSelect(value)) tagged(actions)(value, context)
}

const imageBlock = typed(
  { alt_text: string({ min: 1, max: limits.maxAltText }) },
  { ...blockProperties, ...imageSource, title: plainText(limits.maxImageTitle) },
  oneImageSource,
)

const input = typed(
  { label: plainText(limits.maxLabelText), element: tagged(inputs) },
  {
    ...blockProperties,
    hint: plainText(limits.maxLabelText),
    optional: boolean,
    dispatch_action: boolean,
  },
)

const video = typed(
  {
    video_url: string({ min: 1, max: limits.maxUrl }),
    thumbnail_url: string({ min: 1, max: limits.maxUrl }),
    alt_text: string({ min: 1, max: limits.maxAltText }),
    title: plainText(limits.maxVideoTitle),
  },
  {
    ...blockProperties,
    title_url: string({ max: limits.maxUrl }),
    author_name: string({ max: limits.maxVideoAuthor }),
    provider_name: string(),
    provider_icon_url: string({ max: limits.maxUrl }),
    description: plainText(),
  },
)

const card: Check = typed(
  {},
  {
    ...blockProperties,
    hero_image: tagged({ image }),
    icon: tagged({ image }),
    slack_icon: object({ name: string({ min: 1 }) }, { type: anything }),
    title: textObject(limits.maxCardTitle),
    subtitle: textObject(limits.maxCardTitle),
    body: textObject(limits.maxCardBody),
    subtext: textObject(limits.maxCardBody),
    actions: list(tagged({ button }), { min: 1, max: limits.maxCardActions }),
  },
  anyOf('hero_image', 'title', 'actions', 'body'),
)

const carousel = typed(
  { elements: list(tagged({ card }), { min: 1, max: limits.maxCarouselCards }) },
  blockProperties,
)

const source = object({ type: oneOf('url'), url: string({ min: 1 }), text: string({ min: 1 }) })

const taskCard = typed(
  {
    task_id: string({ min: 1 }),
    title: string({ min: 1 }),
    status: oneOf('pending', 'in_progress', 'complete', 'error'),
  },
  { ...blockProperties, details: richTextBlock, output: richTextBlock, sources: list(source) },
)

const plan = typed(
  { title: string({ min: 1 }) },
  { ...blockProperties, tasks: list(tagged({ task_card: taskCard })) },
)

/** The blocks that a container may have. */
const nestable: Checks = {
  section,
  header,
  divider: typed({}, blockProperties),
  context: typed(
    { elements: list(contextElement, { min: 1, max: limits.maxContextElements }) },
    blockProperties,
  ),
  image: imageBlock,
  actions: typed(
    { elements: list(actionElement, { min: 1, max: limits.maxActionsElements }) },
    blockProperties,
    noMultiSelects,
  ),
  rich_text: richTextBlock,
  table,
  input,
  video,
  file: typed({ source: oneOf('remote'), external_id: string({ min: 1 }) }, blockProperties),
}

const container = typed(
  { child_blocks: list(tagged(nestable), { min: 1, max: limits.maxContainerBlocks }) },
  {
    ...blockProperties,
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

/** The blocks that a message may have. `alert` is for modals only. */
const messageBlocks: Checks = {
  ...nestable,
  markdown: typed({ text: string({ min: 1, max: limits.maxMarkdownText }) }, blockProperties),
  data_table: dataTable,
  data_visualization: dataVisualization,
  card,
  carousel,
  container,
  context_actions: typed(
    {
      elements: list(tagged(contextActions), { min: 1, max: limits.maxContextActionsElements }),
    },
    blockProperties,
  ),
  plan,
  task_card: taskCard,
}

/** The blocks of a message. */
export const blockList: Check = list(tagged(messageBlocks), { max: limits.maxBlocks })

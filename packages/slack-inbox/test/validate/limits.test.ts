import { describe, expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox, Json, JsonObject } from '../../src/index.ts'
import { call, section } from '../call.ts'
import limits from './slack-limits.json' with { type: 'json' }

/** A payload of any size, the largest size that Slack accepts, and the error for a larger one. */
interface Limit {
  readonly name: string
  readonly max: number
  readonly payload: (size: number) => JsonObject
  readonly error?: string
  readonly reason: string
}

const letters = (count: number): string => 'x'.repeat(count)
const plain = (text: string): JsonObject => ({ type: 'plain_text', text })
const times = (count: number, make: (index: number) => Json): readonly Json[] =>
  Array.from({ length: count }, (_each, index) => make(index))
const blocks = (...list: readonly Json[]): JsonObject => ({ text: 'x', blocks: list })
const accessory = (element: JsonObject): JsonObject =>
  blocks({ ...section('x'), accessory: element })
const button = (more: JsonObject): JsonObject => ({ type: 'button', text: plain('x'), ...more })
const option = (more: JsonObject = {}): JsonObject => ({ text: plain('x'), value: 'x', ...more })
const select = (more: JsonObject): JsonObject => ({
  type: 'static_select',
  options: [option()],
  ...more,
})
const confirm = (more: JsonObject): JsonObject =>
  accessory(button({ confirm: { text: plain('x'), ...more } }))
const image = (more: JsonObject): JsonObject => ({
  type: 'image',
  alt_text: 'x',
  image_url: 'https://example.com/x.png',
  ...more,
})
const cell = { type: 'raw_text', text: 'x' }
const tableOf = (rows: readonly Json[], more: JsonObject = {}): JsonObject =>
  blocks({ type: 'table', rows, ...more })
const dataTable = (rows: readonly Json[], more: JsonObject = {}): JsonObject =>
  blocks({ type: 'data_table', caption: 'x', rows, ...more })
const series = (name: string, ...labels: readonly string[]): JsonObject => ({
  name,
  data: ['Mon', ...labels].map((label) => ({ label, value: 1 })),
})
const chart = (list: readonly Json[], categories: readonly string[] = ['Mon']): JsonObject => ({
  type: 'data_visualization',
  title: 'x',
  chart: { type: 'bar', series: list, axis_config: { categories } },
})
const card = (more: JsonObject): JsonObject => ({ type: 'card', title: plain('x'), ...more })
const container = (more: JsonObject): JsonObject =>
  blocks({ type: 'container', child_blocks: [{ type: 'divider' }], ...more })
const characters = (max: number, pointer: string): string =>
  `must be less than ${max + 1} characters [json-pointer:${pointer}]`
const items = (max: number, pointer: string): string =>
  `no more than ${max} items allowed [json-pointer:${pointer}]`

function textLimit(
  name: string,
  max: number,
  [pointer, payload]: readonly [string, (text: string) => JsonObject],
): Limit {
  return {
    name,
    max,
    payload: (size) => payload(letters(size)),
    reason: characters(max, pointer),
  }
}

function countLimit(
  name: string,
  max: number,
  [pointer, payload]: readonly [string, (count: number) => JsonObject],
): Limit {
  return { name, max, payload, reason: items(max, pointer) }
}

const all: readonly Limit[] = [
  countLimit('blocks', limits.message.blocks, [
    '/blocks',
    (count) => blocks(...times(count, () => ({ type: 'divider' }))),
  ]),
  textLimit('block_id', limits.blockId, [
    '/blocks/0/block_id',
    (text) => blocks({ type: 'divider', block_id: text }),
  ]),
  textLimit('action_id', limits.actionId, [
    '/blocks/0/accessory/action_id',
    (text) => accessory(button({ action_id: text })),
  ]),
  textLimit('header text', limits.header.text, [
    '/blocks/0/text/text',
    (text) => blocks({ type: 'header', text: plain(text) }),
  ]),
  textLimit('section text', limits.section.text, [
    '/blocks/0/text/text',
    (text) => blocks(section(text)),
  ]),
  countLimit('section fields', limits.section.fields, [
    '/blocks/0/fields',
    (count) => blocks({ type: 'section', fields: times(count, () => plain('x')) }),
  ]),
  textLimit('section field text', limits.section.fieldText, [
    '/blocks/0/fields/0/text',
    (text) => blocks({ type: 'section', fields: [plain(text)] }),
  ]),
  countLimit('context elements', limits.context.elements, [
    '/blocks/0/elements',
    (count) => blocks({ type: 'context', elements: times(count, () => plain('x')) }),
  ]),
  textLimit('context text', limits.text.max, [
    '/blocks/0/elements/0/text',
    (text) => blocks({ type: 'context', elements: [plain(text)] }),
  ]),
  countLimit('actions elements', limits.actions.elements, [
    '/blocks/0/elements',
    (count) =>
      blocks({
        type: 'actions',
        elements: times(count, (index) => button({ action_id: `a${index}` })),
      }),
  ]),
  countLimit('context_actions elements', limits.contextActions.elements, [
    '/blocks/0/elements',
    (count) =>
      blocks({
        type: 'context_actions',
        elements: times(count, () => ({ type: 'icon_button', icon: 'trash', text: plain('x') })),
      }),
  ]),
  textLimit('image alt_text', limits.image.altText, [
    '/blocks/0/alt_text',
    (text) => blocks(image({ alt_text: text })),
  ]),
  textLimit('image_url', limits.image.imageUrl, [
    '/blocks/0/image_url',
    (text) => blocks(image({ image_url: text })),
  ]),
  textLimit('image title', limits.image.title, [
    '/blocks/0/title/text',
    (text) => blocks(image({ title: plain(text) })),
  ]),
  textLimit('markdown text', limits.markdown.textTotal, [
    '/blocks/0/text',
    (text) => blocks({ type: 'markdown', text }),
  ]),
  textLimit('markdown_text', limits.message.markdownText, [
    '/markdown_text',
    (text) => ({ markdown_text: text }),
  ]),
  countLimit('table rows', limits.table.rows, [
    '/blocks/0/rows',
    (count) => tableOf(times(count, () => [cell])),
  ]),
  countLimit('table cells', limits.table.cells, [
    '/blocks/0/rows/0',
    (count) => tableOf([times(count, () => cell)]),
  ]),
  countLimit('table column_settings', limits.table.columnSettings, [
    '/blocks/0/column_settings',
    (count) => tableOf([[cell]], { column_settings: times(count, () => ({ align: 'left' })) }),
  ]),
  textLimit('table characters', limits.message.tableCharsTotal, [
    '/blocks/0/rows',
    (text) => tableOf([[{ type: 'raw_text', text }]]),
  ]),
  countLimit('data_table rows', limits.dataTable.rowsMax, [
    '/blocks/0/rows',
    (count) => dataTable(times(count, () => [cell])),
  ]),
  countLimit('data_table columns', limits.dataTable.columns, [
    '/blocks/0/rows/0',
    (count) => dataTable(times(2, () => times(count, () => cell))),
  ]),
  countLimit('data_visualization blocks', limits.message.dataVisualizationBlocks, [
    '/blocks',
    (count) =>
      blocks(
        ...times(count, () => ({
          type: 'data_visualization',
          title: 'x',
          chart: { type: 'pie', segments: [{ label: 'x', value: 1 }] },
        })),
      ),
  ]),
  countLimit('series of a chart', 6, [
    '/blocks/0/chart/series',
    (count) => blocks(chart(times(count, (index) => series(`s${index}`)))),
  ]),
  textLimit('card title', limits.card.title, [
    '/blocks/0/title/text',
    (text) => blocks(card({ title: plain(text) })),
  ]),
  textLimit('card subtitle', limits.card.subtitle, [
    '/blocks/0/subtitle/text',
    (text) => blocks(card({ subtitle: plain(text) })),
  ]),
  textLimit('card body', limits.card.body, [
    '/blocks/0/body/text',
    (text) => blocks(card({ body: plain(text) })),
  ]),
  textLimit('card subtext', limits.card.subtext, [
    '/blocks/0/subtext/text',
    (text) => blocks(card({ subtext: plain(text) })),
  ]),
  countLimit('card actions', limits.card.actions, [
    '/blocks/0/actions',
    (count) =>
      blocks(card({ actions: times(count, (index) => button({ action_id: `a${index}` })) })),
  ]),
  countLimit('carousel cards', 10, [
    '/blocks/0/elements',
    (count) => blocks({ type: 'carousel', elements: times(count, () => card({})) }),
  ]),
  countLimit('container child_blocks', 10, [
    '/blocks/0/child_blocks',
    (count) => container({ child_blocks: times(count, () => ({ type: 'divider' })) }),
  ]),
  textLimit('container title', limits.container.title, [
    '/blocks/0/title/text',
    (text) => container({ title: plain(text) }),
  ]),
  textLimit('container subtitle', limits.container.subtitle, [
    '/blocks/0/subtitle/text',
    (text) => container({ subtitle: plain(text) }),
  ]),
  textLimit('button text', limits.button.text, [
    '/blocks/0/accessory/text/text',
    (text) => accessory(button({ text: plain(text) })),
  ]),
  textLimit('button value', limits.button.value, [
    '/blocks/0/accessory/value',
    (text) => accessory(button({ value: text })),
  ]),
  textLimit('button url', limits.button.url, [
    '/blocks/0/accessory/url',
    (text) => accessory(button({ url: text })),
  ]),
  textLimit('button accessibility_label', limits.button.accessibilityLabel, [
    '/blocks/0/accessory/accessibility_label',
    (text) => accessory(button({ accessibility_label: text })),
  ]),
  textLimit('confirm title', limits.confirm.title, [
    '/blocks/0/accessory/confirm/title/text',
    (text) => confirm({ title: plain(text) }),
  ]),
  textLimit('confirm text', limits.confirm.text, [
    '/blocks/0/accessory/confirm/text/text',
    (text) => confirm({ text: plain(text) }),
  ]),
  textLimit('confirm button', limits.confirm.confirm, [
    '/blocks/0/accessory/confirm/confirm/text',
    (text) => confirm({ confirm: plain(text) }),
  ]),
  textLimit('deny button', limits.confirm.deny, [
    '/blocks/0/accessory/confirm/deny/text',
    (text) => confirm({ deny: plain(text) }),
  ]),
  textLimit('option text', limits.option.text, [
    '/blocks/0/accessory/options/0/text/text',
    (text) => accessory(select({ options: [option({ text: plain(text) })] })),
  ]),
  textLimit('option value', limits.option.value, [
    '/blocks/0/accessory/options/0/value',
    (text) => accessory(select({ options: [option({ value: text })] })),
  ]),
  textLimit('option description', limits.option.description, [
    '/blocks/0/accessory/options/0/description/text',
    (text) => accessory(select({ options: [option({ description: plain(text) })] })),
  ]),
  textLimit('option url', limits.option.url, [
    '/blocks/0/accessory/options/0/url',
    (text) => accessory({ type: 'overflow', options: [option({ url: text })] }),
  ]),
  countLimit('overflow options', 5, [
    '/blocks/0/accessory/options',
    (count) => accessory({ type: 'overflow', options: times(count, () => option()) }),
  ]),
  countLimit('select options', limits.select.options, [
    '/blocks/0/accessory/options',
    (count) => accessory(select({ options: times(count, () => option()) })),
  ]),
  countLimit('select option_groups', limits.select.groups, [
    '/blocks/0/accessory/option_groups',
    (count) =>
      accessory({
        type: 'static_select',
        option_groups: times(count, () => ({ label: plain('x'), options: [option()] })),
      }),
  ]),
  countLimit('checkboxes', limits.checkboxes.options, [
    '/blocks/0/accessory/options',
    (count) => accessory({ type: 'checkboxes', options: times(count, () => option()) }),
  ]),
  textLimit('placeholder', limits.placeholder, [
    '/blocks/0/accessory/placeholder/text',
    (text) => accessory(select({ placeholder: plain(text) })),
  ]),
  {
    ...textLimit('attachment footer', limits.attachment.footer, [
      '/attachments/0/footer',
      (text) => ({ attachments: [{ text: 'x', footer: text }] }),
    ]),
    error: 'invalid_attachments',
  },
  {
    ...countLimit('attachment actions', limits.attachment.actions, [
      '/attachments/0/actions',
      (count) => ({
        attachments: [{ text: 'x', actions: times(count, () => ({ type: 'button', text: 'x' })) }],
      }),
    ]),
    error: 'invalid_attachments',
  },
  {
    ...textLimit('section text in an attachment', limits.section.text, [
      '/attachments/0/blocks/0/text/text',
      (text) => ({ attachments: [{ blocks: [section(text)] }] }),
    ]),
    error: 'invalid_attachments',
  },
  {
    name: 'header level',
    max: 4,
    payload: (level) => blocks({ type: 'header', text: plain('x'), level }),
    reason: 'must be less than 5 [json-pointer:/blocks/0/level]',
  },
  {
    name: 'data_table page_size',
    max: 100,
    payload: (size) =>
      dataTable(
        times(2, () => [cell]),
        { page_size: size },
      ),
    reason: 'must be less than 101 [json-pointer:/blocks/0/page_size]',
  },
]

function post(inbox: Inbox, payload: JsonObject) {
  return call(inbox, 'chat.postMessage', { channel: 'C0ALERTS001', ...payload })
}

const rowsWith = (count: number): readonly Json[] => [
  [cell],
  [{ type: 'raw_text', text: letters(count - 1) }],
]
const paddedBlocks = (size: number): string => JSON.stringify([section('x')]).padEnd(size, ' ')

describe('a documented limit', () => {
  test.for(all)(
    'of $name: $max is accepted, one more is rejected with its pointer',
    async (limit) => {
      await using inbox = await startInbox({ listen: false })

      const within = await post(inbox, limit.payload(limit.max))
      const beyond = await post(inbox, limit.payload(limit.max + 1))

      expect(within).toMatchObject({ ok: true })
      const isMarkdownText = limit.name === 'markdown_text'
      expect(beyond.error).toBe(
        limit.error ?? (isMarkdownText ? 'invalid_arguments' : 'invalid_blocks'),
      )
      expect(beyond.errors).toContain(limit.reason)
      expect(beyond.response_metadata?.messages).toContain(`[ERROR] ${limit.reason}`)
      expect(inbox.messages()).toHaveLength(1)
    },
  )

  test('of attachments: 100 are accepted, 101 are too many', async () => {
    await using inbox = await startInbox({ listen: false })
    const attachments = times(limits.message.attachments, () => ({ text: 'x' }))

    const within = await post(inbox, { attachments })
    const beyond = await post(inbox, { attachments: [...attachments, { text: 'x' }] })

    expect([within.ok, beyond.error]).toEqual([true, 'too_many_attachments'])
  })

  test('of all text in blocks together: 12,000 characters are accepted, 12,001 are too long', async () => {
    await using inbox = await startInbox({ listen: false })
    const four = times(4, () => section(letters(3000)))

    const within = await post(inbox, blocks(...four))
    const beyond = await post(inbox, blocks(...four, section('x')))

    expect(within.ok).toBe(true)
    expect(beyond).toMatchObject({ ok: false, error: 'msg_blocks_too_long' })
  })

  test('of data_table characters: 20,000 pass that limit, though not the one for all text', async () => {
    await using inbox = await startInbox({ listen: false })

    const within = await post(inbox, dataTable(rowsWith(20_000)))
    const beyond = await post(inbox, dataTable(rowsWith(20_001)))

    expect(within.error).toBe('msg_blocks_too_long')
    expect(beyond.errors).toEqual([characters(20_000, '/blocks/0/rows')])
  })

  test('counts code points, so an emoji is one character', async () => {
    await using inbox = await startInbox({ listen: false })

    const within = await post(inbox, blocks({ type: 'header', text: plain('🔴'.repeat(150)) }))
    const beyond = await post(inbox, blocks({ type: 'header', text: plain('🔴'.repeat(151)) }))

    expect([within.ok, beyond.error]).toEqual([true, 'invalid_blocks'])
  })

  test('of the text of an edit: 4,000 characters are accepted, 4,001 are too long', async () => {
    await using inbox = await startInbox({ listen: false })
    const { ts } = await post(inbox, { text: 'x' })
    const edit = (text: string) => call(inbox, 'chat.update', { channel: 'C0ALERTS001', ts, text })

    const within = await edit(letters(limits.update.text))
    const beyond = await edit(letters(limits.update.text + 1))

    expect([within.ok, beyond.error]).toEqual([true, 'msg_too_long'])
  })

  test('of blocks.validate: 100,000 characters of JSON are looked at, one more is not', async () => {
    await using inbox = await startInbox({ listen: false })

    const within = await call(inbox, 'blocks.validate', { blocks: paddedBlocks(100_000) })
    const beyond = await call(inbox, 'blocks.validate', { blocks: paddedBlocks(100_001) })

    expect([within.ok, beyond.error]).toEqual([true, 'invalid_arguments'])
  })
})

describe('an empty thing', () => {
  test.for([
    [
      'section text',
      blocks(section('')),
      'must be more than 0 characters [json-pointer:/blocks/0/text/text]',
    ],
    [
      'section',
      blocks({ type: 'section' }),
      'must define either `text` or `fields` [json-pointer:/blocks/0]',
    ],
    [
      'context',
      blocks({ type: 'context', elements: [] }),
      'no less than 1 items allowed [json-pointer:/blocks/0/elements]',
    ],
    [
      'table cell',
      tableOf([[{ type: 'raw_text', text: '' }]]),
      'must be more than 0 characters [json-pointer:/blocks/0/rows/0/0/text]',
    ],
    [
      'rich text',
      blocks({
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: '' }] }],
      }),
      'must be more than 0 characters [json-pointer:/blocks/0/elements/0/elements/0/text]',
    ],
    [
      'data_table',
      dataTable([[cell]]),
      'no less than 2 items allowed [json-pointer:/blocks/0/rows]',
    ],
  ] as const)('is rejected: %s', async ([, payload, reason]) => {
    await using inbox = await startInbox({ listen: false })

    const answer = await post(inbox, payload)

    expect(answer).toMatchObject({ ok: false, error: 'invalid_blocks', errors: [reason] })
  })
})

describe('a malformed block', () => {
  test.for([
    [
      'unknown block',
      { type: 'sections' },
      'unsupported type: sections [json-pointer:/blocks/0/type]',
    ],
    [
      'alert outside a modal',
      { type: 'alert', text: plain('x') },
      'unsupported type: alert [json-pointer:/blocks/0/type]',
    ],
    [
      'block without a type',
      { text: plain('x') },
      'missing required field: type [json-pointer:/blocks/0]',
    ],
    ['block that is none', 'x', 'must provide an object [json-pointer:/blocks/0]'],
    [
      'unknown property',
      { type: 'divider', text: 'x' },
      'invalid additional property: text [json-pointer:/blocks/0]',
    ],
    [
      'chart with a label that is no category',
      chart([series('a', 'Tue')], ['Mon', 'Wed']),
      'labels must match the categories of the axis [json-pointer:/blocks/0/chart/series/0/data]',
    ],
    [
      'chart without a point for a category',
      chart([series('a')], ['Mon', 'Tue']),
      'labels must match the categories of the axis [json-pointer:/blocks/0/chart/series/0/data]',
    ],
    [
      'chart with two series of one name',
      chart([series('a'), series('a')]),
      'series names must be unique [json-pointer:/blocks/0/chart/series/1/name]',
    ],
    [
      'mrkdwn header',
      { type: 'header', text: { type: 'mrkdwn', text: 'x' } },
      'unsupported type: mrkdwn [json-pointer:/blocks/0/text/type]',
    ],
    [
      'header with a string',
      { type: 'header', text: 'x' },
      'must provide an object [json-pointer:/blocks/0/text]',
    ],
    [
      'number for text',
      section(7 as never),
      'must provide a string [json-pointer:/blocks/0/text/text]',
    ],
    [
      'emoji on mrkdwn',
      { type: 'section', text: { type: 'mrkdwn', text: 'x', emoji: true } },
      'invalid additional property: emoji [json-pointer:/blocks/0/text]',
    ],
    [
      'button style',
      { ...section('x'), accessory: button({ style: 'green' }) },
      'must be a valid enum value [json-pointer:/blocks/0/accessory/style]',
    ],
    [
      'image without alt_text',
      { type: 'image', image_url: 'https://x' },
      'missing required field: alt_text [json-pointer:/blocks/0]',
    ],
    [
      'image without a source',
      { type: 'image', alt_text: 'x' },
      'missing required field: image_url [json-pointer:/blocks/0]',
    ],
    [
      'multi-select among actions',
      { type: 'actions', elements: [{ type: 'multi_users_select' }] },
      'unsupported element: multiselect [json-pointer:/blocks/0]',
    ],
    [
      'unknown rich text',
      { type: 'rich_text', elements: [{ type: 'rich_text_table', elements: [] }] },
      'unsupported type: rich_text_table [json-pointer:/blocks/0/elements/0/type]',
    ],
    [
      'user in preformatted',
      {
        type: 'rich_text',
        elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'user', user_id: 'U1' }] }],
      },
      'unsupported type: user [json-pointer:/blocks/0/elements/0/elements/0/type]',
    ],
  ] as const)('is rejected with a message: %s', async ([, block, reason]) => {
    await using inbox = await startInbox({ listen: false })

    const answer = await post(inbox, { text: 'x', blocks: [block] })

    expect(answer).toMatchObject({ ok: false, error: 'invalid_blocks' })
    expect(answer.errors).toContain(reason)
  })

  test('ids must be unique: block_id in a message, action_id in a block', async () => {
    await using inbox = await startInbox({ listen: false })
    const divider = { type: 'divider', block_id: 'same' }
    const actions = { type: 'actions', elements: times(2, () => button({ action_id: 'same' })) }

    const sameBlocks = await post(inbox, blocks(divider, divider))
    const sameActions = await post(inbox, blocks(actions))

    expect(sameBlocks.errors).toEqual([
      '`block_id` "same" already exists [json-pointer:/blocks/1/block_id]',
    ])
    expect(sameActions.errors).toEqual([
      '`action_id` "same" already exists [json-pointer:/blocks/0/elements/1/action_id]',
    ])
  })

  test('blocks that are no JSON are refused as a whole', async () => {
    await using inbox = await startInbox({ listen: false })

    const broken = await post(inbox, { text: 'x', blocks: '[{"type":' })
    const noList = await post(inbox, { text: 'x', blocks: { type: 'divider' } })

    expect([broken.error, noList.error]).toEqual(['invalid_blocks_format', 'invalid_blocks_format'])
  })

  test('a language, a border and a verbatim text are fine', async () => {
    await using inbox = await startInbox({ listen: false })
    const stack = {
      type: 'rich_text_preformatted',
      language: 'javascript',
      border: 0,
      elements: [{ type: 'text', text: 'at main (index.ts:1)' }],
    }

    const answer = await post(
      inbox,
      blocks(
        { type: 'rich_text', elements: [stack] },
        { type: 'section', text: { type: 'mrkdwn', text: 'x', verbatim: true }, expand: true },
      ),
    )

    expect(answer.ok).toBe(true)
  })
})

describe('an attachment', () => {
  test.for([
    [
      'an unknown property',
      { text: 'x', colour: 'red' },
      'invalid additional property: colour [json-pointer:/attachments/0]',
    ],
    [
      'a colour that is none',
      { text: 'x', color: 'red' },
      'must be a valid enum value [json-pointer:/attachments/0/color]',
    ],
    [
      'blocks beside the old fields',
      { blocks: [section('x')], title: 'x' },
      'invalid_keys [json-pointer:/attachments/0]',
    ],
    [
      'a text that is none',
      { text: 7 },
      'must provide a string [json-pointer:/attachments/0/text]',
    ],
  ] as const)('with %s is rejected', async ([, attachment, reason]) => {
    await using inbox = await startInbox({ listen: false })

    const answer = await post(inbox, { attachments: [attachment] })

    expect(answer).toMatchObject({ ok: false, error: 'invalid_attachments', errors: [reason] })
  })

  test('with a colour bar and blocks is accepted', async () => {
    await using inbox = await startInbox({ listen: false })

    const answer = await post(inbox, {
      attachments: [{ color: '#E01E5A', fallback: 'x', blocks: [section('x')] }],
    })

    expect(answer).toMatchObject({
      ok: true,
      message: { attachments: [{ id: 1, color: '#E01E5A' }] },
    })
  })
})

/** One block of each kind, and the texts that the page must show for it. */
export interface BlockKind {
  readonly block: { readonly type: string; readonly [property: string]: unknown }
  readonly shows: readonly string[]
}

const plain = (text: string): object => ({ type: 'plain_text', text })
const mrkdwn = (text: string): object => ({ type: 'mrkdwn', text })
const text = (content: string, style?: object): object => ({
  type: 'text',
  text: content,
  ...(style === undefined ? {} : { style }),
})
const line = (...elements: object[]): object => ({ type: 'rich_text_section', elements })
const cell = (content: string): object => ({ type: 'raw_text', text: content })
const button = (label: string, more: object = {}): object => ({
  type: 'button',
  text: plain(label),
  action_id: label,
  ...more,
})

export const blockKinds: readonly BlockKind[] = [
  {
    block: { type: 'header', text: plain('A *header* &amp; :fire:') },
    shows: ['A *header* &amp; 🔥'],
  },
  {
    block: {
      type: 'section',
      text: mrkdwn('*bold* `code` <https://a.example|a link>\n&gt; quoted'),
      fields: [mrkdwn('*Hosts* web-1'), plain('*plain*')],
      accessory: button('Accessory', { style: 'primary' }),
    },
    shows: ['bold', 'code', 'a link', 'quoted', 'Hosts web-1', '*plain*', 'Accessory'],
  },
  {
    block: {
      type: 'context',
      elements: [
        { type: 'image', image_url: 'https://stray.example/icon.png', alt_text: 'icon' },
        mrkdwn('small _print_'),
      ],
    },
    shows: ['small print'],
  },
  { block: { type: 'divider' }, shows: [] },
  {
    block: {
      type: 'image',
      image_url: 'https://stray.example/chart.png',
      alt_text: 'a chart of errors',
      title: plain('Errors today'),
    },
    shows: ['Errors today', 'a chart of errors', 'https://stray.example/chart.png'],
  },
  {
    block: {
      type: 'actions',
      elements: [
        button('Mute', { style: 'danger' }),
        button('Open', { url: 'https://a.example' }),
        {
          type: 'static_select',
          action_id: 'select',
          placeholder: plain('Assign to'),
          options: [{ text: plain('Ada'), value: 'ada' }],
        },
        { type: 'datepicker', action_id: 'date', initial_date: '2026-11-22' },
      ],
    },
    shows: ['Mute', 'Open', 'Assign to', '2026-11-22'],
  },
  {
    block: {
      type: 'rich_text',
      elements: [
        line(
          text('a word '),
          text('strong', { bold: true }),
          { type: 'link', url: 'https://a.example', text: 'linked' },
          { type: 'user', user_id: 'U0ADA00001' },
          { type: 'usergroup', usergroup_id: 'S0ONCALL01' },
          { type: 'channel', channel_id: 'C0ALERTS001' },
          { type: 'broadcast', range: 'here' },
          { type: 'emoji', name: 'wave' },
          { type: 'date', timestamp: 0, format: '{nothing}', fallback: 'once' },
          { type: 'color', value: '#ff8800' },
        ),
        {
          type: 'rich_text_list',
          style: 'bullet',
          elements: [line(text('first')), line(text('second'))],
        },
        { type: 'rich_text_list', style: 'ordered', indent: 1, elements: [line(text('third'))] },
        { type: 'rich_text_quote', elements: [text('as they said')] },
        { type: 'rich_text_preformatted', elements: [text('at <b> &amp; *x*\n    at y')] },
      ],
    },
    shows: [
      'strong',
      'linked',
      '@ada',
      '@oncall',
      '#alerts',
      '@here',
      '👋',
      '{nothing}',
      '#ff8800',
      'first',
      'third',
      'as they said',
      'at <b> &amp; *x*\n    at y',
    ],
  },
  {
    block: {
      type: 'markdown',
      text: '# A title\n\n**strong** <b>no html</b>\n\n- [x] done\n\n| Host | Errors |\n|---|---|\n| web-1 | 12 |\n\n```js\nconst x = 1\n```',
    },
    shows: ['A title', 'strong', '<b>no html</b>', '☑ done', 'web-1', 'const x = 1'],
  },
  {
    block: {
      type: 'table',
      column_settings: [{ align: 'left' }, { align: 'right' }],
      rows: [
        [cell('Host'), cell('Errors')],
        [{ type: 'rich_text', elements: [line(text('web-2', { bold: true }))] }, cell('1,204')],
      ],
    },
    shows: ['Host', 'web-2', '1,204'],
  },
  {
    block: {
      type: 'data_table',
      caption: 'Slowest queries',
      page_size: 1,
      rows: [
        [cell('Query'), cell('ms')],
        [cell('SELECT 1'), cell('12')],
        [cell('SELECT 2'), cell('9')],
      ],
    },
    shows: ['Slowest queries', 'SELECT 1', '1 of 2'],
  },
  {
    block: {
      type: 'data_visualization',
      title: 'Errors a day',
      chart: {
        type: 'bar',
        series: [{ name: '5xx', data: [{ label: 'Mon', value: 3 }] }],
        axis_config: { categories: ['Mon'] },
      },
    },
    shows: ['Errors a day (bar)', '5xx · Mon'],
  },
  {
    block: {
      type: 'card',
      title: plain('A card'),
      subtitle: plain('its subtitle'),
      body: mrkdwn('its *body*'),
      actions: [button('Its button')],
    },
    shows: ['A card', 'its subtitle', 'its body', 'Its button'],
  },
  {
    block: {
      type: 'carousel',
      elements: [
        { type: 'card', title: plain('Card one'), body: mrkdwn('one') },
        { type: 'card', title: plain('Card two'), body: mrkdwn('two') },
      ],
    },
    shows: ['Card one', 'Card two'],
  },
  {
    block: {
      type: 'container',
      title: plain('A container'),
      is_collapsible: true,
      child_blocks: [{ type: 'section', text: mrkdwn('inside it') }],
    },
    shows: ['A container', 'inside it'],
  },
  {
    block: {
      type: 'context_actions',
      elements: [
        {
          type: 'feedback_buttons',
          action_id: 'feedback',
          positive_button: { text: plain('Good'), value: 'good' },
          negative_button: { text: plain('Bad'), value: 'bad' },
        },
      ],
    },
    shows: ['Good', 'Bad'],
  },
  {
    block: {
      type: 'plan',
      title: 'A plan',
      tasks: [{ type: 'task_card', task_id: '1', title: 'A step', status: 'complete' }],
    },
    shows: ['A plan', 'A step'],
  },
  {
    block: { type: 'task_card', task_id: '2', title: 'A task', status: 'in_progress' },
    shows: ['A task'],
  },
  {
    block: {
      type: 'input',
      label: plain('A label'),
      element: { type: 'plain_text_input', action_id: 'in', placeholder: plain('type here') },
    },
    shows: ['A label', 'type here'],
  },
  {
    block: {
      type: 'video',
      title: plain('A video'),
      video_url: 'https://stray.example/v',
      thumbnail_url: 'https://stray.example/t.png',
      alt_text: 'what it shows',
    },
    shows: ['A video', 'what it shows'],
  },
  { block: { type: 'file', source: 'remote', external_id: 'report-17' }, shows: ['report-17'] },
]

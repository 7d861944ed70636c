import { expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import { call } from '../call.ts'

const nobody = { broadcasts: [], users: [], groups: [], people: [] }
const rich = (...elements: object[]) => [
  { type: 'rich_text', elements: [{ type: 'rich_text_section', elements }] },
]
const mrkdwn = (text: string, more: object = {}) => [
  { type: 'section', text: { type: 'mrkdwn', text, ...more } },
]

test.for([
  ['a user', { text: 'ask <@U0ADA00001|ada>' }, { users: ['U0ADA00001'], people: ['U0ADA00001'] }],
  [
    'a user group',
    { text: '<!subteam^S0ONCALL01>' },
    { groups: ['S0ONCALL01'], people: ['U0GRACE001'] },
  ],
  [
    'everybody in the channel',
    { text: '<!channel>' },
    { broadcasts: ['channel'], people: ['U0ADA00001', 'U0GRACE001'] },
  ],
  ['a user who does not exist', { text: '<@U0NOBODY01>' }, { users: ['U0NOBODY01'], people: [] }],
  [
    'here, in mrkdwn that is not verbatim',
    { text: 'x', blocks: mrkdwn('@here') },
    { broadcasts: ['here'] },
  ],
  ['a group by its handle', { text: '@oncall', link_names: true }, { groups: ['S0ONCALL01'] }],
  ['here, where names are parsed', { text: '@here', parse: 'full' }, { broadcasts: ['here'] }],
  [
    'an element of rich text',
    { text: 'x', blocks: rich({ type: 'broadcast', range: 'here' }) },
    { broadcasts: ['here'] },
  ],
  ['an attachment', { attachments: [{ text: '<!here>' }] }, { broadcasts: ['here'] }],
  [
    'a field of an attachment',
    { attachments: [{ fields: [{ title: 'x', value: '<!here>' }] }] },
    { broadcasts: ['here'] },
  ],
  [
    'the fallback beside blocks',
    { text: '<!here>', blocks: mrkdwn('x') },
    { broadcasts: ['here'] },
  ],
] as const)('a message notifies through %s', async ([, payload, notified]) => {
  await using inbox = await startInbox({ listen: false })

  await call(inbox, 'chat.postMessage', { channel: 'alerts', ...payload })

  expect(inbox.messages()[0]?.notified).toMatchObject(notified)
})

test.for([
  ['plain text', { text: '@here @channel @ada' }],
  ['escaped markup', { text: '&lt;!channel&gt; &lt;@U0ADA00001&gt;' }],
  ['verbatim mrkdwn', { text: 'x', blocks: mrkdwn('@here #general', { verbatim: true }) }],
  ['text in rich text', { text: 'x', blocks: rich({ type: 'text', text: '<!channel> @here' }) }],
  [
    'plain_text',
    {
      text: 'x',
      blocks: [{ type: 'header', text: { type: 'plain_text', text: '@here <!channel>' } }],
    },
  ],
  ['an address', { text: 'mail ops@here.example', link_names: true }],
] as const)('a message does not notify through %s', async ([, payload]) => {
  await using inbox = await startInbox({ listen: false })

  await call(inbox, 'chat.postMessage', { channel: 'alerts', ...payload })

  expect(inbox.messages()[0]?.notified).toEqual(nobody)
})

test('a direct message notifies its reader, and an edit notifies nobody again', async () => {
  await using inbox = await startInbox({ listen: false })

  const { channel, ts } = await call(inbox, 'chat.postMessage', {
    channel: 'U0ADA00001',
    text: 'x',
  })
  await call(inbox, 'chat.update', { channel, ts, text: '<!channel>' })

  expect(channel).toBe('D0ADA00001')
  expect(inbox.messages()[0]?.notified).toEqual({ ...nobody, people: ['U0ADA00001'] })
})

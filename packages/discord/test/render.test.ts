import {
  constantFrom,
  assert as check,
  asyncProperty,
  property,
  string,
  type Arbitrary,
} from 'fast-check'
import { startInbox, type InboxMessage } from '@slack-logger/slack-inbox'
import type {
  Destination,
  Detail,
  Notification,
  ReportNotification,
  RootNotification,
} from '@slack-logger/core'
import { describe, expect, test } from 'vitest'
import { anyNotifications } from '../../core/test/notification/arbitrary-notifications.ts'
import { notifications } from '../../core/test/contracts/notifications.ts'
import { codeBlock, deadMarkdown } from '../src/render/markdown.ts'
import { discordDestination, type DiscordOptions } from '../src/index.ts'

const details: readonly Detail[] = ['full', 'minimal', 'text']

async function start(options: 'webhook' | 'forum' | 'bot' = 'webhook') {
  const inbox = await startInbox({ discord: true, listen: false, rateLimit: false })
  const { webhookUrl, forumWebhookUrl, botToken, channel, apiUrl, tags } = inbox.discord
  const targets: Readonly<Record<typeof options, DiscordOptions>> = {
    webhook: { webhookUrl },
    forum: { webhookUrl: forumWebhookUrl, forum: { tags } },
    bot: { botToken, channel, apiUrl },
  }
  const destination = discordDestination(targets[options])
  destination.connect?.(inbox)
  return { inbox, destination }
}

const signal = new AbortController().signal

/** Posts it, edits it, and replies with it. */
async function sendEverywhere(
  destination: Destination,
  notification: Notification,
  detail: Detail,
) {
  const channel = 'Discord'
  const message = destination.render(notification, detail)
  const post = await destination.send(
    { kind: 'post', channel, message, id: 'id' + Math.random() },
    { signal },
  )
  if (post.status !== 'sent') return [post]
  const { ref } = post
  const edit = await destination.send({ kind: 'edit', channel, ref, message }, { signal })
  const replies = []
  for (const isBroadcast of [true, false]) {
    const reply = {
      kind: 'post',
      channel,
      message,
      thread: ref,
      isBroadcast,
      id: 'id' + Math.random(),
    } as const
    replies.push(await destination.send(reply, { signal }))
  }
  return [post, edit, ...replies]
}

describe.each(['webhook', 'forum', 'bot'] as const)('by a %s', (kind) => {
  test('any notification is accepted, posted, edited and as a reply', async () => {
    const { inbox, destination } = await start(kind)
    await check(
      asyncProperty(anyNotifications, async (given) => {
        for (const notification of given) {
          for (const detail of details) {
            const results = await sendEverywhere(destination, notification, detail)
            expect(results.map(({ status }) => status)).toEqual(results.map(() => 'sent'))
          }
        }
        inbox.clear()
      }),
      { numRuns: 10 },
    )
  }, 120_000)
})

const hostile =
  '@everyone @here <@123456789012345678> <@&123456789012345678> <#123456789012345678> <t:1:R> ' +
  '[click](https://evil.example) <https://evil.example> https://evil.example **bold** __u__ ~~s~~ ||spoiler|| `code` ' +
  '``` fence ```\n# heading\n-# small\n> quote\n>>> all\n- list\n1. one\n<:a:123456789012345678> \\*x ' +
  '</deploy:1> <id:home> :skull: app.js:100:7'

const hostileRoot: RootNotification = {
  ...notifications.root,
  title: hostile,
  context: hostile,
  headline: hostile,
  message: hostile,
  places: [{ label: hostile, code: hostile }],
  facts: [{ label: hostile, text: hostile }],
  links: [{ label: hostile, url: 'https://traces.example/a)b' }],
  notices: [hostile],
  why: hostile,
  sections: [{ kind: 'text', title: hostile, text: hostile }],
}

const hostileOfEachKind: readonly Notification[] = [
  hostileRoot,
  { ...notifications.state, line: hostile, headline: hostile, service: hostile, why: hostile },
  { ...notifications.state, line: hostile, isBroadcast: false },
  {
    kind: 'details',
    headline: hostile,
    parts: [
      { kind: 'literal', title: hostile, text: hostile },
      { kind: 'prose', text: hostile, code: hostile },
    ],
  },
  {
    ...notifications.storm,
    title: hostile,
    cause: hostile,
    more: hostile,
    context: [{ text: hostile }, { text: hostile, style: 'code' }],
    problems: [{ fingerprint: 'x', title: hostile, count: 3, culprit: hostile }],
  },
  { ...notifications.list, headline: hostile },
  {
    ...notifications.report,
    title: hostile,
    table: {
      columns: [{ title: hostile, isNumber: false }],
      rows: [[{ text: hostile, ref: '1/2/3' }, { text: hostile }]],
    },
    lists: [{ title: hostile, items: [{ text: hostile }], more: hostile }],
    notices: [hostile],
    foot: hostile,
  },
  { kind: 'notice', text: hostile },
  {
    ...notifications.report,
    title: hostile,
    context: [{ text: hostile }],
    table: { columns: [{ title: hostile, isNumber: false }], rows: [[{ text: hostile }]] },
    lists: [{ title: hostile, items: [{ text: hostile }], more: hostile }],
    foot: hostile,
  },
]

/** Text outside code, with what a backslash makes literal taken away. */
function activeText(text: string): string {
  return text
    .replace(/```\n[\s\S]*?\n```/g, '')
    .replace(/\\[^A-Za-z0-9\s]/g, 'X')
    .replace(/`[^`]*`/g, '')
}

function textsOf(message: InboxMessage | undefined): readonly string[] {
  const { content = '', embeds = [] } = message?.discord ?? {}
  const texts = (
    embeds as readonly {
      title?: string
      description?: string
      fields?: { name: string; value: string }[]
    }[]
  ).flatMap(({ title = '', description = '', fields = [] }) => [
    title,
    description,
    ...fields.flatMap(({ name, value }) => [name, value]),
  ])
  return [content, ...texts]
}

describe('text of a log', () => {
  const cases = hostileOfEachKind.flatMap((notification) =>
    details.map((detail) => ({ kind: notification.kind, detail, notification })),
  )

  test.each(cases)('has no effect in a $kind, $detail', async ({ notification, detail }) => {
    const { inbox, destination } = await start()
    const quiet = { ...notification, mentions: [] }

    const results = await sendEverywhere(destination, quiet, detail)

    expect(results.every(({ status }) => status === 'sent')).toBe(true)
    for (const message of inbox.messages()) {
      expect(message.notified).toEqual({ broadcasts: [], users: [], groups: [], people: [] })
      for (const text of textsOf(message)) {
        const active = activeText(
          text.replaceAll('[click](', 'X').replace(/\]\(https:\/\/traces\.example\/[^)]*\)/g, ''),
        )
        expect(active).not.toMatch(
          /<[@#:/i]|@everyone|@here|\]\(|https?:\/\/evil|\|\||~~|__u|^#|^>|```|<t:1:R|:skull:|:100:/m,
        )
      }
    }
  })

  test('without anything to see names no thread', async () => {
    const { inbox, destination } = await start('forum')

    for (const title of ['', ' \n', '\u200b\u2060', '\u115f'])
      await sendEverywhere(destination, { ...notifications.root, title, headline: title }, 'full')

    const names = inbox.messages().map(({ discord }) => discord?.threadName)
    expect(new Set(names.filter((name) => name !== undefined))).toEqual(new Set(['root']))
  })

  test('stays readable for whoever copies it', () => {
    expect(deadMarkdown('TypeError: x is not a function in user_id at POST /orders')).toBe(
      'TypeError: x is not a function in user\\_id at POST /orders',
    )
  })

  test('never ends its code block', () => {
    check(
      property(anyText, (text) => {
        const block = codeBlock(text, 500)
        expect(block.length).toBeLessThanOrEqual(500)
        expect(block === '' || /^```\n(?:(?!```)[\s\S])*\n```$/.test(block)).toBe(true)
      }),
    )
  })
})

test('a notice links to the message that it is about', async () => {
  const { inbox, destination } = await start()
  await sendEverywhere(destination, notifications.root, 'full')
  const id = inbox.messages()[0]?.discord?.id ?? ''
  const ref = `${inbox.discord.channel}/${id}`

  await sendEverywhere(destination, { kind: 'notice', text: 'continues *there*', ref }, 'full')

  const url = `http://127.0.0.1/channels/1100000000000000000/${ref}`
  expect(textsOf(inbox.messages().at(-1)).join('')).toContain(`[continues \\*there\\*](${url})`)
})

test('the longest report is accepted', async () => {
  const { inbox, destination } = await start()
  const long = 'x'.repeat(5000)
  const report: ReportNotification = {
    ...notifications.report,
    title: long,
    context: [{ text: long }],
    facts: Array.from({ length: 30 }, () => ({ label: long, text: long })),
    lists: [
      { title: long, items: Array.from({ length: 100 }, () => ({ text: long })), more: long },
    ],
    notices: Array.from({ length: 30 }, () => long),
    foot: long,
  }

  const results = await sendEverywhere(destination, report, 'full')

  expect(results.map(({ status }) => status)).toEqual(results.map(() => 'sent'))
  expect(inbox.requests.filter(({ error }) => error !== undefined)).toEqual([])
})

const anyText: Arbitrary<string> = string({
  unit: constantFrom('`', 'a', '\n', ' ', '@everyone', '<@1>', '😀', '\ud800'),
})

test('each post and each edit names whom it may notify', async () => {
  const { inbox, destination } = await start()
  await sendEverywhere(destination, notifications.root, 'full')

  const sent = inbox.requests.filter(({ method }) => /post|edit/.test(method))
  expect(sent.length).toBe(4)
  for (const { arguments: body } of sent) expect(body['allowed_mentions']).toHaveProperty('parse')
})

test('mentions of the configuration notify, and those of a text beside them do not', async () => {
  const { inbox, destination } = await start()
  const user = '123456789012345678'
  const mentions = [
    { kind: 'user', id: user },
    { kind: 'user', id: 'U0SLACK01' },
    { kind: 'group', id: '223456789012345678' },
    { kind: 'here' },
  ] as const

  await destination.send(
    {
      kind: 'post',
      channel: 'Discord',
      message: destination.render({ ...hostileRoot, mentions }, 'full') as never,
    },
    { signal },
  )
  await destination.send(
    {
      kind: 'post',
      channel: 'Discord',
      message: destination.render({ ...hostileRoot, mentions }, 'text') as never,
    },
    { signal },
  )

  expect(inbox.messages().map(({ notified }) => notified)).toEqual([
    { broadcasts: ['here'], users: [user], groups: ['223456789012345678'], people: [user] },
    { broadcasts: [], users: [user], groups: ['223456789012345678'], people: [user] },
  ])
})

import { expect, test } from 'vitest'
import { resolveEnvironment } from '../../../src/environment.ts'
import { createDestination } from '../../../src/slack/create-destination.ts'

const signal = new AbortController().signal
const ref = 'C0ALERTS001/1764435600.000100'
const own = { ts: '1764435600.000100', user: 'U0BOT00001', bot_id: 'B1' }

/** How people act in a Slack that gives these answers, and what it was asked. */
function portOf(answerTo: (method: string, args: URLSearchParams) => object) {
  const asked: URLSearchParams[] = []
  const environment = resolveEnvironment({
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const args = new URLSearchParams(await request.text())
      asked.push(args)
      const method = request.url.split('/').at(-1) ?? ''
      return new Response(JSON.stringify({ ok: true, ...answerTo(method, args) }))
    },
  })
  const { actions } = createDestination(
    {
      target: {
        kind: 'webApi',
        token: 'xoxb-1',
        channel: '#alerts',
        slackApiUrl: 'https://slack.com/api/',
        identity: {},
      },
      hooks: {},
      fetch: undefined,
      proxy: undefined,
      actions: false,
    },
    environment,
    () => undefined,
  )
  if (actions === undefined) throw new Error('Expected Slack to have actions')
  return { actions, asked }
}

test('reactions are those of people, with any color of skin', async () => {
  const { actions, asked } = portOf(() => ({
    messages: [
      {
        ...own,
        latest_reply: '1764435700.000100',
        reactions: [
          { name: 'white_check_mark', users: ['U1', 'U0BOT00001'], count: 2 },
          { name: 'no_bell::skin-tone-3', users: ['U1', 'U2', 'U3'], count: 9 },
          { name: 'tada', users: ['U1'], count: 1 },
          { name: 'eyes', users: 'U1', count: 1 },
        ],
      },
      { ts: '1764435601.000100', user: 'U1', reactions: [{ name: 'eyes', users: ['U1'] }] },
    ],
  }))

  const marks = await actions.readMarks([ref, 'C0ALERTS001/1764435500.000100'], { signal })

  expect(marks).toEqual([
    {
      ref,
      marks: [
        { kind: 'resolve', users: ['U1'], isComplete: true },
        { kind: 'mute', users: ['U1', 'U2', 'U3'], isComplete: false },
      ],
      lastReply: '1764435700.000100',
    },
  ])
  expect(Object.fromEntries(asked[0] ?? [])).toMatchObject({
    channel: 'C0ALERTS001',
    oldest: '1764435500.000100',
    limit: '200',
  })
})

test('a thread with our own lines alone has no replies to read', async () => {
  const { actions } = portOf(() => ({
    messages: [{ ...own, latest_reply: '1764435700.000100', reply_users: ['U0BOT00001'] }],
  }))

  const marks = await actions.readMarks([ref], { signal })

  expect(marks).toEqual([{ ref, marks: [], lastReply: undefined }])
})

test('a channel whose messages make too long an answer is read in smaller parts', async () => {
  const { actions, asked } = portOf((_, args) => ({
    messages: Number(args.get('limit')) > 50 ? [{ text: 'x'.repeat(1_100_000) }] : [own],
  }))

  await actions.readMarks([ref], { signal })
  await actions.readMarks([ref], { signal })
  const marks = await actions.readMarks([ref], { signal })

  expect(asked.map((args) => args.get('limit'))).toEqual(['200', '100', '50'])
  expect(marks).toEqual([{ ref, marks: [], lastReply: undefined }])
})

test('replies are those of people, as they typed them', async () => {
  const { actions } = portOf(() => ({
    messages: [
      own,
      { ...own, ts: '1764435601.000100', text: 'the stack' },
      {
        ts: '1764435602.000100',
        user: 'U1',
        text: 'note: see <https://wiki.example/a?b=1&amp;c=2|wiki>, ask <@U2> or <!here|here> &lt;3',
      },
    ],
  }))

  const replies = await actions.readReplies(ref, { signal, after: undefined })

  expect(replies).toEqual([
    {
      position: '1764435602.000100',
      at: 1_764_435_602_000,
      user: 'U1',
      text: 'note: see https://wiki.example/a?b=1&c=2, ask U2 or here <3',
    },
  ])
})

test('answers that are not as documented are no reactions, replies and members', async () => {
  const { actions } = portOf(() => ({ messages: 'none', users: 7, user: null }))

  expect(await actions.readMarks([ref], { signal })).toEqual([])
  expect(await actions.readReplies(ref, { signal, after: undefined })).toEqual([])
  expect(await actions.members('S1', { signal })).toEqual([])
  expect(await actions.person('U1', { signal })).toEqual({
    name: undefined,
    isBot: false,
    isGuest: false,
  })
})

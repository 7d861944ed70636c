import { describe, expect, test } from 'vitest'
import { createVirtualClock, startInbox, type Inbox, type JsonObject } from '../../src/index.ts'

interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: JsonObject
}

async function start(options: { readonly rateLimit?: boolean } = {}) {
  const clock = createVirtualClock()
  const inbox = await startInbox({
    discord: true,
    listen: false,
    clock,
    rateLimit: false,
    ...options,
  })
  return { inbox, clock, ...callsTo(inbox) }
}

function callsTo(inbox: Inbox) {
  const { webhookUrl, forumWebhookUrl, botToken, apiUrl } = inbox.discord
  const call = async (
    method: string,
    url: string,
    body?: object,
    headers: Record<string, string> = {},
  ): Promise<Answer> => {
    const response = await inbox.fetch(url, {
      method,
      headers: { ...(body !== undefined && { 'content-type': 'application/json' }), ...headers },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    })
    const text = await response.text()
    const { status, headers: received } = response
    return { status, headers: received, body: text.startsWith('{') ? JSON.parse(text) : {} }
  }
  return {
    post: (body: object, query = '?wait=true') =>
      call('POST', webhookUrl.replace('/api/', '/api/v10/') + query, body),
    postInForum: (body: object, query = '?wait=true') =>
      call('POST', forumWebhookUrl + query, body),
    call,
    bot: (method: string, path: string, body?: object) =>
      call(method, apiUrl + path, body, { authorization: `Bot ${botToken}` }),
  }
}

const text = (length: number) => 'x'.repeat(length)
const field = { name: 'a', value: 'b' }

describe('the limits of a message', () => {
  test.each([
    ['content', { content: text(2000) }, { content: text(2001) }],
    [
      'embeds',
      { embeds: Array.from({ length: 10 }, () => ({ title: 'a' })) },
      { embeds: Array.from({ length: 11 }, () => ({ title: 'a' })) },
    ],
    ['a title', { embeds: [{ title: text(256) }] }, { embeds: [{ title: text(257) }] }],
    [
      'a description',
      { embeds: [{ description: text(4096) }] },
      { embeds: [{ description: text(4097) }] },
    ],
    [
      'fields',
      { embeds: [{ fields: Array.from({ length: 25 }, () => field) }] },
      { embeds: [{ fields: Array.from({ length: 26 }, () => field) }] },
    ],
    [
      "a field's name",
      { embeds: [{ fields: [{ ...field, name: text(256) }] }] },
      { embeds: [{ fields: [{ ...field, name: text(257) }] }] },
    ],
    [
      "a field's value",
      { embeds: [{ fields: [{ ...field, value: text(1024) }] }] },
      { embeds: [{ fields: [{ ...field, value: ' ' }] }] },
    ],
    [
      'a footer',
      { embeds: [{ footer: { text: text(2048) } }] },
      { embeds: [{ footer: { text: text(2049) } }] },
    ],
    [
      'everything together',
      { embeds: [{ description: text(4000) }, { description: text(2000) }] },
      { embeds: [{ description: text(4000) }, { description: text(2001) }] },
    ],
    ['flags', { content: 'a', flags: 4096 + 4 }, { content: 'a', flags: 64 }],
    [
      'a color',
      { embeds: [{ title: 'a', color: 0xffffff }] },
      { embeds: [{ title: 'a', color: 0x1000000 }] },
    ],
    ['a name', { content: 'a', username: 'Alerts' }, { content: 'a', username: 'Discord alerts' }],
    [
      'mentions',
      { content: 'a', allowed_mentions: { parse: [], users: ['123456789012345678'] } },
      { content: 'a', allowed_mentions: { parse: [], users: ['U0ADA'] } },
    ],
  ])('%s: the largest is accepted, more is refused', async (_, accepted, refused) => {
    const { post } = await start()

    expect(await post(accepted)).toMatchObject({ status: 200 })
    expect(await post(refused)).toMatchObject({ status: 400, body: { code: 50035 } })
  })

  test.each([{}, { content: ' \n' }, { embeds: [] }, { embeds: [{}] }])(
    '%j is empty',
    async (body) => {
      const { post } = await start()

      expect(await post(body)).toMatchObject({ status: 400, body: { code: 50006 } })
    },
  )
})

describe('a webhook', () => {
  test('answers with the message only if it is asked to wait', async () => {
    const { inbox, post } = await start()

    const [waited, unwaited] = [await post({ content: 'a' }), await post({ content: 'b' }, '')]

    expect(waited).toMatchObject({
      status: 200,
      body: {
        id: expect.stringMatching(/^\d{15,20}$/),
        channel_id: inbox.discord.channel,
        content: 'a',
      },
    })
    expect(unwaited).toMatchObject({ status: 204 })
    expect(inbox.messages({ channel: 'discord-alerts' })).toHaveLength(2)
  })

  test('edits its messages, and what an edit does not name stays', async () => {
    const { inbox, post, call } = await start()
    const { body } = await post({ content: 'a', embeds: [{ title: 'b' }] })
    const url = `${inbox.discord.webhookUrl}/messages/${body['id'] as string}`

    expect(await call('PATCH', url, { content: 'c' })).toMatchObject({ status: 200 })
    expect(inbox.messages()).toMatchObject([
      { discord: { content: 'c', embeds: [{ title: 'b' }] }, editCount: 1 },
    ])
    const other = `${inbox.discord.webhookUrl}/messages/123456789012345678`
    expect(await call('PATCH', other, { content: 'c' })).toMatchObject({
      status: 404,
      body: { code: 10008 },
    })
  })

  test('that is unknown, and a wrong token, are refused', async () => {
    const { inbox, call } = await start()
    const { webhookUrl } = inbox.discord
    const unknown = webhookUrl.replace(/webhooks\/\d+/, 'webhooks/123456789012345678')

    expect(await call('POST', unknown, {})).toMatchObject({ status: 404, body: { code: 10015 } })
    expect(await call('POST', `${webhookUrl}x`, {})).toMatchObject({
      status: 401,
      body: { code: 50027 },
    })
  })

  test('takes files in a form', async () => {
    const { inbox } = await start()
    const form = new FormData()
    form.set('payload_json', JSON.stringify({ attachments: [{ id: 0, filename: 'stack.txt' }] }))
    form.set('files[0]', new Blob(['at charge']), 'stack.txt')

    const response = await inbox.fetch(inbox.discord.webhookUrl, { method: 'POST', body: form })

    expect(response.status).toBe(204)
    expect(inbox.messages()).toMatchObject([
      { files: [{ name: 'stack.txt', content: 'at charge' }] },
    ])
  })
})

describe('mentions', () => {
  const content = '@everyone <@123456789012345678>'

  test.each([
    ['nothing', {}, ['everyone'], ['123456789012345678']],
    ['an empty list', { allowed_mentions: { parse: [] } }, [], []],
    [
      'a user',
      { allowed_mentions: { parse: [], users: ['123456789012345678'] } },
      [],
      ['123456789012345678'],
    ],
  ])(
    'with %s in `allowed_mentions`, of a post and of an edit',
    async (_, allowed, broadcasts, users) => {
      const { inbox, post, call } = await start()
      const { body } = await post({ content, ...allowed })
      expect(inbox.messages()[0]?.notified).toMatchObject({ broadcasts, users })

      await call('PATCH', `${inbox.discord.webhookUrl}/messages/${body['id'] as string}`, {
        content,
        ...allowed,
      })

      expect(inbox.messages()[0]?.notified).toMatchObject({ broadcasts, users })
    },
  )

  test('in an embed notify nobody', async () => {
    const { inbox, post } = await start()
    await post({ embeds: [{ description: content }] })

    expect(inbox.messages()[0]?.notified.broadcasts).toEqual([])
  })
})

describe('a forum', () => {
  test('takes only posts with a name, and replies in them', async () => {
    const { inbox, postInForum } = await start()
    const { tags } = inbox.discord

    const post = await postInForum({
      content: 'a',
      thread_name: 'A problem',
      applied_tags: [tags.active],
    })
    const thread = post.body['channel_id'] as string
    const reply = await postInForum({ content: 'b' }, `?wait=true&thread_id=${thread}`)

    expect(post.body['id']).toBe(thread)
    expect(reply.body).toMatchObject({ channel_id: thread })
    expect(inbox.messages()).toMatchObject([
      { discord: { threadName: 'A problem', tags: [tags.active] } },
    ])
    expect(inbox.thread(inbox.messages()[0]?.ts ?? '')).toHaveLength(2)
  })

  test.each([
    ['no name', { content: 'a' }, 220001],
    ['an unknown tag', { content: 'a', thread_name: 'b', applied_tags: ['1'] }, 10087],
    ['a name that is too long', { content: 'a', thread_name: text(101) }, 50035],
  ])('refuses %s', async (_, body, code) => {
    const { postInForum } = await start()

    expect(await postInForum(body)).toMatchObject({ body: { code } })
  })

  test('refuses a name beside a thread', async () => {
    const { postInForum } = await start()
    const { body } = await postInForum({ content: 'a', thread_name: 'b' })
    const query = `?wait=true&thread_id=${body['channel_id'] as string}`

    expect(await postInForum({ content: 'a', thread_name: 'b' }, query)).toMatchObject({
      status: 400,
      body: { code: 220002 },
    })
  })

  test('is where a name is allowed', async () => {
    const { post } = await start()

    expect(await post({ content: 'a', thread_name: 'b' })).toMatchObject({ body: { code: 220003 } })
  })

  test('has edits only with the id of the thread', async () => {
    const { inbox, postInForum, call } = await start()
    const { body } = await postInForum({ content: 'a', thread_name: 'b' })
    const url = `${inbox.discord.forumWebhookUrl}/messages/${body['id'] as string}`

    expect(await call('PATCH', url, { content: 'c' })).toMatchObject({ status: 404 })
    expect(
      await call('PATCH', `${url}?thread_id=${body['id'] as string}`, { content: 'c' }),
    ).toMatchObject({
      status: 200,
    })
  })
})

/** A forum's post of a bot, which is archived after an hour. */
async function startPost() {
  const started = await start()
  const { forum } = started.inbox.discord
  const given = { name: 'a', auto_archive_duration: 60, message: { content: 'b' } }
  const { body } = await started.bot('POST', `channels/${forum}/threads`, given)
  const id = body['id'] as string
  const edit = () => started.bot('PATCH', `channels/${id}/messages/${id}`, { content: 'c' })
  return { ...started, id, edit }
}

describe('threads', () => {
  const minute = 60_000

  test('are archived after a time without messages, and take no edit then', async () => {
    const { clock, edit } = await startPost()
    await clock.advance(59 * minute)
    expect(await edit()).toMatchObject({ status: 200 })
    // An edit does not keep a thread open.
    await clock.advance(minute)

    expect(await edit()).toMatchObject({ status: 400, body: { code: 50083 } })
  })

  test('open again by a message, and by a change that says so', async () => {
    const { clock, id, edit, bot } = await startPost()
    await clock.advance(61 * minute)
    await bot('POST', `channels/${id}/messages`, { content: 'd' })
    expect(await edit()).toMatchObject({ status: 200 })

    await clock.advance(61 * minute)
    expect(await bot('PATCH', `channels/${id}`, { applied_tags: [] })).toMatchObject({
      body: { code: 50083 },
    })
    await bot('PATCH', `channels/${id}`, { archived: false })

    expect(await edit()).toMatchObject({ status: 200 })
  })

  test('of a forum take a webhook only until somebody locks them', async () => {
    const { inbox, postInForum, bot } = await start()
    const { body } = await postInForum({ content: 'a', thread_name: 'b' })
    const thread = body['channel_id'] as string

    await bot('PATCH', `channels/${thread}`, { locked: true })

    expect(await postInForum({ content: 'c' }, `?wait=true&thread_id=${thread}`)).toMatchObject({
      status: 400,
      body: { code: 160005 },
    })
    expect(inbox.messages()).toHaveLength(1)
  })

  test('are private and empty where a post is started in a text channel', async () => {
    const { inbox, bot } = await start()

    const { body } = await bot('POST', `channels/${inbox.discord.channel}/threads`, {
      name: 'a',
      message: { content: 'b' },
    })

    expect(body).toMatchObject({ type: 12 })
    expect(body).not.toHaveProperty('message')
    expect(inbox.messages()).toEqual([])
  })
})

describe('an edit', () => {
  test('keeps the files that it names, and all if it names none', async () => {
    const { inbox, call } = await start()
    const form = new FormData()
    form.set('payload_json', JSON.stringify({ content: 'a' }))
    form.set('files[0]', new Blob(['at charge']), 'stack.txt')
    const response = await inbox.fetch(`${inbox.discord.webhookUrl}?wait=true`, {
      method: 'POST',
      body: form,
    })
    const { id, attachments } = (await response.json()) as { id: string; attachments: object[] }
    const url = `${inbox.discord.webhookUrl}/messages/${id}`
    const files = () => inbox.messages()[0]?.files.length

    await call('PATCH', url, { content: 'b' })
    expect(files()).toBe(1)
    await call('PATCH', url, { attachments })
    expect(files()).toBe(1)
    await call('PATCH', url, { attachments: [] })
    expect(files()).toBe(0)
  })

  test('shows and hides embeds, and changes no other flag', async () => {
    const { inbox, post, call } = await start()
    const { body } = await post({ content: 'a', embeds: [{ title: 'b' }], flags: 4096 + 4 })
    const url = `${inbox.discord.webhookUrl}/messages/${body['id'] as string}`

    await call('PATCH', url, { content: 'c' })
    expect(inbox.messages()[0]?.discord?.flags).toBe(4100)
    await call('PATCH', url, { flags: 0 })

    expect(inbox.messages()[0]?.discord?.flags).toBe(4096)
  })
})

test('an invalid form is refused with the field and what is wrong with it', async () => {
  const { post } = await start()

  expect(await post({ embeds: [{ title: text(257) }] })).toMatchObject({
    body: { code: 50035, errors: { title: { _errors: [{ code: 'BASE_TYPE_BAD_LENGTH' }] } } },
  })
})

describe('a bot', () => {
  test('needs its token', async () => {
    const { inbox, call } = await start()
    const url = `${inbox.discord.apiUrl}channels/${inbox.discord.channel}/messages`

    expect(await call('POST', url, { content: 'a' }, { authorization: 'Bot x' })).toMatchObject({
      status: 401,
      body: { code: 0 },
    })
  })

  test('opens one thread from a message, and posts in it', async () => {
    const { inbox, bot } = await start()
    const channel = `channels/${inbox.discord.channel}`
    const { body } = await bot('POST', `${channel}/messages`, { content: 'a' })
    const id = body['id'] as string
    const before = await bot('POST', `channels/${id}/messages`, { content: 'b' })

    const thread = await bot('POST', `${channel}/messages/${id}/threads`, { name: 'details' })
    const again = await bot('POST', `${channel}/messages/${id}/threads`, { name: 'details' })
    const reply = await bot('POST', `channels/${id}/messages`, { content: 'b' })

    expect(before).toMatchObject({ status: 404, body: { code: 10003 } })
    expect(thread.body['id']).toBe(id)
    expect(again).toMatchObject({ status: 400, body: { code: 160004 } })
    expect(reply.body).toMatchObject({ channel_id: id })
  })

  test('gets the first message for a nonce that it enforces, for some minutes', async () => {
    const { inbox, bot, clock } = await start()
    const path = `channels/${inbox.discord.channel}/messages`
    const body = { content: 'a', nonce: 'n1', enforce_nonce: true }

    const [first, again] = [await bot('POST', path, body), await bot('POST', path, body)]
    const unenforced = await bot('POST', path, { content: 'a', nonce: 'n1' })
    await clock.advance(600_000)
    const later = await bot('POST', path, body)

    expect(again.body['id']).toBe(first.body['id'])
    expect(unenforced.body['id']).not.toBe(first.body['id'])
    expect(later.body['id']).not.toBe(first.body['id'])
    expect(await bot('POST', path, { content: 'a', nonce: text(26) })).toMatchObject({
      status: 400,
    })
  })

  test('changes the tags of a post in a forum', async () => {
    const { inbox, bot } = await start()
    const { forum, tags } = inbox.discord
    const given = { name: 'a', message: { content: 'b' }, applied_tags: [tags.active] }
    const { body } = await bot('POST', `channels/${forum}/threads`, given)

    await bot('PATCH', `channels/${body['id'] as string}`, { applied_tags: [tags.quiet] })

    expect(inbox.messages()).toMatchObject([{ discord: { tags: [tags.quiet] } }])
  })
})

describe('rate limits', () => {
  test('are in the headers of every answer, and a refusal says how long in seconds with decimals', async () => {
    const { post, clock } = await start({ rateLimit: true })
    const answers: Answer[] = []
    for (let count = 0; count < 6; count += 1) {
      answers.push(await post({ content: 'a' }))
      await clock.advance(123)
    }

    expect(answers.map(({ headers }) => headers.get('x-ratelimit-remaining'))).toEqual([
      '4',
      '3',
      '2',
      '1',
      '0',
      '0',
    ])
    expect(answers.at(-1)).toMatchObject({
      status: 429,
      body: { retry_after: 1.385, global: false },
    })
    expect(answers.at(-1)?.headers.get('retry-after')).toBe('2')
    await clock.advance(1385)
    expect(await post({ content: 'a' })).toMatchObject({ status: 200 })
  })

  test('are in milliseconds where the address has no version', async () => {
    const { inbox, call } = await start()
    inbox.fail({ retryAfter: 0.65, times: 1 })

    const answer = await call('POST', inbox.discord.webhookUrl, { content: 'a' })

    expect(answer).toMatchObject({ status: 429, body: { retry_after: 650 } })
    expect(answer.headers.get('retry-after')).toBe('1000')
  })

  test('are global beyond fifty requests a second', async () => {
    const { inbox, call, bot } = await start({ rateLimit: true })
    const answers: Answer[] = []
    for (let count = 0; count < 60; count += 1)
      answers.push(await bot('GET', `channels/1000000000000000${count + 10}`))

    expect(answers.at(-1)).toMatchObject({ status: 429, body: { global: true } })
    expect(answers.at(-1)?.headers.get('x-ratelimit-global')).toBe('true')
    expect(await call('GET', inbox.discord.webhookUrl)).toMatchObject({ status: 429 })
  })

  test("come from Cloudflare as a page, and from Discord with the fault's time", async () => {
    const { inbox, post } = await start()
    inbox.fail({ status: 429, html: true, retryAfter: 30, times: 1 })
    inbox.fail({ retryAfter: 0.65, times: 1 })

    const [cloudflare, discord] = [await post({ content: 'a' }), await post({ content: 'a' })]

    expect(cloudflare).toMatchObject({ status: 429, body: {} })
    expect(cloudflare.headers.get('retry-after')).toBe('30')
    expect(discord.body).toMatchObject({ retry_after: 0.65 })
  })
})

test('without the option there is no Discord', async () => {
  const inbox = await startInbox({ listen: false })

  expect(() => inbox.discord).toThrow('Expected the option `discord` to be true')
  expect(inbox.messages()).toEqual([])
})

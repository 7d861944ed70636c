import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createSlackSink, type SlackOptions, type SlackSink } from '@slack-logger/core'
import {
  createVirtualClock,
  type FaultOptions,
  type Inbox,
  type InboxMessage,
  startInbox,
  type VirtualClock,
} from '@slack-logger/slack-inbox'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { discordDestination, type DiscordMessage, type DiscordOptions } from '../src/index.ts'

const second = 1000
const minute = 60 * second
const hour = 60 * minute

const kinds = ['webhook', 'forum webhook', 'bot', 'forum bot'] as const
type Kind = (typeof kinds)[number]

/** A service with a sink, and its Discord, on one clock that stands still until it is moved. */
class Service {
  readonly errors: string[] = []
  readonly clock: VirtualClock
  readonly inbox: Inbox
  readonly sink: SlackSink

  constructor(clock: VirtualClock, inbox: Inbox, options: DiscordOptions, more: SlackOptions) {
    this.clock = clock
    this.inbox = inbox
    this.sink = createSlackSink(
      {
        destination: discordDestination(options),
        service: 'checkout',
        onError: ({ message }) => this.errors.push(message),
        ...more,
      },
      {
        clock,
        fetch: inbox.fetch,
        variables: {},
        random: () => 0.5,
        writeStderr: () => undefined,
      },
    )
  }

  static async start(kind: Kind = 'webhook', more: SlackOptions = {}): Promise<Service> {
    const clock = createVirtualClock()
    const inbox = await startInbox({ discord: true, clock, listen: false })
    return new Service(clock, inbox, optionsFor(kind, inbox), more)
  }

  /** Logs an error that a function of this name threw: each is a problem of its own. */
  fail(name: string, { level = 'error', stackLines = 1 } = {}): void {
    const lines = Array.from(
      { length: stackLines },
      (_, line) => `    at ${name}${line} (/app/src/${name}-${line}.js:7:11)`,
    )
    const message = `${name} failed`
    const error = { type: 'Error', message, stack: [`Error: ${message}`, ...lines].join('\n') }
    this.sink.write({ level, time: this.clock.now(), message: '', error, fields: {} })
  }

  get messages(): readonly InboxMessage[] {
    return this.inbox.messages()
  }

  get posts(): readonly number[] {
    return this.inbox.requests.filter(({ method }) => method === 'discord.post').map(({ at }) => at)
  }
}

function optionsFor(kind: Kind, { discord }: Inbox): DiscordOptions {
  const { webhookUrl, forumWebhookUrl, botToken, channel, forum, apiUrl, tags } = discord
  const options: Readonly<Record<Kind, DiscordOptions>> = {
    webhook: { webhookUrl },
    'forum webhook': { webhookUrl: forumWebhookUrl, forum: { tags } },
    bot: { botToken, channel, apiUrl },
    'forum bot': { botToken, channel: forum, apiUrl, forum: { tags } },
  }
  return options[kind]
}

/** The count that the first message shows. */
function countIn({ messages }: Service): string | undefined {
  const [, count] = /"name":"Count","value":"(\d+)/.exec(JSON.stringify(messages[0]?.discord)) ?? []
  return count
}

/** What a moderator does with the first post of the forum. */
async function changeThread({ inbox, messages }: Service, changes: object): Promise<void> {
  const { apiUrl, botToken } = inbox.discord
  const { status } = await inbox.fetch(`${apiUrl}channels/${messages[0]?.discord?.id}`, {
    method: 'PATCH',
    headers: { authorization: `Bot ${botToken}`, 'content-type': 'application/json' },
    body: JSON.stringify(changes),
  })
  expect(status).toBe(200)
}

function embedsOf(message: InboxMessage | undefined): readonly {
  readonly title?: string
  readonly url?: string
  readonly color?: number
  readonly description?: string
}[] {
  return message?.discord?.embeds ?? []
}

describe.each(kinds)('by a %s', (kind) => {
  test('a problem is one message that counts, and further alerts follow it', async () => {
    const service = await Service.start(kind)
    service.fail('charge')
    await service.clock.advance(6 * minute)

    for (let count = 0; count < 9; count += 1) service.fail('charge')
    await service.clock.advance(minute)

    const roots = service.messages.filter(
      ({ discord, isReply }) => !isReply && JSON.stringify(discord).includes('Count'),
    )
    expect(roots).toMatchObject([{ editCount: expect.any(Number) }])
    expect(JSON.stringify(roots[0]?.discord)).toContain('"value":"10 · ')
    const all = [...service.messages, ...service.inbox.thread(roots[0]?.ts ?? '')]
    expect(all.some((message) => message !== roots[0] && message.text.includes('×10'))).toBe(true)
    expect(service.errors).toEqual([])
  })

  test('many new problems are a storm, and all of them arrive', async () => {
    const service = await Service.start(kind)

    for (const name of 'abcdefghijkl') service.fail(`${name}Task`)
    await service.clock.advance(5 * minute)

    const everything = JSON.stringify(
      service.messages.flatMap(({ ts, discord }) => [discord, service.inbox.thread(ts)]),
    )
    expect(everything).toContain('12 new problems')
    for (const name of 'abcdefghijkl') expect(everything).toContain(`${name}Task failed`)
    expect(service.sink.health().deliveries.gaveUp).toEqual({})
  })

  test('a lost answer loses nothing', async () => {
    const service = await Service.start(kind)
    service.inbox.fail({ loseAnswer: true, times: 1, method: 'discord.post' })

    service.fail('charge')
    await service.clock.advance(minute)

    const copies = service.messages.filter(({ text }) => text.includes('charge failed')).length
    // Only a bot's message in a text channel has a nonce.
    expect(copies).toBe(kind === 'bot' ? 1 : 2)
  })
})

describe('in a text channel', () => {
  test('the stack is a second embed, and what is beyond its limits a file', async () => {
    const service = await Service.start()
    service.fail('charge')
    service.fail('parse', { stackLines: 400 })
    await service.clock.advance(minute)

    const [charge, parse] = service.messages
    expect(embedsOf(charge)).toMatchObject([
      { title: '🔴 Error: charge failed', color: 0xe01e5a },
      { title: 'Stack', description: expect.stringContaining('at charge0') },
    ])
    expect(charge?.files).toEqual([])
    expect(parse?.files).toMatchObject([
      { name: 'stack.txt', content: expect.stringContaining('parse-399.js') },
    ])
  })

  test('an edit keeps the file, and posts no other', async () => {
    const service = await Service.start()
    service.fail('parse', { stackLines: 400 })
    await service.clock.advance(minute)

    service.fail('parse', { stackLines: 400 })
    await service.clock.advance(minute)

    expect(service.messages).toMatchObject([{ editCount: 1, files: [{ name: 'stack.txt' }] }])
  })

  test('a notification is a new message that links to the root, which is edited on', async () => {
    const service = await Service.start()
    service.fail('charge')
    await service.clock.advance(6 * minute)

    for (let count = 0; count < 9; count += 1) service.fail('charge')
    await service.clock.advance(minute)

    const [root, milestone] = service.messages
    const rootId = embedsOf(milestone)[0]?.url?.split('/').at(-1)
    expect(service.messages).toHaveLength(2)
    expect(embedsOf(milestone)[0]?.url).toMatch(
      new RegExp(`/channels/\\d+/${service.inbox.discord.channel}/\\d+$`),
    )
    expect(service.inbox.requests.find(({ method }) => method === 'discord.edit')).toBeDefined()
    expect(root?.editCount).toBe(1)
    expect(rootId).toMatch(/^\d+$/)
  })

  test('the color follows the state', async () => {
    const service = await Service.start()
    service.fail('charge')
    await service.clock.advance(3 * hour)

    expect(embedsOf(service.messages[0])[0]).toMatchObject({
      title: '⚪ Error: charge failed',
      color: 0x9e9ea6,
    })
  })

  test('each post asks for an answer with its message', async () => {
    const service = await Service.start()
    service.fail('charge')
    await service.clock.advance(second)

    const posts = service.inbox.requests.filter(({ method }) => method === 'discord.post')
    expect(posts).toMatchObject([{ arguments: { wait: 'true' } }])
  })

  test('an edit shows what is new after a text that stood in for the message', async () => {
    const service = await Service.start()
    service.inbox.fail({ error: '50035', times: 2, method: 'discord.post' })
    service.fail('charge')
    await service.clock.advance(second)
    expect(service.messages).toMatchObject([{ discord: { embeds: [] } }])

    service.fail('charge')
    await service.clock.advance(minute)

    expect(embedsOf(service.messages[0])[0]).toMatchObject({ title: '🔴 Error: charge failed' })
    expect(service.messages[0]?.discord?.flags).toBe(0)
  })

  test('lists link to messages from the first one on', async () => {
    const service = await Service.start()
    const destination = discordDestination(optionsFor('webhook', service.inbox))
    destination.connect?.(service.inbox)
    const message = destination.render({ kind: 'notice', text: 'a' }, 'full') as DiscordMessage
    const { signal } = new AbortController()
    const sent = await destination.send({ kind: 'post', channel: '', message }, { signal })
    const ref = sent.status === 'sent' ? sent.ref : ''

    await vi.waitFor(() => {
      expect(destination.urlOf?.(ref)).toMatch(/\/channels\/1100000000000000000\/\d+\/\d+$/)
    })
  })
})

describe('in a forum', () => {
  test('each incident is a post with its thread and its tag', async () => {
    const service = await Service.start('forum webhook')
    service.fail('charge')
    service.fail('parse', { stackLines: 400 })
    await service.clock.advance(minute)

    const { tags } = service.inbox.discord
    expect(service.messages).toMatchObject([
      { discord: { threadName: 'Error: charge failed', tags: [tags.active] } },
      { discord: { threadName: 'Error: parse failed', tags: [tags.active] } },
    ])
    const [stack] = service.inbox.thread(service.messages[0]?.ts ?? '').slice(1)
    // Details notify nobody.
    expect(stack).toMatchObject({ discord: { flags: 4096 } })
    expect(stack?.text).toContain('at charge0')
    const files = service.inbox
      .thread(service.messages[1]?.ts ?? '')
      .flatMap((reply) => reply.files)
    expect(files).toMatchObject([{ content: expect.stringContaining('parse-399.js') }])
  })

  test.each(['forum bot', 'forum webhook'] as const)(
    'a %s and the tag of a state',
    async (kind) => {
      const service = await Service.start(kind)
      service.fail('charge')
      await service.clock.advance(3 * hour)

      const { active, quiet } = service.inbox.discord.tags
      // A webhook cannot change the tags of a post.
      expect(service.messages[0]?.discord?.tags).toEqual([kind === 'forum bot' ? quiet : active])
    },
  )

  test('a storm that is over, and a report, are not active', async () => {
    const service = await Service.start('forum bot', {
      report: { at: 'daily 03:00', timeZone: 'UTC' },
    })
    for (const name of 'abcdefghijkl') service.fail(`${name}Task`)
    await service.clock.advance(20 * minute)
    const { active, quiet } = service.inbox.discord.tags
    const tagsOf = (part: string) =>
      service.messages.find(({ text }) => text.includes(part))?.discord?.tags
    expect(tagsOf('🌩️')).toEqual([active])

    await service.clock.advance(24 * hour)

    expect(tagsOf('🌩️')).toEqual([quiet])
    expect(tagsOf('📊')).toEqual([quiet])
  })

  test.each(['forum bot', 'forum webhook'] as const)(
    'a problem of a %s arrives although its tag was deleted, and one line says so',
    async (kind) => {
      const service = await Service.start(kind)
      service.inbox.fail(({ arguments: { applied_tags: tags } }) =>
        tags === undefined ? undefined : { error: '10087', status: 404 },
      )
      service.fail('charge')
      await service.clock.advance(second)
      service.fail('parse')
      await service.clock.advance(minute)

      expect(service.messages).toMatchObject([
        { discord: { threadName: 'Error: charge failed', embeds: [{ color: 0xe01e5a }] } },
        { discord: { threadName: 'Error: parse failed' } },
      ])
      expect(service.errors).toEqual(['Discord: 10087 refused: posts go without the tag'])
      expect(service.posts).toHaveLength(3 + 2)
    },
  )

  test('what is archived is opened by a bot for an edit', async () => {
    const service = await Service.start('forum bot')
    service.fail('charge')
    await service.clock.advance(6 * minute)
    await changeThread(service, { archived: true })

    service.fail('charge')
    await service.clock.advance(3 * hour)

    const { quiet } = service.inbox.discord.tags
    expect(service.messages).toMatchObject([{ discord: { tags: [quiet] } }])
    expect(countIn(service)).toBe('2')
    expect(service.errors).toEqual([])
  })

  test('what is archived takes no edit of a webhook, until an alert opens it', async () => {
    const service = await Service.start('forum webhook')
    service.fail('charge')
    await service.clock.advance(6 * minute)
    await changeThread(service, { archived: true })
    service.fail('charge')
    await service.clock.advance(minute)
    const before = countIn(service)

    for (let count = 0; count < 8; count += 1) service.fail('charge')
    await service.clock.advance(10 * minute)

    // A message shows no count of 1.
    expect([before, countIn(service)]).toEqual([undefined, '10'])
    expect(service.messages).toHaveLength(1)
    expect(service.errors).toEqual([])
  })

  test('what somebody locked takes no edit, and the next alert is a new post', async () => {
    const service = await Service.start('forum webhook')
    service.fail('charge')
    await service.clock.advance(6 * minute)
    await changeThread(service, { locked: true })

    service.fail('charge')
    await service.clock.advance(3 * hour)
    expect(service.messages).toHaveLength(1)
    for (let count = 0; count < 9; count += 1) service.fail('charge')
    await service.clock.advance(6 * minute)

    expect(service.messages).toHaveLength(2)
    expect(Object.keys(service.sink.health().deliveries.gaveUp)).toEqual([
      'no line: 160005 Thread is locked',
    ])
  })

  test('too many active threads are waited for', async () => {
    const service = await Service.start('forum webhook')
    const fault = service.inbox.fail({ error: '160006' })
    service.fail('charge')
    await service.clock.advance(10 * minute)
    fault.stop()
    await service.clock.advance(10 * minute)

    expect(service.messages).toHaveLength(1)
    expect(service.sink.health().deliveries.gaveUp).toEqual({})
  })

  test('a bot that finds none says so, and starts one private thread at most', async () => {
    const clock = createVirtualClock()
    const inbox = await startInbox({ discord: true, clock, listen: false })
    const { botToken, channel, apiUrl } = inbox.discord
    const service = new Service(clock, inbox, { botToken, channel, apiUrl, forum: true }, {})

    service.fail('charge')
    await clock.advance(10 * hour)

    expect(service.errors[0]).toContain('the channel is no forum, and `forum` is set')
    expect(service.posts).toHaveLength(1)
    expect(service.sink.health().deliveries.sent).toBe(0)
  })

  test('without the option, and with it in a text channel, one line says what is wrong', async () => {
    const clock = createVirtualClock()
    const inbox = await startInbox({ discord: true, clock, listen: false })
    const { webhookUrl, forumWebhookUrl } = inbox.discord
    const services = [
      new Service(clock, inbox, { webhookUrl: forumWebhookUrl }, { spoolDir: false }),
      new Service(clock, inbox, { webhookUrl, forum: true }, { spoolDir: false }),
    ]

    for (const service of services) service.fail('charge')
    await clock.advance(second)

    expect(services.map(({ errors }) => errors[0])).toMatchObject([
      expect.stringContaining('220001 Webhooks posted to forum channels must have'),
      expect.stringContaining('220003 Webhooks can only create threads in forum'),
    ])
  })
})

describe('a bot', () => {
  test('opens a thread below each incident, and notifies in the channel by a reply to it', async () => {
    const service = await Service.start('bot')
    service.fail('charge')
    await service.clock.advance(6 * minute)

    for (let count = 0; count < 9; count += 1) service.fail('charge')
    await service.clock.advance(minute)

    const [root, milestone] = service.messages
    expect(root?.discord).toMatchObject({ threadName: 'Error: charge failed' })
    expect(service.inbox.thread(root?.ts ?? '')[1]?.text).toContain('at charge0')
    expect(milestone?.discord?.replyTo).toBe(root?.ts)
  })

  test('names a thread after its root', async () => {
    const service = await Service.start('bot')
    for (const name of 'abcdefghijkl') service.fail(`${name}Task`)
    await service.clock.advance(5 * minute)

    const names = service.messages.map(({ discord }) => discord?.threadName)
    expect(names).toContain('12 new problems, 12 errors')
  })

  test('keeps its message where somebody locked the thread', async () => {
    const service = await Service.start('bot')
    service.fail('charge')
    await service.clock.advance(6 * minute)
    service.inbox.fail(({ method, arguments: { message_reference: reference } }) =>
      method === 'discord.post' && reference === undefined ? { error: '160005' } : undefined,
    )

    for (let count = 0; count < 9; count += 1) service.fail('charge')
    await service.clock.advance(3 * hour)

    expect(service.messages).toHaveLength(2)
    expect(service.messages[1]?.discord?.replyTo).toBe(service.messages[0]?.ts)
    expect(countIn(service)).toBe('10')
  })

  test('links to the root where it may not read what it answers', async () => {
    const service = await Service.start('bot')
    service.inbox.fail(({ arguments: { message_reference: reference } }) =>
      reference === undefined ? undefined : { error: '160002', status: 403 },
    )
    service.fail('charge')
    await service.clock.advance(6 * minute)

    for (let count = 0; count < 9; count += 1) service.fail('charge')
    await service.clock.advance(minute)

    expect(embedsOf(service.messages[1])[0]?.url).toMatch(/\/channels\/\d+\/\d+\/\d+$/)
    expect(service.errors).toEqual([])
  })

  test('says in the thread why it has no files', async () => {
    const service = await Service.start('bot')
    service.inbox.fail(({ arguments: { attachments } }) =>
      attachments === undefined ? undefined : { error: '50013' },
    )
    service.fail('parse', { stackLines: 400 })
    await service.clock.advance(minute)

    const texts = service.inbox.thread(service.messages[0]?.ts ?? '').map(({ text }) => text)
    expect(texts.at(-1)).toBe(
      'Discord rejected the file (50013 refused), so this thread is shortened.',
    )
  })

  test('posts to the channels of routes', async () => {
    const service = await Service.start('bot', {
      routes: [{ when: { level: 'fatal' }, channel: '1100000000000000009' }],
    })

    service.fail('boot', { level: 'fatal' })
    await service.clock.advance(second)

    expect(service.inbox.requests.at(-1)).toMatchObject({ error: '10003' })
    expect(service.sink.health().channels['1100000000000000009']?.refusal).toContain('10003')
  })
})

describe('rate limits', () => {
  test('a refusal is waited for as long as it says, in seconds with decimals', async () => {
    const service = await Service.start()
    service.inbox.fail({ retryAfter: 2.4, times: 1 })
    service.fail('charge')

    await service.clock.advance(minute)

    const [first = 0, next = 0] = service.posts
    expect(next - first).toBeGreaterThanOrEqual(2400)
    expect(next - first).toBeLessThan(3000)
    expect(service.messages).toHaveLength(1)
  })

  test('requests name the version of the API, although no webhook has it as it was copied', async () => {
    const service = await Service.start()
    // Without it, this would be the time in milliseconds.
    service.inbox.fail({ retryAfter: 20, times: 1 })
    service.fail('charge')

    await service.clock.advance(minute)

    expect(service.inbox.discord.webhookUrl).toContain('/api/webhooks/')
    expect(service.messages).toHaveLength(1)
  })

  test('nothing is sent to a limit that is exhausted', async () => {
    const service = await Service.start('webhook', { repeat: { policy: 'window', limit: 50 } })
    for (let count = 0; count < 20; count += 1) service.fail('charge')

    await service.clock.advance(2 * minute)

    expect(service.inbox.requests.filter(({ status }) => status === 429)).toEqual([])
    expect(service.messages.length).toBeGreaterThanOrEqual(20)
  })

  test('a global limit stops every route', async () => {
    const service = await Service.start()
    service.fail('charge')
    await service.clock.advance(6 * minute)
    service.inbox.fail(({ method }) =>
      method === 'discord.edit' ? { status: 429, html: true, retryAfter: 600 } : undefined,
    )
    service.fail('charge')
    await service.clock.advance(minute)
    const before = service.inbox.requests.length

    service.fail('parse', { level: 'fatal' })
    await service.clock.advance(minute)

    expect(service.inbox.requests).toHaveLength(before)
    await service.clock.advance(15 * minute)
    expect(service.messages.map(({ text }) => text).join()).toContain('parse failed')
  })

  test.each([
    ['a page of Cloudflare with a time', { status: 429, html: true, retryAfter: 30 }, 30],
    ['a page of Cloudflare without one', { status: 429, html: true }, 60],
  ] as const satisfies readonly (readonly [string, FaultOptions, number])[])(
    '%s is waited for',
    async (_, fault, seconds) => {
      const service = await Service.start()
      service.inbox.fail({ ...fault, times: 1 })
      service.fail('charge')

      await service.clock.advance(5 * minute)

      const [first = 0, next = 0] = service.posts
      expect(next - first).toBeGreaterThanOrEqual(seconds * second)
      expect(next - first).toBeLessThan((seconds + 5) * second)
    },
  )
})

describe('an address that must not be used again', () => {
  test.each([
    ['a webhook that was deleted', 'webhook', '10015'],
    ['an invalid token of a webhook', 'webhook', '50027'],
    ['an invalid token of a bot', 'bot', '0'],
  ] as const)('%s gets no further request', async (_, kind, error) => {
    const service = await Service.start(kind)
    service.inbox.fail({ error })
    service.fail('charge')

    await service.clock.advance(24 * hour)

    expect(service.inbox.requests).toHaveLength(1)
    expect(service.sink.health().down).toBeDefined()
  })

  test('a missing permission is asked about with growing gaps, and messages arrive when it is there', async () => {
    const service = await Service.start('bot')
    const fault = service.inbox.fail({ error: '50013' })
    service.fail('charge')
    await service.clock.advance(10 * minute)
    expect(service.inbox.requests.length).toBeLessThan(60)

    fault.stop()
    await service.clock.advance(hour)

    expect(service.messages).toHaveLength(1)
  })
})

test.each(kinds)('by a %s, the next process continues in the same message', async (kind) => {
  const folder = mkdtempSync(join(tmpdir(), 'discord-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  const spoolDir = join(folder, 'spool')
  const first = await Service.start(kind, { spoolDir })
  first.fail('charge')
  await first.clock.advance(minute)
  const closed = first.sink.close()
  await first.clock.advance(10 * second)
  await closed

  const options = optionsFor(kind, first.inbox)
  const next = new Service(first.clock, first.inbox, options, { spoolDir })
  next.fail('charge')
  await first.clock.advance(5 * minute)

  const roots = first.messages.filter(({ discord }) => JSON.stringify(discord).includes('Since'))
  expect(roots).toHaveLength(1)
  expect(JSON.stringify(roots[0]?.discord)).toContain('"name":"Count","value":"2')
})

test('no output has a token', async () => {
  const service = await Service.start()
  const token = service.inbox.discord.webhookUrl.split('/').at(-1) ?? ''
  const url = service.inbox.discord.webhookUrl
  service.inbox.fail({ status: 500, times: 2 })
  service.sink.write({
    level: 'error',
    time: 0,
    message: `could not reach ${url}`,
    fields: { url, token },
  })
  await service.clock.advance(5 * minute)

  const output = JSON.stringify([service.messages, service.errors, service.sink.health()])
  expect(output).toContain('could not reach')
  expect(output).not.toContain(token)
})

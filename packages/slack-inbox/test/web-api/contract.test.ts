import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { methods } from '../../src/web-api/methods.ts'
import { call, callForm, section } from '../call.ts'

interface Reference {
  readonly http_method: string
  readonly scope: { readonly bot?: readonly string[] }
  readonly rate_limits?: string
  readonly json_input_supported?: boolean
  readonly args: {
    readonly required?: readonly string[]
    readonly properties?: Readonly<Record<string, unknown>>
  }
  readonly output: { readonly required?: readonly string[] } | null
  readonly errors?: Readonly<Record<string, unknown>>
}

const read = (name: string) =>
  JSON.parse(readFileSync(new URL(`../slack-api/${name}.json`, import.meta.url), 'utf8')) as unknown
const reference = (name: string) => read(name) as Reference
const commonErrors = Object.keys((read('_common-errors') as { errors: object }).errors)

/** Codes that Slack's pages list for every method, but its reference files omit. */
const pageErrors = [
  'invalid_arguments',
  'invalid_auth',
  'internal_error',
  'team_access_not_granted',
]
/** Errors of every method that posts a message. */
const messageErrors = [
  'invalid_attachments',
  'msg_blocks_too_long',
  'cannot_reply_to_message',
  'is_archived',
  'not_in_channel',
  'metadata_too_large',
  'invalid_metadata_format',
  'invalid_metadata_schema',
]

const callsPerMinute: Readonly<Record<string, number | undefined>> = {
  t2: 20,
  t3: 50,
  t4: 100,
  t5: undefined,
}

const all = [...methods.values()].map((method) => [method.name, method] as const)

describe.each(all)('%s', (name, method) => {
  const known = reference(name)

  test('has exactly the arguments of the reference', () => {
    const documented = Object.keys(known.args.properties ?? {}).filter((each) => each !== 'token')

    expect(Object.keys(method.arguments).toSorted()).toEqual(documented.toSorted())
  })

  test('requires only arguments that the reference requires', () => {
    const documented = known.args.required ?? []

    // reactions.add has an error of its own, `no_item_specified`.
    expect(documented).toEqual(expect.arrayContaining([...method.required]))
  })

  test('has the scope, tier and body types of the reference', () => {
    const bot = known.scope.bot ?? []
    const isByChannel = bot.length > 1

    expect(method.scopes).toEqual(isByChannel ? [] : bot)
    expect(method.callsPerMinute).toBe(callsPerMinute[known.rate_limits ?? 't5'])
    expect(method.takesJson).toBe(known.json_input_supported === true)
    expect(method.isWriting && known.http_method === 'GET').toBe(false)
  })

  test('returns documented error codes only', async () => {
    await using inbox = await startInbox({
      listen: false,
      channels: [
        { name: 'alerts' },
        { name: 'old', isArchived: true },
        { name: 'secret', isPrivate: true, isMember: false },
        { name: 'public', isMember: false },
      ],
      tokens: [
        { token: 'good' },
        { token: 'poor', scopes: [] },
        { token: 'xapp-good' },
        { token: 'xapp-poor', scopes: [] },
        { token: 'old', error: 'token_revoked' },
      ],
    })
    const documented = new Set([
      ...Object.keys(known.errors ?? {}),
      ...commonErrors,
      ...pageErrors,
      ...(name.startsWith('chat.') ? messageErrors : []),
      ...(name === 'conversations.replies' ? ['not_in_channel'] : []),
      ...(name === 'files.completeUploadExternal' ? messageErrors : []),
    ])

    const answered = await answers(inbox, name)

    expect([...answered].filter((code) => !documented.has(code))).toEqual([])
  })

  test('returns every property that the reference requires', async () => {
    await using inbox = await startInbox({ listen: false })
    const required = known.output?.required ?? []

    const token = name.startsWith('apps.') ? inbox.appToken : inbox.token
    const answer = await call(inbox, name, await goodArguments(inbox, name), token)
    const form = await callForm(inbox, name, asForm(await goodArguments(inbox, name)), token)

    const complete = method.takesJson ? answer : form
    expect(complete).toMatchObject({ ok: true })
    expect(Object.keys(complete)).toEqual(expect.arrayContaining([...required]))
  })
})

test('an unknown method is an error', async () => {
  await using inbox = await startInbox({ listen: false })

  expect(await call(inbox, 'chat.postMesage')).toEqual({ ok: false, error: 'unknown_method' })
})

/** The error codes of many invalid calls. */
async function answers(inbox: Inbox, name: string): Promise<ReadonlySet<string>> {
  const channels = [
    'C0ALERTS001',
    'C0OLD0000001',
    '#secret',
    'C0PUBLIC001',
    'nowhere',
    '',
    'U0ADA00001',
  ]
  const oddities: readonly object[] = [
    {},
    { text: 'x' },
    { text: 7 },
    { text: 'x', blocks: '[' },
    { text: 'x', blocks: [{ type: 'nothing' }] },
    { text: 'x', blocks: [section('x'.repeat(3001))] },
    { blocks: Array.from({ length: 5 }, () => section('x'.repeat(2900))) },
    { text: 'x', attachments: [{ nothing: 1 }] },
    { text: 'x', attachments: Array.from({ length: 101 }, () => ({ text: 'x' })) },
    { text: 'x', markdown_text: 'x' },
    { text: 'x', metadata: { event_type: 'x' } },
    { text: 'x', metadata: { event_type: 'x', event_payload: { a: [[1]] } } },
    { text: 'x', metadata: { event_type: 'x', event_payload: { a: 'x'.repeat(20_000) } } },
    { text: 'x'.repeat(40_001) },
    { text: 'x', thread_ts: '1.2' },
    { text: 'x', thread_ts: '1234567890.123456' },
    { ts: '1234567890.123456', text: 'x' },
    { timestamp: 'yesterday', name: 'eyes' },
    { timestamp: '1234567890.123456', name: 'eyes' },
    { timestamp: '1234567890.123456', name: 'no such name!' },
    { user: 'U0NOBODY01', text: 'x' },
    { post_at: 1, text: 'x' },
    { post_at: 1.5, text: 'x' },
    { post_at: 99_999_999_999, text: 'x' },
    { filename: 'x', length: 0 },
    { filename: 'x', length: -1 },
    { filename: 'x', length: 1, snippet_type: 'klingon' },
    { filename: 'x', length: 2_000_000, snippet_type: 'text' },
    { filename: 'x', length: 1, alt_txt: 'x'.repeat(1001) },
    { filename: 'x', length: 999_999_999 },
    { files: [] },
    { files: [{ id: 'F0' }] },
    { cursor: 'nonsense' },
    { types: 'nonsense' },
    { oldest: 'nonsense' },
    { latest: 'nonsense' },
    { file: 'F0' },
    { 'a b': 'x' },
    { 'a[]': 'x' },
    { view: {}, blocks: [] },
    { blocks: 'nonsense' },
    { message: 'nonsense' },
    { message: {} },
    { view: { type: 'window' } },
  ]
  const codes = new Set<string>()
  const ask = async (args: object, token: string) => {
    const json = await call(inbox, name, args, token)
    const form = await callForm(inbox, name, asForm(args), token)
    for (const { error } of [json, form]) if (error !== undefined) codes.add(error)
  }
  for (const token of ['poor', 'xapp-good', 'xapp-poor', 'old', 'bad', ''])
    await ask({ channel: channels[0], text: 'x' }, token)
  for (const channel of channels)
    for (const oddity of oddities) {
      await ask({ channel, channel_id: channel, ...oddity }, 'good')
      inbox.clear()
    }
  return codes
}

async function goodArguments(inbox: Inbox, name: string): Promise<object> {
  const channel = 'C0ALERTS001'
  const { ts = '' } = await call(inbox, 'chat.postMessage', { channel, text: 'x' })
  const special: Readonly<Record<string, () => Promise<object>>> = {
    'blocks.validate': async () => ({ blocks: [{ type: 'divider' }] }),
    'chat.postEphemeral': async () => ({ user: 'U0ADA00001' }),
    'chat.scheduleMessage': async () => ({ post_at: Math.ceil(inbox.clock.now() / 1000) + 60 }),
    'files.completeUploadExternal': async () => ({ files: [{ id: await upload(inbox) }] }),
    'files.info': async () => {
      const id = await upload(inbox)
      await call(inbox, 'files.completeUploadExternal', { files: [{ id }], channel_id: channel })
      return { file: id }
    },
    'reactions.remove': async () => {
      await call(inbox, 'reactions.add', { channel, timestamp: ts, name: 'eyes' })
      return {}
    },
    'usergroups.users.list': async () => ({ usergroup: 'S0ONCALL01' }),
    'users.info': async () => ({ user: 'U0ADA00001' }),
  }
  const more = await special[name]?.()
  const isOnMessage = name.startsWith('chat.') || name === 'conversations.replies'
  return {
    ...(name === 'blocks.validate' ? {} : { channel }),
    ...(isOnMessage ? { ts, message_ts: ts, text: 'y' } : {}),
    ...(name.startsWith('reactions.') ? { timestamp: ts, name: 'eyes' } : {}),
    ...(name.startsWith('files.getUpload') ? { filename: 'x.txt', length: 1 } : {}),
    ...more,
  }
}

async function upload(inbox: Inbox): Promise<string> {
  const announced = await callForm(inbox, 'files.getUploadURLExternal', {
    filename: 'x',
    length: '1',
  })
  await inbox.fetch(String(announced['upload_url']), { method: 'POST', body: 'x' })
  return String(announced['file_id'])
}

function asForm(args: object): Record<string, string> {
  return Object.fromEntries(
    Object.entries(args).map(([name, value]) => [
      name,
      typeof value === 'string' ? value : JSON.stringify(value),
    ]),
  )
}

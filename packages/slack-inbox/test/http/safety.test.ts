import { request } from 'node:http'
import { expect, test } from 'vitest'
import { startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'

interface Sent {
  readonly method?: string
  readonly path?: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string
}

/** Sends a request with any headers: fetch does not allow tests to set Host and Origin. */
function ask(inbox: Inbox, input: Sent): Promise<{ status: number; text: string; cookie: string }> {
  const { method = 'GET', path = '/', headers = {}, body = '' } = input
  const url = new URL(path, inbox.pageUrl)
  return new Promise((resolve, reject) => {
    const sent = request(url, { method, headers, agent: false }, (response) => {
      const pieces: Buffer[] = []
      response.on('data', (piece: Buffer) => pieces.push(piece))
      response.on('end', () => {
        const cookie = response.headers['set-cookie']?.[0] ?? ''
        resolve({
          status: response.statusCode ?? 0,
          text: Buffer.concat(pieces).toString(),
          cookie,
        })
      })
    })
    sent.on('error', reject)
    sent.end(body)
  })
}

async function freePort(): Promise<number> {
  const inbox = await startInbox()
  await inbox.close()
  return Number(new URL(inbox.pageUrl).port)
}

const post = {
  method: 'POST',
  path: '/api/chat.postMessage',
  body: '{"channel":"alerts","text":"x"}',
}
const json = { 'content-type': 'application/json', authorization: 'Bearer x' }

test.for([
  ['posting from another page', { ...post, headers: { ...json, origin: 'https://evil.example' } }],
  ['posting from a page without an origin', { ...post, headers: { ...json, origin: 'null' } }],
  [
    'posting with the address of an image',
    {
      path: '/api/chat.postMessage?token=x&channel=alerts&text=x',
      headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'no-cors' },
    },
  ],
  [
    'reading from another page',
    { path: '/_inbox/messages', headers: { origin: 'https://evil.example' } },
  ],
  [
    'reading from a page on another port',
    { path: '/_inbox/messages', headers: { 'sec-fetch-site': 'same-site' } },
  ],
  ['reading with DNS rebinding', { path: '/_inbox/messages', headers: { host: 'evil.example' } }],
  [
    'events on another page',
    { path: '/_inbox/events', headers: { 'sec-fetch-site': 'cross-site' } },
  ],
] as const)('blocks other web pages: %s', async ([, input]) => {
  await using inbox = await startInbox()

  const answer = await ask(inbox, input)

  expect(answer.status).toBe(403)
  expect(inbox.messages()).toEqual([])
})

test('allows its own page, links to it and programs', async () => {
  await using inbox = await startInbox()
  const { origin, port } = new URL(inbox.pageUrl)

  const statuses = [
    await ask(inbox, {
      path: '/_inbox/messages',
      headers: { origin, 'sec-fetch-site': 'same-origin' },
    }),
    await ask(inbox, { headers: { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' } }),
    await ask(inbox, { ...post, headers: json }),
    await ask(inbox, { path: '/_inbox/messages', headers: { host: `localhost:${port}` } }),
  ].map(({ status }) => status)

  expect(statuses).toEqual([200, 200, 200, 200])
})

test('posts with POST only, since any link is a GET', async () => {
  await using inbox = await startInbox()

  const answer = await ask(inbox, { path: '/api/chat.postMessage?token=x&channel=alerts&text=x' })
  const webhook = await ask(inbox, { path: new URL(inbox.webhookUrl).pathname })

  expect([answer.status, webhook.status]).toEqual([405, 405])
})

test('accepts bodies of up to 4 MB', async () => {
  await using inbox = await startInbox()
  const text = 'x'.repeat(4 * 1024 * 1024)

  const answer = await ask(inbox, { ...post, headers: json, body: JSON.stringify({ text }) })

  expect([answer.status, answer.text]).toEqual([413, 'the body is too large'])
})

test('rejects a very deeply nested payload', async () => {
  await using inbox = await startInbox()
  const deep = `${'{"a":['.repeat(100_000)}${']}'.repeat(100_000)}`

  const api = await ask(inbox, {
    ...post,
    headers: json,
    body: `{"channel":"alerts","blocks":[${deep}]}`,
  })
  const hook = await ask(inbox, {
    method: 'POST',
    path: new URL(inbox.webhookUrl).pathname,
    body: deep,
  })

  expect(JSON.parse(api.text)).toMatchObject({ ok: false, error: 'invalid_arguments' })
  expect([hook.status, hook.text]).toEqual([400, 'invalid_payload'])
})

test('reports at most a hundred issues for ten thousand wrong blocks', async () => {
  await using inbox = await startInbox()
  const blocks = Array.from({ length: 10_000 }, () => ({ type: 'nothing' }))

  const answer = await ask(inbox, {
    ...post,
    headers: json,
    body: JSON.stringify({ channel: 'alerts', blocks }),
  })

  expect((JSON.parse(answer.text) as { errors: string[] }).errors).toHaveLength(100)
})

test('listens to other machines only with allowRemote and a token', async () => {
  const token = 'a-token-of-some-length'

  await expect(startInbox({ host: '0.0.0.0' })).rejects.toThrow('`allowRemote`')
  await expect(startInbox({ host: '0.0.0.0', allowRemote: true })).rejects.toThrow('`accessToken`')
  await expect(
    startInbox({ host: '0.0.0.0', allowRemote: true, accessToken: 'short' }),
  ).rejects.not.toThrow('short')
  await expect(startInbox({ publicUrl: 'http://x/y' })).rejects.toThrow('`publicUrl`')
  await (await startInbox({ host: '0.0.0.0', allowRemote: true, accessToken: token })).close()
})

test('on a network, page and messages need the token, and webhook addresses contain a secret', async () => {
  const accessToken = 'a-token-of-some-length'
  const port = await freePort()
  await using inbox = await startInbox({
    host: '0.0.0.0',
    port,
    allowRemote: true,
    accessToken,
    publicUrl: 'http://inbox.example',
  })
  const local = `http://127.0.0.1:${port}`

  const stranger = await fetch(`${local}/_inbox/messages`)
  const wrong = await fetch(`${local}/?token=guess`)
  const opened = await fetch(`${local}/?token=${accessToken}`, { redirect: 'manual' })
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? ''
  const admitted = await fetch(`${local}/_inbox/messages`, { headers: { cookie } })
  const program = await fetch(`${local}/_inbox/messages`, {
    headers: { authorization: `Bearer ${accessToken}` },
  })
  const api = await fetch(`${local}/api/auth.test`, {
    method: 'POST',
    headers: { authorization: 'Bearer guess' },
  })
  const guessed = await fetch(`${local}/services/T0INBOX01/B0INBOX01/C0ALERTS001`, {
    method: 'POST',
    body: '{}',
  })

  expect([stranger.status, wrong.status, opened.status]).toEqual([401, 401, 303])
  expect([admitted.status, program.status]).toEqual([200, 200])
  expect(opened.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict/)
  expect(await api.json()).toEqual({ ok: false, error: 'invalid_auth' })
  expect(guessed.status).toBe(404)
  expect(inbox.webhookUrl).toMatch(
    /^http:\/\/inbox\.example\/services\/T0INBOX01\/B0INBOX01\/C0ALERTS001\w{24}$/,
  )
})

test('never shows a token in the list of requests', async () => {
  await using inbox = await startInbox({ tokens: [{ token: 'xoxb-very-secret' }] })

  const answer = await ask(inbox, {
    ...post,
    headers: { ...json, authorization: 'Bearer xoxb-very-secret' },
  })
  const requests = await ask(inbox, { path: '/_inbox/requests' })

  expect(answer.status).toBe(200)
  expect(requests.text).not.toContain('very-secret')
})

import { expect, test } from 'vitest'
import { createVirtualClock, startInbox } from '../../src/index.ts'
import type { Inbox } from '../../src/index.ts'
import { call } from '../call.ts'

interface Controlled {
  readonly failure?: string
  readonly id?: number
  readonly channels?: readonly { readonly name: string }[]
  readonly [property: string]: unknown
}

/** Sends a request to `/_inbox/`, as a program in any language can. */
async function control(inbox: Inbox, request: string, body?: object): Promise<Controlled> {
  const [method = 'GET', path = ''] = request.split(' ')
  const response = await fetch(`${inbox.pageUrl}_inbox/${path}`, {
    method,
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  })
  const text = await response.text()
  return text.startsWith('{')
    ? (JSON.parse(text) as Controlled)
    : { failure: `${response.status} ${text}` }
}

test('messages, threads and requests can be read over HTTP', async () => {
  await using inbox = await startInbox()
  const root = await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'root' })
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'reply', thread_ts: root.ts })
  await call(inbox, 'chat.postMessage', { channel: 'errors', text: 'other' })

  const all = await control(inbox, 'GET messages')
  const alerts = await control(inbox, 'GET messages?channel=alerts')
  const thread = await control(inbox, `GET thread?ts=${root.ts}`)
  const { requests } = await control(inbox, 'GET requests')

  expect(all).toMatchObject({ messages: [{ text: 'root' }, { text: 'other' }] })
  expect(alerts).toMatchObject({ messages: [{ text: 'root' }] })
  expect(thread).toMatchObject({ messages: [{ text: 'root' }, { text: 'reply' }] })
  expect(requests).toHaveLength(3)
})

test('a program can wait for a message', async () => {
  await using inbox = await startInbox()

  const waiting = control(inbox, 'GET wait?text=fail&channel=%23alerts&timeoutMs=5000')
  await call(inbox, 'chat.postMessage', { channel: 'errors', text: 'failed elsewhere' })
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'payment failed' })
  const timedOut = await control(inbox, 'GET wait?text=never&timeoutMs=1')

  expect(await waiting).toMatchObject({ message: { text: 'payment failed' } })
  expect(timedOut.failure).toMatch(/^408 Expected a message within 1 ms, got 2/)
})

test('a program can switch faults on and off', async () => {
  await using inbox = await startInbox()

  const { id } = await control(inbox, 'POST faults', { method: 'auth.test', status: 503 })
  const broken = await fetch(`${inbox.apiUrl}auth.test`)
  const { faults } = await control(inbox, 'GET faults')
  await control(inbox, `DELETE faults?id=${id}`)
  const whole = await fetch(`${inbox.apiUrl}auth.test`)
  const unknown = await control(inbox, 'DELETE faults?id=99')

  expect([broken.status, whole.status]).toEqual([503, 200])
  expect(faults).toMatchObject([{ id, hits: 1, options: { status: 503 } }])
  expect(unknown.failure).toBe('404 no such fault')
})

test.for([
  [{ delay: 5 }, '400 Expected a property of a fault, got `delay`'],
  [{ status: '500' }, '400 Expected `status` to be a valid value for a fault, got "500"'],
  [{ rate: 5 }, '400 Expected `rate` to be a valid value for a fault, got 5'],
  [{ times: 0 }, '400 Expected `times` to be a valid value for a fault, got 0'],
  [{ status: 99 }, '400 Expected `status` to be a valid value for a fault, got 99'],
] as const)('rejects an invalid fault with a message: %j', async ([fault, failure]) => {
  await using inbox = await startInbox()

  expect(await control(inbox, 'POST faults', fault)).toEqual({ failure })
})

test('a program can advance the clock, real or virtual', async () => {
  await using real = await startInbox({ rateLimit: { burst: 1 } })
  await using virtual = await startInbox({ clock: createVirtualClock(0) })
  await call(real, 'chat.postMessage', { channel: 'alerts', text: 'one' })

  await control(real, 'POST clock', { advanceMs: 1000 })
  const posted = await call(real, 'chat.postMessage', { channel: 'alerts', text: 'two' })
  const moved = await control(virtual, 'POST clock', { advanceMs: 60_000 })
  const negative = await control(virtual, 'POST clock', { advanceMs: -1 })

  expect(posted.ok).toBe(true)
  expect(moved).toEqual({ nowMs: 60_000 })
  expect(negative.failure).toBe('400 Expected `advanceMs` to be a number from 0 up')
})

test('a program can add channels and clear the inbox', async () => {
  await using inbox = await startInbox()

  const { channel } = await control(inbox, 'POST channels', { name: '#payments', isMember: false })
  await call(inbox, 'chat.postMessage', { channel: 'payments', text: 'x' })
  const { channels } = await control(inbox, 'GET channels')
  await control(inbox, 'POST clear')
  const nameless = await control(inbox, 'POST channels', {})

  expect(channel).toMatchObject({ name: 'payments', isPrivate: false })
  expect(channels?.map(({ name }) => name)).toContain('payments')
  expect(inbox.messages()).toEqual([])
  expect(nameless.failure).toBe('400 Expected `name` to be the name of a channel')
})

test.for([
  ['through a socket', true],
  ['in process', false],
] as const)('events start with a snapshot, then report every change: %s', async ([, listen]) => {
  await using inbox = await startInbox({ listen })
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'before' })
  const response = await (listen ? fetch : inbox.fetch)(`${inbox.pageUrl}_inbox/events`)
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader()
  const next = async () =>
    JSON.parse(((await reader?.read())?.value ?? '').replace(/^data: /, '')) as unknown

  const snapshot = await next()
  await call(inbox, 'chat.postMessage', { channel: 'alerts', text: 'after' })
  const change = await next()
  await reader?.cancel()

  expect(response.headers.get('content-type')).toBe('text/event-stream')
  expect(snapshot).toMatchObject({ kind: 'snapshot', messages: [{ text: 'before' }] })
  expect(change).toMatchObject({ kind: 'posted', message: { text: 'after' } })
})

test('rejects a fault that is no object, and a second channel with the same name', async () => {
  await using inbox = await startInbox()

  const faults = await fetch(`${inbox.pageUrl}_inbox/faults`, { method: 'POST', body: '{status' })
  const channels = await control(inbox, 'POST channels', { name: '#alerts' })

  expect(faults.status).toBe(400)
  expect(await control(inbox, 'GET faults')).toEqual({ faults: [] })
  expect(channels.failure).toMatch(/^409 /)
})

test('responds with 404 to unknown paths', async () => {
  await using inbox = await startInbox()

  expect(await control(inbox, 'GET nothing')).toEqual({ failure: '404 not found' })
  expect(await control(inbox, 'PUT messages')).toEqual({ failure: '404 not found' })
})

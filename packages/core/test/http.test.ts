import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer, globalAgent } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { setGlobalDispatcher, getGlobalDispatcher, MockAgent } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { createHttpPost, type HttpOptions, httpErrorOf, post } from '../src/http.ts'

const closers: (() => unknown)[] = []
afterEach(() => {
  vi.unstubAllGlobals()
  vi.unstubAllEnvs()
  for (const close of closers.splice(0)) close()
})

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => void server.listen(0, '127.0.0.1', resolve))
  closers.push(() => server.close())
  return (server.address() as AddressInfo).port
}

const serve = async (answer: RequestListener) =>
  `http://127.0.0.1:${await listen(createServer(answer))}/`

const postTo = (url: string, body: string | FormData = '{}', options: Partial<HttpOptions> = {}) =>
  post({ url, headers: { a: 'b' }, body }, { signal: new AbortController().signal, ...options })

const bodyFrom = async (url: string) => ({ body: undefined, ...(await postTo(url)) }).body

const tls = (name: string) => readFileSync(new URL(`tls/${name}.pem`, import.meta.url))

function countTransmissions() {
  const transmissions = { count: 0, onTransmit: () => void (transmissions.count += 1) }
  return transmissions
}

/** By its source it is Node's own. */
const looksLikeNodes = async () => new Response('from internal/deps/undici/undici')

const answerAtOnce: RequestListener = (_request, response) => void response.end('ok')

describe.each([
  ['node:http', post],
  ['a fetch', createHttpPost((input, init) => fetch(input, init))],
])('a POST by %s', (_name, makePost) => {
  const postBy = (url: string, body = '{}', signal = new AbortController().signal) =>
    makePost({ url, headers: { a: 'b' }, body }, { signal })

  test('brings what was sent there, and what was answered back', async () => {
    const url = await serve((request, response) => {
      const { method, headers } = request
      let received = ''
      request.on('data', (part) => (received += String(part)))
      request.on('end', () => {
        response.writeHead(201, { 'Retry-After': '3', 'X-Id': '7' })
        response.end(JSON.stringify({ method, a: headers['a'], received }))
      })
    })

    expect(await postBy(url, 'é')).toMatchObject({
      status: 201,
      headers: { 'retry-after': '3', 'x-id': '7' },
      body: '{"method":"POST","a":"b","received":"é"}',
    })
  })

  test.each(['GET', 'PATCH'] as const)('makes a %s, too', async (method) => {
    const url = await serve((request, response) => {
      let received = ''
      request.on('data', (part) => (received += String(part)))
      request.on('end', () => response.end(`${request.method} ${received}`))
    })
    const body = method === 'GET' ? '' : '{}'
    const { signal } = new AbortController()

    expect(await makePost({ method, url, headers: {}, body }, { signal })).toMatchObject({
      body: `${method} ${body}`,
    })
  })

  test('follows no redirect', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://elsewhere.example/' }).end()
    })

    expect(await postBy(url)).toMatchObject({ status: 302 })
  })

  test('returns the part of an answer that was cut off, and the error', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    })

    expect(await postBy(url)).toMatchObject({
      status: 200,
      body: 'half',
      cutBy: { code: expect.stringMatching(/^(ECONNRESET|UND_ERR_SOCKET)$/) },
    })
  })

  test('reads no more of an answer than could be from Slack', async () => {
    const url = await serve((_request, response) => {
      const write = (): void => {
        if (!response.destroyed) response.write('x'.repeat(100_000), write)
      }
      write()
    })

    expect(await postBy(url)).toMatchObject({
      status: 200,
      cutBy: { message: 'the answer is too long' },
    })
  })

  test('returns why there was no answer', async () => {
    const closed = createServer()
    const port = await listen(closed)
    closed.close()

    expect(await postBy(`http://127.0.0.1:${port}/`)).toMatchObject({
      error: { code: 'ECONNREFUSED', syscall: 'connect' },
    })
    expect(await postBy('no address')).toMatchObject({
      error: { message: expect.stringContaining('URL') },
    })
  })

  test('ends with its signal', async () => {
    const url = await serve(() => undefined)
    const controller = new AbortController()

    const answer = postBy(url, '{}', controller.signal)
    controller.abort(new Error('the process ends'))

    expect(await answer).toEqual({ error: { message: 'the process ends' } })
  })
})

test('what cannot be structured data of an error stays behind: the result crosses a worker', async () => {
  const cause = Object.assign(new Error('broken'), { code: 'ECONNRESET', socket: () => undefined })

  const error = httpErrorOf(new TypeError('fetch failed', { cause }))

  expect(structuredClone(error)).toEqual({ message: 'broken', code: 'ECONNRESET' })
  expect(httpErrorOf('no error at all')).toEqual({ message: 'no error at all' })
})

test('requests go to each of two addresses by turns', async () => {
  const first = await serve((_request, response) => response.end('first'))
  const second = await serve((_request, response) => response.end('second'))

  expect(await bodyFrom(first)).toBe('first')
  expect(await bodyFrom(second)).toBe('second')
  expect(await bodyFrom(first)).toBe('first')
})

describe('the global fetch', () => {
  test('is used where a service has replaced it', async () => {
    vi.stubGlobal('fetch', async () => new Response('replaced'))

    expect(await bodyFrom('http://slack.example/')).toBe('replaced')
  })

  test('is used where a service has set a dispatcher for all requests', async () => {
    const before = getGlobalDispatcher()
    closers.push(() => setGlobalDispatcher(before))
    const agent = new MockAgent()
    agent.disableNetConnect()
    agent.get('http://slack.example').intercept({ path: '/', method: 'POST' }).reply(200, 'mocked')
    setGlobalDispatcher(agent)

    expect(await bodyFrom('http://slack.example/')).toBe('mocked')
  })

  test.each([
    ['NODE_USE_ENV_PROXY', '1'],
    ['NODE_OPTIONS', '--use-env-proxy'],
  ])('is used where Node takes a proxy from the environment: %s=%s', async (name, value) => {
    const url = await serve(answerAtOnce)
    vi.stubGlobal('fetch', looksLikeNodes)
    expect(await bodyFrom(url)).toBe('ok')

    vi.stubEnv(name, value)

    expect(await bodyFrom(url)).toBe('from internal/deps/undici/undici')
  })

  test('may answer without a stream', async () => {
    vi.stubGlobal('fetch', async () => ({
      status: 200,
      headers: new Headers(),
      text: async () => 'as a text',
    }))

    expect(await bodyFrom('http://slack.example/')).toBe('as a text')
  })
})

describe('a transmission', () => {
  test('is reported once for each request, on a new connection and on one that is used again', async () => {
    const url = await serve(answerAtOnce)
    const transmissions = countTransmissions()

    await postTo(url, '{}', transmissions)
    expect(transmissions.count).toBe(1)
    await postTo(url, '{}', transmissions)
    expect(transmissions.count).toBe(2)
  })

  test('is reported of no other request', async () => {
    const url = await serve(answerAtOnce)
    const transmissions = countTransmissions()

    await Promise.all([postTo(url, '{}', transmissions), postTo(url), postTo(url)])

    expect(transmissions.count).toBe(1)
  })

  test('is reported of a request over TLS', async () => {
    const server = createTlsServer({ key: tls('key'), cert: tls('cert') }, answerAtOnce)
    const port = await listen(server)
    globalAgent.options.ca = tls('cert')
    closers.push(() => (globalAgent.options.ca = undefined))
    const transmissions = countTransmissions()

    const answer = await postTo(`https://localhost:${port}/`, '{}', transmissions)

    expect(answer).toMatchObject({ status: 200, body: 'ok' })
    expect(transmissions.count).toBe(1)
  })

  test('does not happen before the other side has finished its handshake', async () => {
    let onConnected: () => void
    const connected = new Promise<void>((resolve) => (onConnected = resolve))
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined)
        onConnected()
      }),
    )
    const transmissions = countTransmissions()
    const controller = new AbortController()

    const answer = postTo(`https://127.0.0.1:${port}/`, '{}', {
      ...transmissions,
      signal: controller.signal,
    })
    await connected
    controller.abort()

    expect(await answer).toMatchObject({ error: { message: expect.stringContaining('aborted') } })
    expect(transmissions.count).toBe(0)
  })

  test('does not happen with a signal that has fired', async () => {
    const transmissions = countTransmissions()
    const url = await serve(() => undefined)
    const signal = AbortSignal.abort(new Error('the process ends'))

    expect(await postTo(url, '{}', { ...transmissions, signal })).toEqual({
      error: { message: 'the process ends' },
    })
    expect(transmissions.count).toBe(0)
  })

  test('is reported of what only the global fetch can send', async () => {
    const url = await serve(answerAtOnce)
    const transmissions = countTransmissions()

    await postTo(url, new FormData(), transmissions)

    expect(transmissions.count).toBe(1)
  })
})

import { readFileSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import { createServer as createTlsServer, globalAgent } from 'node:https'
import { createServer as createTcpServer, type AddressInfo, type Server } from 'node:net'
import { setGlobalDispatcher, getGlobalDispatcher, MockAgent } from 'undici'
import { afterEach, describe, expect, test, vi } from 'vitest'
import { watchDepartures } from '../../src/delivery/departure.ts'
import { nodeFetch } from '../../src/slack/http-fetch.ts'

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

const post = (url: string, body = '{}', more: RequestInit = {}) =>
  nodeFetch(url, { method: 'POST', headers: { a: 'b' }, body, redirect: 'manual', ...more })

const tls = (name: string) => readFileSync(new URL(`tls/${name}.pem`, import.meta.url))

const textFrom = async (url: string) => (await post(url)).text()

function countDepartures() {
  const departures = { count: 0 }
  closers.push(watchDepartures(() => (departures.count += 1)))
  return departures
}

/** By its source it is Node's own. */
const looksLikeNodes = async () => new Response('from internal/deps/undici/undici')

describe("a POST as Node's fetch would make it", () => {
  test('brings what was sent there, and what was answered back', async () => {
    const url = await serve((request, response) => {
      const { method, headers } = request
      let received = ''
      request.on('data', (part) => (received += String(part)))
      request.on('end', () => {
        response.writeHead(201, { 'Retry-After': '3', 'set-cookie': ['a=1', 'b=2'] })
        response.end(JSON.stringify({ method, a: headers.a, received }))
      })
    })

    const response = await post(url, 'é')

    expect(response.status).toBe(201)
    expect(response.headers.get('retry-AFTER')).toBe('3')
    expect(response.headers.get('nothing')).toBeNull()
    expect(Object.fromEntries(response.headers.entries())).toMatchObject({ 'retry-after': '3' })
    expect(JSON.parse(await response.text())).toEqual({ method: 'POST', a: 'b', received: 'é' })
  })

  test('follows no redirect', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(302, { location: 'http://elsewhere.example/' }).end()
    })

    expect((await post(url)).status).toBe(302)
  })

  test('gives what came of an answer that broke off, and rejects where all of it is wanted', async () => {
    const url = await serve((_request, response) => {
      response.writeHead(200, { 'content-length': 100 })
      response.write('half', () => response.destroy())
    })

    const response = await post(url)
    let came = ''
    const reading = async () => {
      for await (const chunk of response.body ?? []) came += String(chunk)
    }

    await expect(reading()).rejects.toThrow('aborted')
    expect(came).toBe('half')
    await expect(response.text()).rejects.toThrow('aborted')
  })

  test('reads no answer without an end', async () => {
    const url = await serve((_request, response) => {
      const write = (): void => {
        if (!response.destroyed) response.write('x'.repeat(100_000), write)
      }
      write()
    })

    await expect((await post(url)).text()).rejects.toThrow('the answer is too long')
  })

  test('says on what it broke, and ends with its signal', async () => {
    const closed = createServer()
    const port = await listen(closed)
    closed.close()
    await expect(post(`http://127.0.0.1:${port}/`)).rejects.toMatchObject({ code: 'ECONNREFUSED' })

    const url = await serve(() => undefined)
    const controller = new AbortController()
    const answer = post(url, '{}', { signal: controller.signal })
    controller.abort()
    await expect(answer).rejects.toMatchObject({ name: 'AbortError' })
  })

  test('does not begin with a signal that has fired', async () => {
    const departures = countDepartures()
    const url = await serve(() => undefined)
    const signal = AbortSignal.abort(new Error('the process ends'))

    await expect(post(url, '{}', { signal })).rejects.toThrow('the process ends')
    expect(departures.count).toBe(0)
  })

  test('goes to each of two addresses by turns', async () => {
    const first = await serve((_request, response) => response.end('first'))
    const second = await serve((_request, response) => response.end('second'))

    expect(await textFrom(first)).toBe('first')
    expect(await textFrom(second)).toBe('second')
    expect(await textFrom(first)).toBe('first')
  })
})

describe("the service's word on fetch", () => {
  test('a fetch in the place of Node’s own is used', async () => {
    vi.stubGlobal('fetch', async () => new Response('replaced'))

    expect(await (await post('http://slack.example/')).text()).toBe('replaced')
  })

  test('a dispatcher for all requests is heeded', async () => {
    const before = getGlobalDispatcher()
    closers.push(() => setGlobalDispatcher(before))
    const agent = new MockAgent()
    agent.disableNetConnect()
    agent.get('http://slack.example').intercept({ path: '/', method: 'POST' }).reply(200, 'mocked')
    setGlobalDispatcher(agent)

    expect(await (await post('http://slack.example/')).text()).toBe('mocked')
  })

  test.each([
    ['NODE_USE_ENV_PROXY', '1'],
    ['NODE_OPTIONS', '--use-env-proxy'],
  ])('with %s=%s requests go where Node heeds a proxy', async (name, value) => {
    const url = await serve((_request, response) => void response.end('ok'))
    vi.stubGlobal('fetch', looksLikeNodes)
    expect(await (await post(url)).text()).toBe('ok')

    vi.stubEnv(name, value)

    expect(await (await post(url)).text()).toBe('from internal/deps/undici/undici')
  })
})

describe('a departure', () => {
  test('is told once for each request, on a new connection and on one that is used again', async () => {
    const url = await serve((_request, response) => void response.end('ok'))
    const departures = countDepartures()

    await (await post(url)).text()
    expect(departures.count).toBe(1)
    await (await post(url)).text()
    expect(departures.count).toBe(2)
  })

  test('is told of a request over TLS', async () => {
    const server = createTlsServer({ key: tls('key'), cert: tls('cert') }, (_request, response) => {
      response.end('ok')
    })
    const port = await listen(server)
    globalAgent.options.ca = tls('cert')
    closers.push(() => (globalAgent.options.ca = undefined))
    const departures = countDepartures()

    const response = await post(`https://localhost:${port}/`)

    expect(await response.text()).toBe('ok')
    expect(departures.count).toBe(1)
  })

  test('is none while the other side has not finished its handshake', async () => {
    let onConnected: () => void
    const connected = new Promise<void>((resolve) => (onConnected = resolve))
    const port = await listen(
      createTcpServer((socket) => {
        socket.on('error', () => undefined)
        onConnected()
      }),
    )
    const departures = countDepartures()
    const controller = new AbortController()

    const answer = post(`https://127.0.0.1:${port}/`, '{}', { signal: controller.signal })
    await connected
    controller.abort()

    await expect(answer).rejects.toThrow('aborted')
    expect(departures.count).toBe(0)
  })

  test('of what the global fetch sends is told as Node tells it', async () => {
    const url = await serve((_request, response) => void response.end('ok'))
    const departures = countDepartures()

    await (await post(url, '{}', { redirect: 'follow' })).text()

    expect(departures.count).toBe(1)
  })
})

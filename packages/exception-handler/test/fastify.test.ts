import createFastify, { type FastifyInstance } from 'fastify'
import createError from 'http-errors'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { describe, expect, test } from 'vitest'
import pino from 'pino'
import { exceptionHandler } from '../src/fastify.ts'
import { destroyedAfter, endless } from './support/streams.ts'

const serverText = 'Something went wrong. Please contact the administrator.'

interface Line {
  readonly level: number
  readonly status: number
  readonly err: { readonly message: string; readonly code?: string }
}

interface Service extends AsyncDisposable {
  readonly url: string
  readonly lines: readonly Line[]
}

async function run(addRoutes: (app: FastifyInstance) => void): Promise<Service> {
  const lines: Line[] = []
  const logger = pino({}, { write: (line: string) => void lines.push(JSON.parse(line) as Line) })
  const app = createFastify()
  await app.register(exceptionHandler, { logger })
  addRoutes(app)
  const url = await app.listen({ host: '127.0.0.1', port: 0 })
  return {
    url,
    lines,
    [Symbol.asyncDispose]: async () => {
      app.server.closeAllConnections()
      await app.close()
    },
  }
}

/** A web stream that sends a part and then fails in its own time. */
function brokenWebStream(error: Error): ReadableStream<Uint8Array> {
  let pulls = 0
  return new ReadableStream<Uint8Array>({
    pull: async (controller) => {
      pulls += 1
      if (pulls === 1) return controller.enqueue(Buffer.from('part'))
      await new Promise((resolve) => setImmediate(resolve))
      controller.error(error)
    },
  })
}

function textOf(url: string): Promise<string> {
  return fetch(url).then((response) => response.text())
}

describe('A body that breaks off in Fastify is logged once', () => {
  const gone = new Error('the source is gone')

  test.each([
    ['a web stream', () => brokenWebStream(gone)],
    ['a Response', () => new Response(brokenWebStream(gone))],
    ['a stream', () => Readable.from(brokenWebStream(gone))],
  ])('for %s', async (_, body) => {
    await using service = await run((app) => app.get('/', (_request, reply) => reply.send(body())))

    await expect(textOf(service.url)).rejects.toThrow(TypeError)

    await expect
      .poll(() => service.lines)
      .toMatchObject([{ level: 50, status: 500, err: { message: 'the source is gone' } }])
    expect((await fetch(`${service.url}/nowhere`)).status).toBe(404)
    expect(service.lines.map(({ status }) => status)).toEqual([500, 404])
  })

  test('for a stream that is destroyed without an error', async () => {
    await using service = await run((app) =>
      app.get('/', (_request, reply) => reply.send(destroyedAfter('part'))),
    )

    await expect(textOf(service.url)).rejects.toThrow(TypeError)

    await expect
      .poll(() => service.lines)
      .toMatchObject([{ level: 50, status: 500, err: { code: 'ERR_STREAM_PREMATURE_CLOSE' } }])
    expect((await fetch(`${service.url}/nowhere`)).status).toBe(404)
    expect(service.lines.map(({ status }) => status)).toEqual([500, 404])
  })

  test.each([
    ['a web stream', () => new ReadableStream({ start: (to) => to.error(gone) }), gone.message],
    ['a stream', () => new Readable({ read: () => undefined }).destroy(), 'Premature close'],
  ])('for %s that fails before its first part, with an answer', async (_, body, message) => {
    await using service = await run((app) => app.get('/', (_request, reply) => reply.send(body())))

    const response = await fetch(service.url)

    expect([response.status, await response.json()]).toEqual([
      500,
      { message: serverText, errors: [] },
    ])
    expect(service.lines).toMatchObject([{ level: 50, status: 500, err: { message } }])
  })
})

test.each([
  ['a stream', () => Readable.from(['whole'])],
  ['a web stream', () => new Response('whole').body],
  ['a Response', () => new Response('whole')],
])('%s that is sent as a whole in Fastify leaves no record', async (_, body) => {
  await using service = await run((app) => app.get('/', (_request, reply) => reply.send(body())))

  expect(await textOf(service.url)).toBe('whole')
  expect(service.lines).toEqual([])
})

test.each([
  ['a stream', () => Readable.from(['whole'])],
  ['a web stream', () => Readable.toWeb(Readable.from(['whole']))],
])('%s that only the head of is asked for in Fastify leaves no record', async (_, body) => {
  await using service = await run((app) => app.get('/', (_request, reply) => reply.send(body())))

  expect((await fetch(service.url, { method: 'HEAD' })).status).toBe(200)

  expect((await fetch(`${service.url}/nowhere`)).status).toBe(404)
  expect(service.lines.map(({ status }) => status)).toEqual([404])
})

test.each([
  ['a stream', (onEnd: () => void) => endless(onEnd)],
  ['a web stream', (onEnd: () => void) => Readable.toWeb(endless(onEnd))],
])('A client of Fastify that leaves %s leaves no record', async (_, body) => {
  let isClosed = false
  await using service = await run((app) =>
    app.get('/', (_request, reply) => reply.send(body(() => (isClosed = true)))),
  )

  const { hostname, port } = new URL(service.url)
  const socket = connect(Number(port), hostname, () =>
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n'),
  )
  socket.once('data', () => socket.destroy())

  await expect.poll(() => isClosed).toBe(true)
  expect((await fetch(`${service.url}/nowhere`)).status).toBe(404)
  expect(service.lines.map(({ status }) => status)).toEqual([404])
})

test('An answer of Fastify is no matter of a serializer that the failed handler set', async () => {
  await using service = await run((app) =>
    app.get('/', (_request, reply) => {
      reply.serializer((payload) => `<${String(payload)}>`)
      throw createError(409, 'no seat left')
    }),
  )

  expect(await textOf(service.url)).toBe('{"message":"no seat left","errors":[]}')
})

test('An answer of Fastify comes with trailers that the failed handler promised', async () => {
  await using service = await run((app) =>
    app.get('/', (_request, reply) => {
      reply.trailer('x-sum', () => Promise.resolve('17'))
      throw createError(409, 'no seat left')
    }),
  )

  expect(await textOf(service.url)).toBe('{"message":"no seat left","errors":[]}')
})

const refuse = (): Promise<never> => Promise.reject(new Error('redis password=abc refused'))

describe('A hook of Fastify that fails when an answer is sent', () => {
  test('gives the client the uniform answer, and one record', async () => {
    await using service = await run((app) => {
      app.addHook('onSend', refuse)
      app.get('/', (_request, reply) => reply.header('x-shop', 'seoul').send({ ok: true }))
    })

    const response = await fetch(service.url)

    expect([response.status, response.headers.get('x-shop'), await response.json()]).toEqual([
      500,
      'seoul',
      { message: serverText, errors: [] },
    ])
    expect(service.lines).toMatchObject([{ status: 500, err: { message: /^redis/ } }])
  })

  test.each([
    ['an error', new Error('redis password=abc refused')],
    ['something else', 'redis password=abc refused'],
  ])('with %s leaves the answer to what failed before', async (_, thrown) => {
    await using service = await run((app) => {
      app.addHook('onSend', () => Promise.reject(thrown))
      app.get('/', () => Promise.reject(createError(409, 'no seat left')))
    })

    const response = await fetch(service.url)

    expect([response.status, await response.json()]).toEqual([
      409,
      { message: 'no seat left', errors: [] },
    ])
    expect(service.lines).toMatchObject([{ status: 409, err: { message: 'no seat left' } }])
  })

  test('gives the uniform answer where no route took the request', async () => {
    await using service = await run((app) => app.addHook('onSend', refuse))

    const response = await fetch(service.url)

    expect([response.status, await response.json()]).toEqual([
      500,
      { message: serverText, errors: [] },
    ])
    expect(service.lines.map(({ status }) => status)).toEqual([404, 500])
  })
})

test('A header of Fastify that Node refuses gives the client the uniform answer', async () => {
  await using service = await run((app) =>
    app.get('/', (_request, reply) => reply.header('x-name', '서울').send({ ok: true })),
  )

  const response = await fetch(service.url)

  expect([response.status, await response.json()]).toEqual([
    500,
    { message: serverText, errors: [] },
  ])
  expect(service.lines).toMatchObject([{ status: 500, err: { code: 'ERR_INVALID_CHAR' } }])
})

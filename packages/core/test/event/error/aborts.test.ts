import { EventEmitter, once } from 'node:events'
import { createServer, get, request, type RequestListener, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Readable, Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { describe, expect, test } from 'vitest'
import { readAbort } from '../../../src/event/error/http-status.ts'

async function listen(listener: RequestListener): Promise<{ url: string } & AsyncDisposable> {
  const server: Server = createServer(listener).listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

/** A stream that has one part and does not end. */
function endless(): Readable {
  const stream = new Readable({ read: () => {} })
  stream.push('part')
  return stream
}

const drain = (): Writable => new Writable({ write: (_chunk, _encoding, done) => done() })

async function failureOf(promise: Promise<unknown>): Promise<unknown> {
  return promise.then(
    () => undefined,
    (error: unknown) => error,
  )
}

/** What pino's serializer and JSON leave of an error. */
function serialized(error: unknown): unknown {
  const { message, stack } = error as Error
  return JSON.parse(JSON.stringify(Object.assign({ type: 'Error', message, stack }, error)))
}

/** What a request handler catches whose client goes away. */
async function failureOfLeftRequest(
  handle: (...exchange: Parameters<RequestListener>) => Promise<unknown>,
  leave: (url: string) => void,
): Promise<unknown> {
  const failures = new EventEmitter()
  const failure = once(failures, 'failure')
  await using server = await listen((incoming, response) => {
    void failureOf(handle(incoming, response)).then((error) => failures.emit('failure', error))
  })
  leave(server.url)
  const [error] = await failure
  return error
}

/** What the caller of an upstream catches that hangs up in the midst of its answer. */
async function failureOfUpstream(call: (url: string) => Promise<unknown>): Promise<unknown> {
  await using server = await listen((_request, response) => {
    response.writeHead(200, { 'content-length': '100' }).write('part')
    setImmediate(() => response.destroy())
  })
  return await failureOf(call(server.url))
}

const answerOf = async (url: string): Promise<Readable> =>
  ((await once(get(url), 'response')) as [Readable])[0]

describe('a client that goes away', () => {
  test.each<[string, () => unknown]>([
    [
      'during an answer',
      () =>
        failureOfLeftRequest(
          (_request, response) => pipeline(endless(), response),
          (url) => {
            const asking = get(url, (answer) => answer.once('data', () => asking.destroy()))
            asking.on('error', () => {})
          },
        ),
    ],
    [
      'during its upload',
      () =>
        failureOfLeftRequest(
          (incoming) => pipeline(incoming, drain()),
          (url) => {
            const upload = request(url, { method: 'POST', headers: { 'content-length': '100' } })
            upload.on('error', () => {}).write('part', () => setImmediate(() => upload.destroy()))
          },
        ),
    ],
    [
      'while a body is parsed',
      () => Object.assign(new Error('request aborted'), { code: 'ECONNABORTED' }),
    ],
    ['as Fastify says', () => Object.assign(new Error('gone'), { statusCode: 499 })],
    ['as a framework says', () => Object.assign(new Error('gone'), { status: 499 })],
  ])('is seen %s, serialized as well', async (_when, fail) => {
    const error = await fail()

    expect([error, serialized(error)].map(readAbort)).toEqual(['client', 'client'])
    expect(readAbort(new Error('the export failed', { cause: error }))).toBe('client')
  })
})

describe('a connection that another server ends, or the service itself', () => {
  test.each<[string, () => unknown]>([
    ['read', () => failureOfUpstream(async (url) => (await answerOf(url)).toArray())],
    ['piped', () => failureOfUpstream(async (url) => pipeline(await answerOf(url), drain()))],
    ['aborted', () => failureOf(fetch('http://127.0.0.1:1', { signal: AbortSignal.abort() }))],
    ['a stream of its own', () => failureOf(pipeline(endless(), drain().destroy()))],
    ['reset', () => Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' })],
  ])('is no client that went away: %s', async (_when, fail) => {
    expect(readAbort(await fail())).toBe('unknown')
  })

  test.each([
    ['a timeout', new DOMException('The operation timed out', 'TimeoutError')],
    ['a bug', new TypeError('no card')],
    ['a text', 'aborted'],
    ['nothing', undefined],
  ])('is not meant by %s', (_what, error) => {
    expect(readAbort(error)).toBeUndefined()
  })
})

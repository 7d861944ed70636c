import type * as Common from '@nestjs/common'
import type * as Core from '@nestjs/core'
import type { FastifyInstance } from 'fastify'
import { connect } from 'node:net'
import { Readable } from 'node:stream'
import { concat, of, switchMap, throwError, timer, type Observable } from 'rxjs'
import { beforeAll, describe, expect, test } from 'vitest'
import { nests } from '../conformance/nests.ts'
import type { Nest } from '../conformance/services/nestjs.ts'
import { destroyedAfter, endless } from '../support/streams.ts'
import { decorate, runNest, type NestService, type Parts } from '../support/run-nest.ts'

const serverText = 'Something went wrong. Please contact the administrator.'

describe.each(nests)('$name', ({ name, load }) => {
  const isOnFastify = name.includes('Fastify')
  let nest: Nest
  let common: typeof Common
  beforeAll(async () => {
    nest = await load()
    common = nest.common
  })

  /** A service with one handler, of `GET /`. */
  function run(
    handle: (...parameters: never[]) => unknown,
    prepare: Parts['prepare'] = () => undefined,
  ): Promise<NestService> {
    class RootController {
      handle(...parameters: never[]): unknown {
        return handle(...parameters)
      }
    }
    common.Controller()(RootController)
    decorate(RootController, 'handle', common.Get())
    return runNest(nest, { controllers: [RootController], prepare })
  }

  test('logs what no route took without the query and its secrets', async () => {
    await using service = await run(() => 'ok')

    const response = await fetch(`${service.url}/none?token=abcSECRET`)

    expect([response.status, await response.json()]).toEqual([
      404,
      { message: 'The resource was not found.', errors: [] },
    ])
    expect(service.lines).toMatchObject([
      { level: 40, msg: 'Cannot GET /none', request: { query: { token: '[redacted]' } } },
    ])
    expect(JSON.stringify(service.lines)).not.toContain('SECRET')
  })

  test("logs the service's own 404 as it is", async () => {
    await using service = await run(() => {
      throw new common.NotFoundException('no order 17')
    })

    const response = await fetch(service.url)

    expect(await response.json()).toEqual({ message: 'no order 17', errors: [] })
    expect(service.lines).toMatchObject([
      { level: 40, msg: 'no order 17', err: { type: 'NotFoundException' } },
    ])
  })

  test.each([
    ['before its first part', ''],
    ['after its first part', 'part'],
  ])('logs a file that is destroyed without an error %s', async (_, part) => {
    await using service = await run(() => new common.StreamableFile(destroyedAfter(part)))

    const status = await statusOf(service.url)

    expect(status).toBe(part === '' ? 500 : 'broken off')
    await expect
      .poll(() => service.lines)
      .toMatchObject([{ level: 50, err: { code: 'ERR_STREAM_PREMATURE_CLOSE' } }])
    await fetch(`${service.url}/none`)
    expect(service.lines).toHaveLength(2)
  })

  test('logs no file that is sent as a whole, or that only the head is asked of', async () => {
    await using service = await run(() => new common.StreamableFile(Readable.from(['whole'])))

    expect(await (await fetch(service.url)).text()).toBe('whole')
    expect((await fetch(service.url, { method: 'HEAD' })).status).toBe(200)
    await fetch(`${service.url}/none`)
    expect(service.lines).toMatchObject([{ msg: 'Cannot GET /none' }])
  })

  test('logs no file that the client leaves', async () => {
    let isClosed = false
    const onClose = (): void => void (isClosed = true)
    await using service = await run(() => new common.StreamableFile(endless(onClose)))

    const { hostname, port } = new URL(service.url)
    const socket = connect(Number(port), hostname)
    socket.write('GET / HTTP/1.1\r\nhost: x\r\n\r\n')
    socket.once('data', () => socket.destroy())

    await expect.poll(() => isClosed).toBe(true)
    await fetch(`${service.url}/none`)
    expect(service.lines).toMatchObject([{ msg: 'Cannot GET /none' }])
  })

  // On Fastify, Nest calls no error handler of a file.
  test.each(isOnFastify ? [] : ['Express'])(
    "leaves the answer to a file's own error handler on %s",
    async () => {
      await using service = await run(() => {
        const file = new common.StreamableFile(failing(new Error('no such file')))
        return file.setErrorHandler((_error, response) => {
          response.statusCode = 410
          response.send('own')
        })
      })

      const response = await fetch(service.url)

      expect([response.status, await response.text()]).toEqual([410, 'own'])
      expect(service.lines).toMatchObject([{ level: 40, status: 410, msg: 'no such file' }])
    },
  )

  test('answers for a file without one, also of a class of the service', async () => {
    class Invoice extends common.StreamableFile {
      constructor(path: string) {
        super(failing(new Error(path)))
      }
    }
    await using service = await run(() => new Invoice('/invoices/17'))

    const response = await fetch(service.url)

    expect([response.status, await response.json()]).toEqual([
      500,
      { message: serverText, errors: [] },
    ])
    expect(service.lines).toMatchObject([{ level: 50, status: 500, msg: '/invoices/17' }])
  })

  test.each([
    ['before its first event', throwError(() => new Error('no tracker')), 500],
    ['after its first event', concat(of({ data: 'part' }), timer(5).pipe(switchMap(fail))), 200],
  ])('logs an event stream that fails %s once', async (_, events, status) => {
    class TrackController {
      track(): Observable<object> {
        return events
      }
    }
    common.Controller()(TrackController)
    decorate(TrackController, 'track', common.Sse('track'))
    await using service = await runNest(nest, { controllers: [TrackController] })

    const response = await fetch(`${service.url}/track`)

    expect(response.status).toBe(status)
    expect(await response.text()).not.toContain('no tracker')
    expect(service.lines).toMatchObject([
      {
        level: 50,
        status: 500,
        msg: 'no tracker',
        handler: 'TrackController.track',
        request: { path: '/track' },
      },
    ])
  })

  describe.each(isOnFastify ? ['Fastify'] : [])('on %s', () => {
    const error = new Error('redis password=abc refused')
    const failOnSend = (app: Core.NestApplication): void => {
      const fastify = app.getHttpAdapter().getInstance() as FastifyInstance
      fastify.addHook('onSend', () => Promise.reject(error))
    }

    test('answers past a hook that fails, and logs it once', async () => {
      await using service = await run(() => ({ ok: true }), failOnSend)

      const response = await fetch(service.url)

      expect([response.status, await response.json()]).toEqual([
        500,
        { message: serverText, errors: [] },
      ])
      expect(service.lines).toMatchObject([{ level: 50, msg: error.message }])
    })

    test('logs what a handler fails with, and what a hook then does', async () => {
      await using service = await run(() => {
        throw new common.ConflictException('no seat left')
      }, failOnSend)

      const response = await fetch(service.url)

      expect([response.status, await response.json()]).toEqual([
        500,
        { message: serverText, errors: [] },
      ])
      expect(service.lines).toMatchObject([{ msg: 'no seat left' }, { msg: error.message }])
    })

    test('logs a web stream that breaks off', async () => {
      await using service = await run(() => Readable.toWeb(failing(new Error('no more'), 'part')))

      expect(await statusOf(service.url)).toBe('broken off')

      await expect.poll(() => service.lines).toMatchObject([{ level: 50, msg: 'no more' }])
    })
  })
})

/** The status of an answer that arrives as a whole. */
async function statusOf(url: string): Promise<number | 'broken off'> {
  const response = await fetch(url)
  return response.text().then(
    () => response.status,
    () => 'broken off',
  )
}

/** A stream that fails, after a first part if there is one. */
function failing(error: Error, part = ''): Readable {
  return Readable.from(
    (async function* () {
      if (part !== '') yield part
      await new Promise((resolve) => setImmediate(resolve))
      throw error
    })(),
    { objectMode: false },
  )
}

function fail(): never {
  throw new Error('no tracker')
}

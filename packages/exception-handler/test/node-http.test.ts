import { spawnSync } from 'node:child_process'
import { createServer } from 'node:http'
import { fileURLToPath } from 'node:url'
import pino from 'pino'
import { expect, test } from 'vitest'
import { createExceptionHandler, pinoMixin, sendAnswer } from '../src/index.ts'
import { listen } from './conformance/service.ts'

test('a service without a framework answers and logs its failures', async () => {
  const lines: object[] = []
  const logger = pino(
    { mixin: pinoMixin() },
    { write: (line: string) => void lines.push(JSON.parse(line) as object) },
  )
  const { handleException, runInRequest } = createExceptionHandler({ logger })
  const service = await listen(
    createServer((request, response) => {
      runInRequest({ request }, () => {
        logger.info('here')
        try {
          throw new TypeError('no card')
        } catch (error) {
          sendAnswer(response, handleException(error, { request, route: '/pay/:id', user: 17 }))
        }
      })
    }),
  )

  const response = await fetch(`${service.url}/pay/3?a=1&a=2`, {
    headers: { 'x-request-id': 'r-1', 'user-agent': 'phone' },
  })

  expect([response.status, await response.json()]).toEqual([
    500,
    { message: 'Something went wrong. Please contact the administrator.', errors: [] },
  ])
  expect(lines).toMatchObject([
    { level: 30, request_id: 'r-1' },
    {
      level: 50,
      request_id: 'r-1',
      request: {
        method: 'GET',
        path: '/pay/3',
        route: '/pay/:id',
        clientIp: '127.0.0.1',
        user: { id: '17' },
        query: { a: ['1', '2'] },
      },
    },
  ])
  await service.close()
})

test('an error without any request is handled', () => {
  const lines: string[] = []
  const { handleException } = createExceptionHandler({
    logger: pino({}, { write: (line: string) => void lines.push(line) }),
  })

  expect(handleException(new Error('x')).status).toBe(500)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ level: 50, msg: 'x', request: {} })
})

test("a failure is answered without loading Node's fetch, which takes longer than the answer", () => {
  const program = fileURLToPath(new URL('fixtures/failure.mjs', import.meta.url))

  const { stdout } = spawnSync(process.execPath, [program], { encoding: 'utf8' })

  expect(JSON.parse(stdout)).toEqual({ status: 409, loaded: [] })
})

test('headers of the old body go, those of middleware stay', async () => {
  const { handleException } = createExceptionHandler({ logger: pino({ level: 'silent' }) })
  const service = await listen(
    createServer((_request, response) => {
      response.setHeader('content-encoding', 'gzip')
      response.setHeader('etag', '"1"')
      response.setHeader('access-control-allow-origin', '*')
      sendAnswer(response, handleException({ status: 404, message: 'x' }))
    }),
  )

  const response = await fetch(service.url)

  expect([...response.headers.keys()].toSorted()).toEqual([
    'access-control-allow-origin',
    'connection',
    'content-length',
    'content-type',
    'date',
    'keep-alive',
  ])
  await service.close()
})

test.each([
  [{}, 'Expected either `logger`, or `fileLogger` and perhaps `slackLogger`'],
  [{ logger: {} }, 'Expected `logger` to be a logger with a method `error`'],
  [
    { fileLogger: console, slackLogger: {} },
    'Expected `slackLogger` to be a logger with a method `error`',
  ],
  [{ logger: console, slackLogger: console }, 'Expected either `logger`, or `fileLogger`'],
  [{ logger: console, locale: 'fr' }, "Expected `locale` to be 'en' or 'ko', got fr"],
  [{ logger: console, convention: 'bunyan' }, "Expected `convention` to be 'pino' or 'winston'"],
  [
    { logger: console, clientErrorLevel: 'nope' },
    'Expected `clientErrorLevel` to be a level of the logger, got nope',
  ],
  [
    { logger: console, trustProxy: 'yes' },
    'Expected `trustProxy` to be a boolean or a number of proxies, got yes',
  ],
  [{ logger: console, getUser: 'kim' }, 'Expected `getUser` to be a function, got string'],
])('wrong options are refused in one sentence: %j', (options, sentence) => {
  expect(() => createExceptionHandler(options as never)).toThrow(sentence)
})

import { createSlackStream } from '@slack-logger/pino-slack'
import { startInbox } from '@slack-logger/slack-inbox'
import {
  createWindowLimiter,
  limitLength,
  requestKey,
  sanitizeText,
  type SlackOptions,
} from '@slack-logger/core'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { createExceptionHandler, type Answer, type ExceptionContext } from '../src/index.ts'

class NotAuthenticated extends Error {
  override name = 'NotAuthenticated'
  readonly status = 401
}

class PermissionDenied extends Error {
  override name = 'PermissionDenied'
  readonly status = 403
}

class ObjectDoesNotExist extends Error {
  override name = 'ObjectDoesNotExist'
}

/** The old service: a file logger, a Slack logger, Korean texts, errors of clients as `error`. */
async function runOldService(slackOptions: SlackOptions = {}) {
  const inbox = await startInbox()
  const slack = createSlackStream({
    token: inbox.token,
    channel: '#alerts',
    slackApiUrl: inbox.apiUrl,
    service: 'shop',
    ...slackOptions,
  })
  const lines: Record<string, unknown>[] = []
  const file = {
    write: (line: string) => void lines.push(JSON.parse(line) as Record<string, unknown>),
  }
  const { handleException } = createExceptionHandler({
    fileLogger: pino({}, file),
    slackLogger: pino({}, slack),
    locale: 'ko',
    clientErrorLevel: 'error',
    skipEndpoints: ['TestViewSet', 'TestAPIView'],
    withoutStack: ['NotAuthenticated', 'PermissionDenied'],
  })
  return {
    lines,
    handle: (
      error: unknown,
      context: ExceptionContext = {},
    ): Answer['body'] & { status: number } => {
      const { status, body } = handleException(error, context)
      return { status, ...body }
    },
    /** The alerts, each with its thread. */
    alerts: async () => {
      await slack.flush()
      return inbox.messages().map(({ ts }) => JSON.stringify(inbox.thread(ts)))
    },
    [Symbol.asyncDispose]: async () => {
      await slack.close()
      await inbox.close()
    },
  }
}

describe('answer', () => {
  test.each<[string, unknown, number, string]>([
    [
      'an error of its own',
      new Error('no card'),
      500,
      '오류가 발생했습니다. 관리자에게 문의하세요',
    ],
    [
      'a missing object, own text',
      new ObjectDoesNotExist('없는 주문입니다.'),
      404,
      '없는 주문입니다.',
    ],
    [
      'a missing object, standard text',
      new ObjectDoesNotExist('Order matching query does not exist.'),
      404,
      '리소스를 찾을 수 없습니다.',
    ],
    [
      'a failed authentication',
      new NotAuthenticated('wrong password'),
      401,
      '계정 아이디 및 비밀번호를 다시 확인해주세요.',
    ],
    ['a refusal', new PermissionDenied(''), 403, '권한이 없습니다.'],
    [
      'a refusal, own text',
      new PermissionDenied('판매자만 볼 수 있습니다.'),
      403,
      '판매자만 볼 수 있습니다.',
    ],
    [
      'a wrong field',
      { issues: [{ path: ['email'], message: '이 필드는 필수 항목입니다.' }] },
      400,
      'email: email는 필수 항목입니다.',
    ],
    ['a wrong request', { status: 400 }, 400, '잘못된 요청입니다.'],
  ])('%s', async (_name, error, ...expected) => {
    await using service = await runOldService()

    const { status, message } = service.handle(error)

    expect([status, message]).toEqual(expected)
  })
})

describe('who, where, what', () => {
  test('the alert has the user, the endpoint and the data of the request', async () => {
    await using service = await runOldService()

    service.handle(new TypeError('no card'), {
      method: 'POST',
      path: '/orders/17/pay',
      route: '/orders/:id/pay',
      handler: 'OrderViewSet.pay',
      origin: 'https://shop.example',
      clientIp: '203.0.113.9',
      user: { id: 17, username: 'kim', email: 'kim@example.com', is_staff: true },
      params: { id: '17' },
      body: { amount: 7, card_number: '4111111111111111' },
    })

    const [alert = ''] = await service.alerts()
    for (const text of [
      'TypeError',
      'no card',
      'POST',
      '/orders/17/pay',
      '203.0.113.9',
      '#17',
      'kim@example.com',
      'https://shop.example',
      'amount',
      'OrderViewSet.pay',
      'seed-behaviour.test.ts',
    ]) {
      expect(alert).toContain(text)
    }
    expect(alert).not.toContain('4111111111111111')
  })
})

describe('when', () => {
  test('the file gets everything, Slack only a 500', async () => {
    await using service = await runOldService()

    service.handle(new Error('no card'))
    service.handle(new PermissionDenied('no'))
    service.handle({ status: 404 })

    expect(service.lines.map(({ status, level }) => [status, level])).toEqual([
      [500, 50],
      [403, 50],
      [404, 50],
    ])
    expect(await service.alerts()).toHaveLength(1)
  })

  test.each(['TestViewSet', 'TestAPIView', 'TestViewSet.list'])(
    '%s never alerts',
    async (handler) => {
      await using service = await runOldService()

      service.handle(new Error('no card'), { handler })

      expect(service.lines).toHaveLength(1)
      expect(await service.alerts()).toEqual([])
    },
  )
})

describe('stack', () => {
  test.each([new NotAuthenticated('no'), new PermissionDenied('no')])(
    '%s has none',
    async (error) => {
      await using service = await runOldService()

      service.handle(error)

      expect(JSON.stringify(service.lines)).not.toContain('seed-behaviour.test.ts')
    },
  )

  test('any other error has one', async () => {
    await using service = await runOldService()

    service.handle(new ObjectDoesNotExist('x'))

    expect(JSON.stringify(service.lines)).toContain('seed-behaviour.test.ts')
  })
})

describe('repeat limit', () => {
  test('the key is method, path without numbers, and the name of the error', () => {
    expect(requestKey('GET', '/test/123/server-error?a=1', 'TypeError')).toBe(
      requestKey('GET', '/test/7/server-error', 'TypeError'),
    )
  })

  test('the first failures alert, the next ones do not', async () => {
    await using service = await runOldService({
      repeat: { policy: 'window', limit: 2, windowMs: 60_000 },
    })

    for (let id = 0; id < 20; id += 1) {
      service.handle(new TypeError('no card'), { method: 'GET', path: `/orders/${id}` })
    }

    expect(service.lines).toHaveLength(20)
    expect(await service.alerts()).toHaveLength(2)
  })

  test('an admitted one renews the silence', () => {
    const limiter = createWindowLimiter({ limit: 1, windowMs: 1000 })

    expect([0, 999, 1000, 1999, 2000].map((now) => limiter.admit('key', now))).toEqual([
      true,
      false,
      true,
      false,
      true,
    ])
  })
})

describe('length limit and text', () => {
  test('a traceback keeps its end, any other text its beginning', () => {
    expect(limitLength('Traceback: abcdef', 3, { locale: 'ko' })).toBe(
      String.raw`전문 생략 ...\ndef`,
    )
    expect(limitLength('abcdef', 3, { locale: 'ko' })).toBe('abc...')
  })

  test('quotes go, newlines are escaped or go', () => {
    expect(sanitizeText(`it's "a"\nb`)).toBe(String.raw`its a\nb`)
    expect(sanitizeText('a\nb', { allowNewlines: false })).toBe('ab')
  })
})

describe('fallback', () => {
  test('both loggers get the error, the context and the failure, and the client a 500', async () => {
    const file: string[] = []
    const slack: string[] = []
    const { handleException } = createExceptionHandler({
      fileLogger: pino({}, { write: (line: string) => void file.push(line) }),
      slackLogger: pino({}, { write: (line: string) => void slack.push(line) }),
      locale: 'ko',
      getUser: () => {
        throw new RangeError('no session')
      },
    })

    const { status, body } = handleException(new PermissionDenied('no'), { path: '/orders' })

    expect([status, body.message]).toEqual([500, '오류가 발생했습니다. 관리자에게 문의하세요'])
    for (const lines of [file, slack]) {
      expect(JSON.parse(lines[0] ?? '')).toMatchObject({
        level: 50,
        err: { type: 'PermissionDenied', message: 'no' },
        request: { path: '/orders' },
        handlerFailure: { type: 'RangeError', message: 'no session' },
      })
    }
  })
})

import { once } from 'node:events'
import http, { type IncomingMessage } from 'node:http'
import { connect } from 'node:net'
import { describe, expect, test } from 'vitest'
import { frameworks } from './frameworks.ts'
import { traceRequests } from './trace-requests.ts'
import { runService } from './run-service.ts'

const serverText = 'Something went wrong. Please contact the administrator.'

async function get(url: string, init?: RequestInit): Promise<[number, unknown]> {
  const response = await fetch(url, init)
  expect(response.headers.get('content-type')).toMatch(/^application\/json/)
  return [response.status, await response.json()]
}

describe.each(frameworks)('$name', (framework) => {
  test.each([
    ['/fail/bug', 500, serverText],
    ['/reject/bug', 500, serverText],
    ['/fail/string', 500, serverText],
    ['/fail/number', 500, serverText],
    ['/fail/object', 500, serverText],
    ['/reject/string', 500, serverText],
    ['/fail/proxy', 500, serverText],
    ['/fail/http-errors', 409, 'no seat left'],
    ['/fail/frozen', 409, 'no seat left'],
    ['/reject/boom', 409, 'no seat left'],
    ['/fail/unauthorized', 401, 'Please check your account id and password.'],
    ['/fail/forbidden', 403, 'You do not have permission.'],
    ['/fail/missing', 404, 'The resource was not found.'],
    ['/nowhere', 404, 'The resource was not found.'],
  ])('answers %s with %d', async (path, status, message) => {
    await using service = await runService(framework)

    expect(await get(service.url + path)).toEqual([status, { message, errors: [] }])
  })

  test.each([
    ['/fail/valibot', 'Invalid email: Received "nobody"'],
    ['/fail/class-validator', 'must be an email'],
  ])('answers %s with what is wrong', async (path, reason) => {
    await using service = await runService(framework)

    expect(await get(service.url + path)).toEqual([
      400,
      { message: `email: ${reason}`, errors: [{ field: 'email', reason }] },
    ])
  })

  test('answers in Korean', async () => {
    await using service = await runService(framework, { locale: 'ko' })

    expect(await get(`${service.url}/fail/bug`)).toEqual([
      500,
      { message: '오류가 발생했습니다. 관리자에게 문의하세요', errors: [] },
    ])
    expect(await get(`${service.url}/nowhere`)).toEqual([
      404,
      { message: '리소스를 찾을 수 없습니다.', errors: [] },
    ])
  })

  test.each([
    [0, '127.0.0.1'],
    [1, '203.0.113.9'],
  ])('behind %d trusted proxies takes %s for the client', async (trustProxy, clientIp) => {
    await using service = await runService(framework, { trustProxy })

    await get(`${service.url}/fail/bug`, {
      headers: { 'x-forwarded-for': '198.51.100.1, 203.0.113.9' },
    })

    expect(service.lines).toMatchObject([{ request: { clientIp } }])
  })

  test("logs the trace of OpenTelemetry's active span, on the way and in the end", async () => {
    using _ = traceRequests()
    await using service = await runService(framework)

    await get(`${service.url}/fail/bug`)
    await post(`${service.url}/logged`, '{"a":1}')

    const ids = { trace_id: 'a'.repeat(32), span_id: 'b'.repeat(16) }
    expect(service.lines).toMatchObject([
      { status: 500, ...ids },
      { msg: 'on the way', ...ids },
      { msg: 'inside', ...ids },
    ])
  })

  test('logs user, endpoint and data to the file and to Slack', async () => {
    await using service = await runService(framework)

    await get(`${service.url}/fail/bug?size=7&token=abc`, {
      headers: { 'x-user': 'kim', 'user-agent': 'phone', origin: 'https://shop.example' },
    })
    await service.flush()

    expect(service.lines).toMatchObject([
      {
        level: 50,
        status: 500,
        handler: framework.handler,
        err: { type: 'TypeError', message: "Cannot read properties of undefined (reading 'id')" },
      },
    ])
    expect(service.lines[0]?.err?.stack).toContain('chargeCard')
    expect(service.lines[0]?.request).toEqual({
      method: 'GET',
      path: '/fail/bug',
      route: '/fail/:how',
      handler: framework.handler,
      origin: 'https://shop.example',
      clientIp: '127.0.0.1',
      userAgent: 'phone',
      user: { id: '17', name: 'kim', email: 'kim@example.com', role: 'buyer' },
      params: { how: 'bug' },
      query: { size: '7', token: '[redacted]' },
    })
    const [alert] = service.inbox.messages()
    const shown = JSON.stringify(service.inbox.thread(alert?.ts ?? ''))
    expect(alert?.text).toContain('shop')
    expect(alert?.text).toContain('TypeError')
    expect(alert?.text).toContain('GET /fail/:how')
    expect(shown).toContain('chargeCard')
    expect(shown).toContain('#17')
    expect(shown).not.toContain('hunter2')
  })

  test('logs errors that let nobody write or read them', async () => {
    await using service = await runService(framework)

    await get(`${service.url}/fail/frozen`)
    await get(`${service.url}/fail/proxy`)

    expect(service.lines).toMatchObject([
      { level: 40, status: 409, err: { type: 'ConflictError', message: 'no seat left' } },
      { level: 50, status: 500, request: { path: '/fail/proxy' } },
    ])
  })

  test('answers and logs as ever where `getUser` gives a promise', async () => {
    await using service = await runService(framework, {
      getUser: () => Promise.reject(new Error('no users')),
    })

    expect(await get(`${service.url}/fail/http-errors`)).toEqual([
      409,
      { message: 'no seat left', errors: [] },
    ])
    expect(service.lines).toMatchObject([{ level: 40, status: 409 }])
  })

  test('logs a stack without frames of the handler', async () => {
    await using service = await runService(framework)

    await get(`${service.url}/reject/bug`)

    const stack = service.lines[0]?.err?.stack
    expect(stack).toContain('chargeCard')
    expect(stack).not.toContain('exception-handler/src/')
  })

  test('logs a mistake of the client as a warning', async () => {
    await using service = await runService(framework)

    await get(`${service.url}/fail/http-errors`)
    await get(`${service.url}/nowhere`)
    await service.flush()

    expect(service.lines).toMatchObject([
      { level: 40, status: 409, msg: 'no seat left', request: { route: '/fail/:how' } },
      { level: 40, status: 404, msg: 'Cannot GET /nowhere', request: { path: '/nowhere' } },
    ])
    expect(service.inbox.messages()).toEqual([])
  })

  test('names what is wrong in a body, and logs the body', async () => {
    await using service = await runService(framework)

    const answer = await post(`${service.url}/orders`, '{"email":"nobody","password":"hunter2"}')

    expect(answer).toEqual([
      400,
      {
        message: 'email: Invalid email address',
        errors: [
          { field: 'email', reason: 'Invalid email address' },
          { field: 'amount', reason: 'Invalid input: expected number, received undefined' },
        ],
      },
    ])
    expect(service.lines).toMatchObject([
      { level: 40, request: { body: { email: 'nobody', password: '[redacted]' } } },
    ])
  })

  test('answers that a body is not valid JSON', async () => {
    await using service = await runService(framework)

    const answer = await post(`${service.url}/orders`, '{"email')

    expect(answer).toEqual([
      400,
      {
        message: 'body: is not valid JSON',
        errors: [{ field: 'body', reason: 'is not valid JSON' }],
      },
    ])
    expect(service.lines).toMatchObject([{ level: 40, status: 400 }])
  })

  test.each(['/late', '/stream'])(
    'breaks off %s, which failed on the way, and alerts',
    async (path) => {
      await using service = await runService(framework)

      const text = fetch(service.url + path).then((response) => response.text())

      await expect(text).rejects.toThrow(TypeError)
      await expect.poll(() => service.lines).toMatchObject([{ level: 50, request: { path } }])
      await service.flush()
      expect(service.inbox.messages()).toHaveLength(1)
    },
  )

  test('puts the request on every error that is logged on the way', async () => {
    await using service = await runService(framework)

    await post(`${service.url}/logged`, '{"a":1}', {
      'x-request-id': 'r-17',
      traceparent: '00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01',
    })

    const ids = { trace_id: '4bf92f3577b34da6a3ce929d0e0e4736', request_id: 'r-17' }
    expect(service.lines).toMatchObject([
      { level: 30, msg: 'on the way', ...ids },
      { level: 50, msg: 'inside', ...ids, request: { method: 'POST', path: '/logged' } },
    ])
    expect(service.lines[0]?.request).toBeUndefined()
  })

  test('logs requests that fail in one turn of the event loop each for itself', async () => {
    await using service = await runService(framework)
    const ids = ['r-1', 'r-2', 'r-3']

    const answers = ids.map((id) =>
      fetch(`${service.url}/wait?of=${id}`, { headers: { 'x-request-id': id } }),
    )
    await expect.poll(() => service.waiting()).toBe(ids.length)
    service.open()
    const statuses = (await Promise.all(answers)).map(({ status }) => status)

    expect(statuses).toEqual([500, 500, 500])
    await expect
      .poll(() => service.lines.map(({ request, request_id: id }) => [id, request?.['query']]))
      .toEqual(expect.arrayContaining(ids.map((id) => [id, { of: id }])))
    expect(service.lines).toHaveLength(ids.length)
  })

  test('logs who asked by which address, although the connection is closed with the answer', async () => {
    await using service = await runService(framework)
    const headers = { 'x-user': 'kim', connection: 'close' }

    const ends = Array.from({ length: 3 }, async () => {
      const [response] = (await once(
        http.request(`${service.url}/wait`, { headers }).end(),
        'response',
      )) as [IncomingMessage]
      await once(response.resume(), 'close')
      return response.statusCode
    })
    await expect.poll(() => service.waiting()).toBe(ends.length)
    service.open()

    expect(await Promise.all(ends)).toEqual([500, 500, 500])
    await expect
      .poll(() => service.lines.map(({ request: shown }) => [shown?.['clientIp'], shown?.['user']]))
      .toEqual(ends.map(() => ['127.0.0.1', expect.objectContaining({ id: '17' })]))
  })

  test('logs a client that disconnected as a warning without an alert', async () => {
    await using service = await runService(framework)
    const { hostname, port } = new URL(service.url)

    const socket = connect(Number(port), hostname)
    socket.write('POST /orders HTTP/1.1\r\nhost: x\r\ncontent-type: application/json\r\n')
    socket.write('content-length: 100\r\n\r\n{"email":')
    await get(`${service.url}/nowhere`)
    socket.destroy()

    await expect
      .poll(() => service.lines.map(({ level, status }) => [level, status]))
      .toEqual([
        [40, 404],
        [40, 499],
      ])
    await service.flush()
    expect(service.inbox.messages()).toEqual([])
  })

  test('answers with a 500 and logs everything if the handler itself fails', async () => {
    await using service = await runService(framework, {
      shouldAlert: () => {
        throw new RangeError('no such rule')
      },
    })

    const answer = await get(`${service.url}/fail/http-errors`)

    expect(answer).toEqual([500, { message: serverText, errors: [] }])
    expect(service.lines).toMatchObject([
      {
        level: 50,
        msg: 'The exception handler failed (no such rule) while it handled: no seat left',
        err: { type: 'ConflictError', message: 'no seat left' },
        handlerFailure: { type: 'RangeError', message: 'no such rule' },
        request: { path: '/fail/http-errors' },
      },
    ])
    await service.flush()
    expect(service.inbox.messages()).toHaveLength(1)
  })

  test('never alerts an endpoint of the skip list', async () => {
    await using service = await runService(framework, { skipEndpoints: [framework.handler] })

    await get(`${service.url}/fail/bug`)
    await service.flush()

    expect(service.lines).toMatchObject([{ level: 40, status: 500 }])
    expect(service.inbox.messages()).toEqual([])
  })
})

async function post(
  url: string,
  body: string,
  headers: Record<string, string> = {},
): Promise<[number, unknown]> {
  return get(url, {
    method: 'POST',
    body,
    headers: { 'content-type': 'application/json', ...headers },
  })
}

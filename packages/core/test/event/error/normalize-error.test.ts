import { runInNewContext } from 'node:vm'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { describeError } from '../../../src/event/error/normalize-error.ts'
import type { ErrorDescription } from '../../../src/event/log-event.ts'

/** What pino's serializer and JSON leave of an error. */
function serialize(error: Error): unknown {
  return JSON.parse(JSON.stringify(pino.stdSerializers.err(error)))
}

function chain(description: ErrorDescription | undefined): readonly string[] {
  if (description === undefined) return []
  return [`${description.type}: ${description.message}`, ...chain(description.cause)]
}

function throwAlways(): never {
  throw new Error('no')
}

const hostileThings: Readonly<Record<string, () => unknown>> = {
  'a Proxy that throws at everything': () =>
    new Proxy(
      {},
      { get: throwAlways, ownKeys: throwAlways, getPrototypeOf: throwAlways, has: throwAlways },
    ),
  'a revoked Proxy': () => {
    const { proxy, revoke } = Proxy.revocable({}, {})
    revoke()
    return proxy
  },
  'an object whose getters throw': () =>
    Object.defineProperties(
      {},
      { message: { get: throwAlways }, stack: { get: throwAlways }, cause: { get: throwAlways } },
    ),
  'an error whose parts throw': () =>
    Object.defineProperties(new Error('x'), {
      stack: { get: throwAlways },
      message: { get: throwAlways },
      name: { get: throwAlways },
      constructor: { get: throwAlways },
    }),
  'an error whose own properties throw': () =>
    Object.defineProperty(new Error('x'), 'detail', { get: throwAlways, enumerable: true }),
  'methods that throw': () => ({ toJSON: throwAlways, toString: throwAlways }),
  'a message that is no text': () =>
    Object.assign(new Error('x'), { message: { toString: throwAlways } }),
  'a cause that throws when it is called': () =>
    Object.assign(new Error('x'), { cause: throwAlways }),
  'a list of errors that cannot be read': () =>
    Object.assign(new AggregateError([], 'x'), { errors: new Proxy([], { get: throwAlways }) }),
}

describe('a live error', () => {
  test('is described with class, message, code, frames, culprit and properties', () => {
    class PaymentError extends TypeError {
      readonly code = 'E_CARD'
      readonly attempts = 3
    }
    const error = new PaymentError('card refused')

    const description = describeError(error)

    expect(description).toMatchObject({
      type: 'PaymentError',
      message: 'card refused',
      code: 'E_CARD',
      cause: undefined,
      moreCauses: 0,
      errors: [],
      moreErrors: 0,
      properties: { attempts: 3 },
    })
    expect(description.stack).toContain('card refused')
    expect(description.culprit?.file).toMatch(/normalize-error\.test\.ts$/)
    expect(description.culprit).toBe(description.frames[0])
  })

  test('is called by the most specific of its names', () => {
    class DatabaseError extends Error {
      override name = 'error'
    }
    class e extends Error {}
    const named = new Error('x')
    named.name = 'ValidationError'

    const types = [
      new DatabaseError('x'),
      new e('x'),
      named,
      new RangeError('x'),
      new DOMException('x', 'AbortError'),
      runInNewContext("new TypeError('other realm')"),
    ].map((error) => describeError(error).type)

    expect(types).toEqual([
      'DatabaseError',
      'Error',
      'ValidationError',
      'RangeError',
      'AbortError',
      'TypeError',
    ])
  })

  test('is described without the level that winston writes into it', () => {
    const error = Object.assign(new Error('a'), { level: 'error', shelf: 4 })

    expect(describeError(error).properties).toEqual({ shelf: 4 })
  })

  test('describes its causes, whatever they are', () => {
    const error = new Error('a', { cause: new TypeError('b', { cause: 'just a text' }) })

    expect(chain(describeError(error))).toEqual(['Error: a', 'TypeError: b', 'string: just a text'])
  })

  test('describes a cycle of causes once', () => {
    const first = new Error('first')
    const second = new Error('second', { cause: first })
    first.cause = second

    expect(chain(describeError(first))).toEqual(['Error: first', 'Error: second'])
  })

  test('describes five causes and the root cause, and counts the others', () => {
    let error = new Error('cause 12')
    for (let depth = 11; depth >= 0; depth -= 1)
      error = new Error(`cause ${depth}`, { cause: error })

    const description = describeError(error)

    expect(chain(description)).toEqual(
      [0, 1, 2, 3, 4, 5, 12].map((depth) => `Error: cause ${depth}`),
    )
    expect(description.moreCauses).toBe(6)
  })

  test('finds the cause where VError, Sequelize and TypeORM keep it', () => {
    const cause = new Error('inner')
    const errors = [
      Object.assign(new Error('outer'), { cause: () => cause }),
      Object.assign(new Error('outer'), { parent: cause, original: cause }),
      Object.assign(new Error('outer'), { driverError: cause }),
    ]

    expect(errors.map((error) => describeError(error).cause?.message)).toEqual([
      'inner',
      'inner',
      'inner',
    ])
    expect(describeError(errors[1]).properties).toEqual({})
  })

  test('describes the first three of many errors', () => {
    const errors = [1, 2, 3, 4, 5].map((number) => new Error(`attempt ${number}`))

    const description = describeError(new AggregateError(errors, 'all failed'))

    expect(description.message).toBe('all failed')
    expect(description.errors.map(({ message }) => message)).toEqual([
      'attempt 1',
      'attempt 2',
      'attempt 3',
    ])
    expect(description.moreErrors).toBe(2)
  })

  test('without a message takes that of the first of its errors', () => {
    const description = describeError(
      new AggregateError([new Error('connect ECONNREFUSED ::1:5432')]),
    )

    expect(description.message).toBe('connect ECONNREFUSED ::1:5432')
  })

  test('keeps aggregates of aggregates small', () => {
    let error: Error = new Error('leaf')
    for (let depth = 0; depth < 50; depth += 1) {
      error = new AggregateError([error, error, error, error], `level ${depth}`)
    }

    expect(JSON.stringify(describeError(error)).length).toBeLessThan(100_000)
  })

  test('describes the request and response of an HTTP client, not its internals', () => {
    const error = Object.assign(new Error('Request failed with status code 502'), {
      isAxiosError: true,
      config: {
        method: 'post',
        url: 'https://pay.example/charge',
        headers: { authorization: 'x' },
        adapter: ['xhr'],
      },
      request: {
        method: 'POST',
        path: '/charge',
        host: 'pay.example',
        _header: 'POST',
        agent: { sockets: {} },
      },
      response: {
        status: 502,
        statusText: 'Bad Gateway',
        data: { reason: 'upstream' },
        headers: { a: 'b' },
      },
    })

    expect(describeError(error).properties).toEqual({
      isAxiosError: true,
      config: { method: 'post', url: 'https://pay.example/charge' },
      request: { method: 'POST', path: '/charge', host: 'pay.example' },
      response: { status: 502, statusText: 'Bad Gateway', data: { reason: 'upstream' } },
    })
  })

  test('holds no secret in any of its parts', () => {
    const error = Object.assign(new Error('login with password=hush failed'), {
      code: 'token=hush',
      dsn: 'postgres://u:hush@h/d',
      options: { apiKey: 'hush' },
      cause: new Error('Authorization: Bearer hush'),
    })
    error.name = 'secret=hush'

    expect(JSON.stringify(describeError(error))).not.toContain('hush')
  })

  test('keeps the frames behind a message of one megabyte', () => {
    const description = describeError(new Error('x'.repeat(1_000_000)))

    expect(description.message).toHaveLength(10_000)
    expect(description.message).toMatch(/x\.\.\.$/)
    expect(description.culprit?.file).toMatch(/normalize-error\.test\.ts$/)
    expect(description.stack?.length).toBeLessThan(20_000)
  })

  test('without a stack, or with one of another type, is described all the same', () => {
    const without = new Error('bare')
    delete without.stack
    const number = Object.assign(new Error('odd'), { stack: 42 })

    expect(describeError(without)).toMatchObject({ message: 'bare', stack: undefined, frames: [] })
    expect(describeError(number)).toMatchObject({ message: 'odd', stack: undefined, frames: [] })
  })

  test('with call sites for a stack has frames', () => {
    const printing = Object.getOwnPropertyDescriptor(Error, 'prepareStackTrace')
    Error.prepareStackTrace = (_error, sites) => sites
    const error = new Error('sites')
    const { stack } = error
    Object.defineProperty(Error, 'prepareStackTrace', { configurable: true, ...printing })

    expect(Array.isArray(stack)).toBe(true)
    expect(describeError(error).culprit?.file).toMatch(/normalize-error\.test\.ts$/)
  })
})

describe('something else that was thrown', () => {
  test.each([
    ['out of paper', 'string', 'out of paper'],
    ['', 'string', ''],
    [42, 'number', '42'],
    [10n, 'bigint', '10n'],
    [false, 'boolean', 'false'],
    [null, 'null', 'null'],
    [undefined, 'undefined', 'undefined'],
    [Symbol('why'), 'symbol', 'Symbol(why)'],
    [[1, 'a'], 'array', '[1,"a"]'],
    [{ a: 1 }, 'object', '{"a":1}'],
    [{ message: 'from an object' }, 'object', 'from an object'],
    [{ error: 'invalid_grant', error_description: 'Bad code' }, 'object', 'Bad code'],
    [new Date(0), 'Date', '1970-01-01T00:00:00.000Z'],
  ])('%o is described', (thrown, type, message) => {
    expect(describeError(thrown)).toMatchObject({ type, message, stack: undefined, frames: [] })
  })

  test('a text that is a stack is read as one', () => {
    const description = describeError('TypeError: boom\n    at charge (/srv/app/a.js:1:2)')

    expect(description).toMatchObject({
      type: 'TypeError',
      message: 'boom',
      culprit: { function: 'charge' },
    })
  })

  test('an object of a class keeps the name of the class', () => {
    class Refusal {
      readonly message = 'no'
    }

    expect(describeError(new Refusal())).toMatchObject({ type: 'Refusal', message: 'no' })
  })

  test.each(Object.keys(hostileThings))('%s is survived', (name) => {
    const thrown = hostileThings[name]?.()

    expect(typeof describeError(thrown).message).toBe('string')
  })
})

describe("an error as pino's serializer leaves it", () => {
  test('is described like the live one', () => {
    class PaymentError extends Error {
      readonly code = 'E_CARD'
      readonly attempts = 3
    }
    const error = new PaymentError('card: refused')

    const live = describeError(error)

    expect(describeError(serialize(error))).toEqual(live)
  })

  test('has its causes parted again, each with its own message and stack', () => {
    const error = new Error('order: failed', {
      cause: new TypeError('card: refused', { cause: new RangeError('deep') }),
    })

    const description = describeError(serialize(error))

    expect(chain(description)).toEqual([
      'Error: order: failed',
      'TypeError: card: refused',
      'RangeError: deep',
    ])
    expect(description.stack).not.toContain('caused by')
    expect(description.cause?.stack).toMatch(/^TypeError: card: refused\n/)
    expect(description.cause?.culprit?.file).toMatch(/normalize-error\.test\.ts$/)
  })

  test('with a cycle of causes is described once', () => {
    const first = new Error('first')
    first.cause = new Error('second', { cause: first })

    expect(chain(describeError(serialize(first)))).toEqual(['Error: first', 'Error: second'])
  })

  test('describes the root cause and counts those between it and the fifth', () => {
    let error = new Error('cause 12')
    for (let depth = 11; depth >= 0; depth -= 1)
      error = new Error(`cause ${depth}`, { cause: error })

    const description = describeError(serialize(error))

    expect(chain(description).at(-1)).toBe('Error: cause 12')
    expect(description).toMatchObject({ message: 'cause 0', moreCauses: 6 })
  })

  test('with several errors describes the first three', () => {
    const errors = [1, 2, 3, 4].map((number) => new Error(`attempt ${number}`))

    const description = describeError(serialize(new AggregateError(errors, 'all failed')))

    expect(description).toMatchObject({
      type: 'AggregateError',
      message: 'all failed',
      moreErrors: 1,
      properties: {},
    })
    expect(description.errors.map(({ message }) => message)).toEqual([
      'attempt 1',
      'attempt 2',
      'attempt 3',
    ])
  })

  test('without its stack is an error all the same', () => {
    expect(describeError({ type: 'Error', message: 'no stock', code: 'E_STOCK' })).toMatchObject({
      type: 'Error',
      message: 'no stock',
      code: 'E_STOCK',
    })
  })

  test('keeps a name that was set', () => {
    const error = new Error('x')
    error.name = 'ValidationError'

    expect(describeError(serialize(error)).type).toBe('ValidationError')
  })
})

describe('an error from another language', () => {
  const traceback = `Traceback (most recent call last):
  File "/srv/app/store.py", line 7, in read
    return data[key]
KeyError: 'sku-1'

The above exception was the direct cause of the following exception:

Traceback (most recent call last):
  File "/srv/app/main.py", line 3, in <module>
    run()
  File "/srv/app/orders.py", line 42, in charge
    raise OrderError('no such product')
app.errors.OrderError: no such product
`

  test('in Python has its frames and its cause', () => {
    const description = describeError({
      type: 'OrderError',
      message: 'no such product',
      stack: traceback,
    })

    expect(chain(description)).toEqual(['OrderError: no such product', "KeyError: 'sku-1'"])
    expect(description.culprit).toMatchObject({
      file: '/srv/app/orders.py',
      line: 42,
      function: 'charge',
    })
    expect(description.cause?.culprit).toMatchObject({ file: '/srv/app/store.py', line: 7 })
  })

  test('in Python may be nothing but its traceback', () => {
    expect(chain(describeError(traceback))).toEqual([
      'app.errors.OrderError: no such product',
      "KeyError: 'sku-1'",
    ])
    expect(describeError({ exc_info: traceback }).message).toBe('no such product')
  })

  test('in Python keeps the end of a very long traceback', () => {
    const frames = Array.from(
      { length: 5_000 },
      (_, line) => `  File "/srv/app/loop.py", line ${line}, in again\n    again()`,
    )
    const long = `Traceback (most recent call last):\n${frames.join('\n')}\nRecursionError: too deep`

    const description = describeError({ stack: long })

    expect(description).toMatchObject({ type: 'RecursionError', message: 'too deep' })
    expect(description.culprit?.line).toBe(4_999)
    expect(description.stack?.length).toBeLessThan(60_000)
  })

  test('in Java has its frames and its cause', () => {
    const stack =
      'java.lang.IllegalStateException: no order\n\tat com.shop.Orders.charge(Orders.java:42)\n\tat java.base/java.lang.Thread.run(Thread.java:829)\n' +
      'Caused by: java.io.IOException: broken pipe\n\tat com.shop.Pipe.write(Pipe.java:7)\n\t... 2 more'

    const description = describeError({ stack_trace: stack })

    expect(chain(description)).toEqual([
      'java.lang.IllegalStateException: no order',
      'java.io.IOException: broken pipe',
    ])
    expect(description.culprit).toMatchObject({ file: 'Orders.java', line: 42 })
  })

  test('has its parts found under the names of OpenTelemetry', () => {
    const description = describeError({
      'exception.type': 'OrderError',
      'exception.message': 'no such product',
      'exception.stacktrace': traceback,
    })

    expect(description).toMatchObject({
      type: 'OrderError',
      message: 'no such product',
      properties: {},
    })
  })
})

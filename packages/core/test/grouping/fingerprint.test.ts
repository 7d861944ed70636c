import { assert, anything, property } from 'fast-check'
import pino from 'pino'
import { describe, expect, test } from 'vitest'
import { explainFingerprint, Fingerprinter } from '../../src/grouping/fingerprint.ts'
import { errorWith, stackOf } from './stacks.ts'

const charge = stackOf(
  'PaymentError: card of order 17 declined',
  'Order.charge (/srv/app/src/billing.js:42:11)',
  'async checkout (/srv/app/src/checkout.js:7:3)',
  'process.processTicksAndRejections (node:internal/process/task_queues:95:5)',
)

function inAnonymousHandler(message: string): Error {
  const frames = [
    '/srv/app/routes.js:12:9',
    'Layer.handle (/srv/app/node_modules/router/lib/layer.js:1:1)',
  ]
  return errorWith(stackOf(`Error: ${message}`, ...frames))
}

function isSame(first: unknown, second: unknown): boolean {
  const { of } = fingerprinter()
  return of({ message: '', error: first }) === of({ message: '', error: second })
}

function fingerprinter() {
  const grouping = new Fingerprinter()
  return { of: grouping.of.bind(grouping), explain: grouping.explain.bind(grouping) }
}

describe('one problem', () => {
  test.each([
    ['at other lines', 'Order.charge (/srv/app/src/billing.js:48:9)'],
    ['in another folder', 'Order.charge (/opt/releases/7/src/billing.js:42:11)'],
    ['as a URL', 'Order.charge (file:///srv/app/src/billing.mjs:42:11)'],
    ['on Windows', 'Order.charge (C:\\app\\src\\billing.js:42:11)'],
    ['in another module format', 'Order.charge (/srv/app/dist/billing.cjs:42:11)'],
    ['on an asynchronous path', 'async Order.charge (/srv/app/src/billing.js:42:11)'],
    ['loaded anew', 'Order.charge (file:///srv/app/src/billing.js?t=1732:42:11)'],
    ['called by another name', 'Order.charge [as pay] (/srv/app/src/billing.js:42:11)'],
  ])('%s', (_way, frame) => {
    const error = errorWith(
      stackOf(
        'PaymentError: card of order 99 declined',
        frame,
        'checkout (/srv/app/src/checkout.js:9:1)',
        'node:internal/main:1:1',
      ),
    )

    expect(isSame(errorWith(charge), error)).toBe(true)
  })

  test.each([
    ['a digest', 'app.3f2a9c1d.js', 'app.99ab01ff.js'],
    ['esbuild', 'chunk-VBXK4L2P.js', 'chunk-7QKZD3MA.js'],
    ['Rollup and Vite', 'index-B_x-9aQZ.js', 'index-CkT0wq1r.js'],
    ['webpack', 'main.0a1b2c3d4e5f60718293.js', 'main.ffeeddccbbaa99887766.js'],
  ])('in bundles with the content hash of %s', (_bundler, first, second) => {
    const errors = [first, second].map((file) =>
      errorWith(stackOf('Error: boom', `charge (/srv/app/dist/assets/${file}:1:2)`)),
    )

    expect(isSame(errors[0], errors[1])).toBe(true)
  })

  test('however deep a recursion was', () => {
    const walk = 'walk (/srv/app/tree.js:3:5)'
    const shallow = stackOf('RangeError: too deep', walk, walk, 'main (/srv/app/main.js:1:1)')
    const deep = stackOf('RangeError: too deep', ...Array.from({ length: 10 }, () => walk))

    expect(isSame(errorWith(shallow), errorWith(deep))).toBe(true)
  })

  test('however long the message is', () => {
    const long = charge.replace('order 17', 'order '.repeat(50_000))

    expect(isSame(errorWith(charge), errorWith(long))).toBe(true)
  })

  test('called through an object, a module or a timer', () => {
    const owners = ['', 'Object.', 'Module.', 'exports.', 'Timeout.', 'Server.']
    const fingerprints = owners.map((owner) =>
      fingerprinter().of({
        message: '',
        error: errorWith(stackOf('Error: boom', `${owner}charge (/srv/app/billing.js:1:1)`)),
      }),
    )

    expect(new Set(fingerprints).size).toBe(1)
  })

  test('live, and as pino serializes it with its cause', () => {
    const cause = errorWith(
      stackOf(
        'Error: connect ECONNREFUSED 10.0.0.1:5432',
        'TCPConnectWrap.afterConnect (node:net:1:1)',
      ),
      { code: 'ECONNREFUSED' },
    )
    const live = errorWith(stackOf('Error: query 17 failed', 'query (/srv/app/db.js:1:1)'), {
      cause,
    })
    const serialized = {
      type: 'Error',
      message: 'query 18 failed: connect ECONNREFUSED 10.0.0.1:5432',
      stack: `${stackOf('Error: query 18 failed', 'query (/srv/app/db.js:1:1)')}\ncaused by: ${cause.stack}`,
    }

    expect(isSame(live, serialized)).toBe(true)
  })

  test('as a record and as the event that was made of it', () => {
    const error = errorWith(charge)
    const description = {
      type: 'PaymentError',
      message: error.message,
      code: undefined,
      stack: charge,
    }

    expect(isSame(error, description)).toBe(true)
  })

  test('logged under any name, or as text', () => {
    const { of } = fingerprinter()
    const error = errorWith(charge)

    const fingerprints = [
      of({ message: '', error }),
      of({ message: 'order 17', fields: { err: error } }),
      of({ message: `order 17: ${charge}` }),
    ]

    expect(new Set(fingerprints).size).toBe(1)
  })

  test('thrown by Node itself in any of its versions', () => {
    const older = stackOf(
      'Error: connect ECONNREFUSED 10.0.0.1:5432',
      'TCPConnectWrap.afterConnect [as oncomplete] (node:net:1555:16)',
    )
    const newer = stackOf(
      'Error: connect ECONNREFUSED 10.0.0.2:5432',
      'createConnectionError (node:net:1678:14)',
      'afterConnect (node:net:1648:16)',
      'process.processTicksAndRejections (node:internal/process/task_queues:105:5)',
    )

    expect(isSame(errorWith(older), errorWith(newer))).toBe(true)
  })
})

describe('different problems', () => {
  test.each([
    ['another type', charge.replace('PaymentError', 'TypeError')],
    ['another function', charge.replace('Order.charge', 'Order.refund')],
    ['another file', charge.replace('billing.js', 'invoice.js')],
    ['another way there', charge.replace('checkout (', 'renew (')],
  ])('%s', (_difference, stack) => {
    expect(isSame(errorWith(charge), errorWith(stack))).toBe(false)
  })

  test('another root cause, by type or by the code in its text', () => {
    const causes = [
      undefined,
      errorWith('TypeError: x'),
      errorWith('Error: read ECONNRESET'),
      errorWith('Error: connect ETIMEDOUT 10.0.0.1:5432'),
      errorWith('Error: x', { cause: errorWith('RangeError: y') }),
    ]
    const { of } = fingerprinter()

    const fingerprints = causes.map((cause) =>
      of({ message: '', error: errorWith(charge, { cause }) }),
    )

    expect(new Set(fingerprints).size).toBe(causes.length)
  })

  test('of common file names in different folders', () => {
    const errors = ['orders', 'users'].map((folder) =>
      errorWith(stackOf('Error: boom', `list (/srv/app/src/${folder}/index.js:1:1)`)),
    )

    expect(isSame(errors[0], errors[1])).toBe(false)
  })

  test('without a function of the program: separated by their messages', () => {
    const { of } = fingerprinter()
    const [declined, soldOut, first, second] = [
      'card declined',
      'out of stock',
      'order 1 lost',
      'order 2 lost',
    ].map((message) => of({ message: '', error: inAnonymousHandler(message) }))

    expect(declined).not.toBe(soldOut)
    expect(first).toBe(second)
  })
})

describe('records without an error', () => {
  test('are grouped by their text without its values', () => {
    const { of } = fingerprinter()

    expect(of({ message: 'user 17 not found' })).toBe(of({ message: 'user 18 not found' }))
    expect(of({ message: 'user 17 not found' })).not.toBe(of({ message: 'order 17 not found' }))
  })

  test('are grouped by the format string where the logger still has it', () => {
    const { of } = fingerprinter()
    const template = 'cannot greet %s'

    expect(of({ message: 'cannot greet alice', template })).toBe(
      of({ message: 'cannot greet the whole world', template }),
    )
  })
})

describe('grouping by request', () => {
  const byRequest = new Fingerprinter({ groupBy: 'request' })

  test('joins what fails alike at one endpoint, wherever it was thrown', () => {
    const first = {
      message: '',
      error: new TypeError('a'),
      request: { method: 'GET', url: '/orders/17?x=1' },
    }
    const second = {
      message: '',
      error: new TypeError('b'),
      fields: { req: { method: 'GET', url: '/orders/18' } },
    }

    expect(byRequest.of(first)).toBe(byRequest.of(second))
    expect(byRequest.explain(first)).toMatchObject({
      decidedBy: 'request',
      parts: ['GET:orders:TypeError'],
    })
  })

  test('falls back to the error without a request', () => {
    expect(byRequest.explain({ message: 'user 17 not found' })).toMatchObject({
      decidedBy: 'message',
    })
  })
})

/** As `fetch` fails if `localhost` is `::1` and `127.0.0.1`. */
function refusedByTwo(port: number): Error {
  const errors = ['::1', '127.0.0.1'].map((address) =>
    Object.assign(new Error(`connect ECONNREFUSED ${address}:${port}`), { port }),
  )
  return new TypeError('fetch failed', { cause: new AggregateError(errors) })
}

describe('a hook', () => {
  const record = { message: 'user 17 not found' }

  test('decides', () => {
    const { explain } = {
      explain: (hook: () => string[]) => new Fingerprinter({ hook }).explain(record),
    }

    expect(explain(() => ['billing', 'eu'])).toMatchObject({
      decidedBy: 'hook',
      parts: ['billing', 'eu'],
    })
  })

  test('can refine what would be the default', () => {
    const byDefault = new Fingerprinter().of(record)
    const refined = new Fingerprinter({ hook: () => ['{{default}}', 'eu'] }).explain(record)

    expect(refined.parts).toEqual([byDefault, 'eu'])
    expect(refined.fingerprint).not.toBe(byDefault)
  })

  test.each([
    ['in process', (error: Error): unknown => error],
    ['with the serializer of pino that keeps causes', pino.stdSerializers.errWithCause],
  ])('can read the port of a host with several addresses, %s', (_where, keep) => {
    interface Refusals {
      readonly cause?: Partial<Record<'errors' | 'aggregateErrors', readonly { port: number }[]>>
    }
    const hook = ({ error }: { readonly error?: unknown }): string[] | undefined => {
      const { errors, aggregateErrors = [] } = (error as Refusals).cause ?? {}
      const [first] = errors ?? aggregateErrors
      return first === undefined ? undefined : ['{{default}}', `port ${first.port}`]
    }
    const { parts } = new Fingerprinter({ hook }).explain({
      message: '',
      error: keep(refusedByTwo(5433)),
    })

    expect(parts.at(-1)).toBe('port 5433')
    expect(parts).toHaveLength(2)
  })

  test.each([
    ['nothing', () => undefined],
    ['an empty list', () => []],
    ['the default alone', () => '{{default}}'],
  ])('that returns %s leaves the default', (_what, hook) => {
    expect(new Fingerprinter({ hook }).of(record)).toBe(new Fingerprinter().of(record))
  })

  test.each([
    [
      'throws',
      () => {
        throw new Error('mine')
      },
    ],
    ['returns something else', () => Promise.resolve('x') as unknown as string],
  ])('that %s leaves the default and is reported', (_what, hook) => {
    const errors: unknown[] = []

    const fingerprint = new Fingerprinter({
      hook,
      onHookError: (error) => errors.push(error),
    }).of(record)

    expect(fingerprint).toBe(new Fingerprinter().of(record))
    expect(errors).toHaveLength(1)
  })
})

test('a fingerprint carries its version and nothing of what was logged', () => {
  expect(new Fingerprinter().of({ message: 'secret of alice' })).toMatch(/^g1:[0-9a-f]{16}$/)
})

test('an explanation names what was compared', () => {
  const error = errorWith(charge, { cause: errorWith('Error: read ECONNRESET') })

  expect(explainFingerprint({ message: '', error })).toMatchObject({
    decidedBy: 'stack',
    parts: ['PaymentError', 'Error', 'ECONNRESET', 'Order.charge (billing)', 'checkout (checkout)'],
  })
})

test.each<[string, () => object]>([
  ['the code of a cause', () => ({ cause: errorWith('Error: x', { code: 'EPOOL' }) })],
  [
    'the class of a cause',
    () => ({
      cause: Object.assign(new (class Declined extends Error {})('x'), { stack: 'Error: x' }),
    }),
  ],
  ['a cause of that cause', () => ({ cause: errorWith('Error: x', { cause: { code: 1 } }) })],
])('%s makes no difference where pino drops it', (_, propertiesOf) => {
  const live = errorWith(charge, propertiesOf())
  const plain = errorWith(charge, { cause: errorWith('Error: x') })

  expect(isSame(live, plain)).toBe(true)
  expect(isSame(live, JSON.parse(JSON.stringify(pino.stdSerializers.err(live))))).toBe(true)
})

test('a cause without a message makes no difference', () => {
  const causes = [{ code: 'E1' }, 'declined', 17].map((cause) => errorWith(charge, { cause }))

  expect(causes.map((error) => isSame(error, errorWith(charge)))).toEqual([true, true, true])
})

test('which errors came before makes no difference', () => {
  const frames = ['charge (/srv/app/billing.js:42:11)', '/srv/app/checkout.js:7:3']
  const headers = [
    'Error: refused',
    'Error: refused for order 17',
    'Error: connect ECONNREFUSED 10.0.0.1:5432',
    'Error: connect ETIMEDOUT 10.0.0.1:5432',
    'TypeError: refused',
    'Error: refused\ncaused by: TypeError: null',
    'Error: connect ECONNREFUSED 10.0.0.1:6380',
    'Error: getaddrinfo ENOTFOUND db.internal',
    'Error: answered 503',
    'Error: 503 Service Unavailable',
    'Error: status: 404',
  ]
  const inner = ['write (/srv/app/disk.js:1:1)', 'other (/srv/app/disk.js:2:2)'].map((frame) => [
    frame,
  ])
  const causes = headers.flatMap((header) => inner.map((of) => errorWith(stackOf(header, ...of))))
  const errors: unknown[] = headers.flatMap((header): unknown[] => [
    errorWith(stackOf(header, ...frames)),
    errorWith(stackOf(header, ...frames), { code: 'E_REFUSED' }),
    errorWith(stackOf(header, ...frames), { cause: new RangeError('no') }),
    errorWith(stackOf(header, ...frames), { cause: [new RangeError('no')] }),
    errorWith(stackOf(header, ...frames), { cause: stackOf('RangeError: no', ...frames) }),
    errorWith(stackOf(header, ...frames), { errors: [new RangeError('no')] }),
    { type: 'Error', message: 'refused', stack: stackOf(header, ...frames) },
    { stack: `${stackOf(header, ...frames)}\ncauses have become circular...` },
    errorWith(stackOf(header, 'refund (/srv/app/billing.js:42:11)')),
    errorWith(stackOf(header, ...frames, ...frames)),
    errorWith(stackOf(header, ...frames), { status: 404 }),
    errorWith(stackOf(header, ...frames), { response: { status: 503 } }),
    errorWith(stackOf(header, ...frames), { original: causes[0] }),
    errorWith(stackOf(header, ...frames), { original: causes[1] }),
    Object.assign(new AggregateError(causes.slice(0, 2), ''), {
      stack: stackOf(header, ...frames),
    }),
    Object.assign(new AggregateError(causes.slice(1, 3), ''), {
      stack: stackOf(header, ...frames),
    }),
  ])
  for (const cause of causes) {
    errors.push(errorWith(charge, { cause }))
    errors.push(errorWith(charge, { cause: errorWith('Error: between', { cause }) }))
    errors.push(errorWith(charge, { original: cause, errors: [cause] }))
    errors.push({ type: 'Error', message: 'x', stack: `${charge}\ncaused by: ${cause.stack}` })
    errors.push({
      message: 'x',
      stack: `${charge}\ncaused by: ${cause.stack}\ncauses have become circular...`,
    })
  }
  const alone = errors.map((error) => fingerprinter().of({ message: '', error }))

  const { of } = fingerprinter()
  for (const before of errors) {
    const after = errors.map((error) => {
      of({ message: '', error: before })
      return of({ message: '', error })
    })
    expect(after).toEqual(alone)
  }
})

test('an error changed after it was logged is read anew', () => {
  const { of } = fingerprinter()
  const error = errorWith(charge)
  const before = of({ message: '', error })

  error.stack = charge.replace('Order.charge', 'Order.refund')

  expect(of({ message: '', error })).not.toBe(before)
})

describe('hostile records', () => {
  const throwing = new Proxy(new Error('x'), {
    get: () => {
      throw new Error('no')
    },
  })
  const cyclic = errorWith(charge)
  cyclic.cause = errorWith('Error: y', { cause: cyclic })

  test.each([
    ['a Proxy that throws', throwing],
    ['a cycle of causes', cyclic],
    [
      'a stack of one megabyte',
      errorWith(
        stackOf(
          'Error: x',
          ...Array.from({ length: 20_000 }, (_, n) => `f${n} (/srv/app/a.js:${n}:1)`),
        ),
      ),
    ],
    ['a message of one megabyte', new Error('x'.repeat(1_000_000))],
    ['a stack of another type', Object.assign(new Error('x'), { stack: { lines: [1] } })],
    ['null', null],
    ['a number', 7],
    ['a symbol', Symbol('x')],
    ['a function', () => 1],
    ['a revoked Proxy', revoked()],
  ])('%s has a fingerprint, the same each time', (_kind, error) => {
    const { of } = fingerprinter()
    const record = { message: 'boom', error }

    expect(of(record)).toMatch(/^g1:/)
    expect(of(record)).toBe(of(record))
  })

  test('anything at all has a fingerprint', () => {
    const { of } = fingerprinter()

    assert(
      property(anything(), anything(), (error, fields) => {
        expect(of({ message: 'boom', error, fields: fields as Record<string, unknown> })).toMatch(
          /^g1:/,
        )
      }),
    )
  })
})

function revoked(): object {
  const { proxy, revoke } = Proxy.revocable({}, {})
  revoke()
  return proxy
}

import dns from 'node:dns'
import http from 'node:http'
import net from 'node:net'
import { once } from 'node:events'
import { readFile } from 'node:fs/promises'
import VError from 'verror'

/** Like the errors of axios. */
class AxiosError extends Error {
  constructor(message, { code, config, request, response }) {
    super(message)
    this.name = 'AxiosError'
    Object.assign(this, {
      isAxiosError: true,
      code,
      config,
      request,
      response,
      status: response?.status,
    })
  }
  toJSON() {
    return { message: this.message, name: this.name, code: this.code, status: this.status }
  }
}
class MongoServerSelectionError extends Error {
  constructor(message, reason) {
    super(message, { cause: reason })
    this.reason = reason
    this.code = undefined
  }
  get name() {
    return 'MongoServerSelectionError'
  }
}
class PrismaClientKnownRequestError extends Error {
  constructor(message, { code, clientVersion, meta }) {
    super(message)
    this.name = 'PrismaClientKnownRequestError'
    Object.assign(this, { code, clientVersion, meta })
    Object.defineProperty(this, 'batchRequestIdx', { value: 0, enumerable: false, writable: true })
  }
  get [Symbol.toStringTag]() {
    return 'PrismaClientKnownRequestError'
  }
}
class PaymentDeclinedError extends Error {}
class Shop extends TypeError {}
class HttpProblem extends Error {
  toJSON() {
    return { kind: 'problem' }
  }
}

/** Like the wrapper classes of services. */
class ServiceError extends Error {
  constructor(message, options) {
    super(message, options)
    this.name = 'ServiceError'
  }
}
/** As minifiers leave it. */
const minified = class a extends Error {
  constructor(message) {
    super(message)
    this.name = this.constructor.name
  }
}
function refused(address) {
  const port = Number(address.slice(address.lastIndexOf(':') + 1))
  return Object.assign(withCode(`connect ECONNREFUSED ${address}`, 'ECONNREFUSED'), { port })
}
function answered(status) {
  const response = { status, headers: { 'content-type': 'application/json' }, data: {} }
  return Object.assign(new Error('upstream failed'), { status, response })
}
function writeDisk(message) {
  return new Error(message)
}
function serve(cause) {
  return new ServiceError('failed', { cause })
}

function withCode(message, code) {
  return Object.assign(new Error(message), { code })
}

const thrown = {
  plain: () => new Error('no stock'),
  'a TypeError': () => new TypeError('x is not a function'),
  'a class without name': () => new PaymentDeclinedError('declined'),
  'a class below TypeError': () => new Shop('closed'),
  'with code': () => withCode('connect failed', 'ECONNREFUSED'),
  'with numeric code': () => withCode('duplicate', 11_000),
  'a cause': () => new Error('order failed', { cause: new TypeError('x is not a function') }),
  'a cause with code': () =>
    new Error('order failed', { cause: withCode('the pool is empty', 'EPOOL') }),
  'a cause with a code in its text': () =>
    new Error('order failed', {
      cause: withCode('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
    }),
  'a cause of a cause with code': () =>
    new Error('order failed', {
      cause: new Error('query failed', { cause: withCode('socket hang up', 'ECONNRESET') }),
    }),
  'a cause whose class has no name': () =>
    new Error('order failed', { cause: new PaymentDeclinedError('declined') }),
  'a cause that is a plain object': () =>
    new Error('order failed', { cause: { type: 'ReplicaSetNoPrimary', servers: {}, code: 'X1' } }),
  'a cause that is an object with a message': () =>
    new Error('order failed', { cause: { message: 'declined', code: 'X1' } }),
  'a cause that is a text': () => new Error('order failed', { cause: 'declined' }),
  'a cause that is a number': () => new Error('order failed', { cause: 17 }),
  'a circular cause': () => {
    const error = new Error('order failed')
    error.cause = new Error('inner', { cause: error })
    return error
  },
  'a lone AggregateError': () =>
    new AggregateError([withCode('first', 'E1'), new TypeError('second')], 'all failed'),
  'an AggregateError without a message': () =>
    new AggregateError([
      withCode('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED'),
      withCode('connect ECONNREFUSED 127.0.0.1:5432', 'ECONNREFUSED'),
    ]),
  'an AggregateError as cause': () =>
    new TypeError('fetch failed', {
      cause: new AggregateError([withCode('connect ECONNREFUSED ::1:5432', 'ECONNREFUSED')], ''),
    }),
  'an AggregateError of texts': () => new AggregateError(['first', 'second'], 'all failed'),
  'errors of a validator': () =>
    Object.assign(new Error('invalid'), { errors: [{ path: 'a', message: 'required' }] }),
  VError: () => new VError(withCode('disk full', 'ENOSPC'), 'write failed'),
  'VError of VError': () => new VError(new VError(new TypeError('bad'), 'inner'), 'outer'),
  WError: () => new VError.WError(new Error('secret'), 'request failed'),
  MultiError: () => new VError.MultiError([new Error('one'), new TypeError('two')]),
  'VError with info and name': () =>
    new VError({ name: 'BadThing', cause: new Error('x'), info: { a: 1 } }, 'bad'),
  mongo: () =>
    new MongoServerSelectionError('connection timed out', {
      type: 'ReplicaSetNoPrimary',
      servers: new Map([['a', {}]]),
      commonWireVersion: 17,
    }),
  'mongo with an error': () =>
    new MongoServerSelectionError('connection timed out', {
      type: 'ReplicaSetNoPrimary',
      servers: new Map(),
      error: new Error('no'),
    }),
  pg: () =>
    Object.assign(new Error('duplicate key value violates unique constraint'), {
      name: 'error',
      length: 200,
      severity: 'ERROR',
      code: '23505',
      detail: 'Key (id)=(7) already exists.',
      table: 'orders',
      routine: '_bt_check_unique',
    }),
  axios: () =>
    new AxiosError('Request failed with status code 503', {
      code: 'ERR_BAD_RESPONSE',
      config: { url: '/orders', headers: {} },
      request: {},
      response: { status: 503, data: { message: 'busy' }, headers: {} },
    }),
  'axios with cause': () => {
    const error = new AxiosError('connect ECONNREFUSED', { code: 'ECONNREFUSED', request: {} })
    error.cause = withCode('connect ECONNREFUSED 127.0.0.1:9', 'ECONNREFUSED')
    return error
  },
  prisma: () =>
    new PrismaClientKnownRequestError('Unique constraint failed', {
      code: 'P2002',
      clientVersion: '5',
      meta: { target: ['email'] },
    }),
  'a DOMException': () => new DOMException('The operation was aborted', 'AbortError'),
  'a DOMException as cause': () =>
    new Error('order failed', { cause: new DOMException('too slow', 'TimeoutError') }),
  'with toJSON': () => new HttpProblem('broken'),

  'frozen cause': () =>
    new Error('order failed', { cause: Object.freeze(withCode('no stock', 'E1')) }),
  'a getter that throws': () =>
    Object.defineProperty(new Error('no stock'), 'details', {
      get: () => {
        throw new Error('unreadable')
      },
    }),
  'a refused port': () => refused('127.0.0.1:5433'),
  'a refused port as cause': () => serve(refused('127.0.0.1:5433')),
  'a refused port behind other words as cause': () =>
    serve(new Error('Connection error: connect ECONNREFUSED 10.0.0.1:9092')),
  'a refused port of two addresses': () =>
    Object.assign(new AggregateError([refused('::1:5433'), refused('127.0.0.1:5433')]), {
      code: 'ECONNREFUSED',
    }),
  'a refused port of two addresses as cause': () =>
    serve(new AggregateError([refused('::1:5433'), refused('127.0.0.1:5433')])),
  'an unknown host as cause': () =>
    serve(withCode('getaddrinfo ENOTFOUND db-0.internal', 'ENOTFOUND')),
  'a status': () => answered(404),
  'another status': () => answered(503),
  'a status as cause': () => serve(answered(503)),
  'a status in the text of a cause': () => serve(new Error('Request failed with status code 503')),
  'a status of a getter': () =>
    new (class Problem extends Error {
      get status() {
        return 503
      }
    })('failed'),
  'a status of an AWS client': () =>
    Object.assign(new Error('denied'), { $metadata: { httpStatusCode: 403 }, $fault: 'client' }),
  'a status of Boom': () =>
    Object.assign(new Error('gone'), { isBoom: true, output: { statusCode: 410, payload: {} } }),
  'a status of a Response': () =>
    Object.assign(new Error('failed'), { response: new Response('', { status: 503 }) }),
  'a wrapped full disk': () => serve(writeDisk('disk full')),
  'a wrapped permission': () => serve(writeDisk('permission denied')),
  'a cause that was changed later': () => {
    const cause = writeDisk('disk full')
    void cause.stack
    cause.message = 'disk is full'
    return serve(cause)
  },
  'two wrappers': () => serve(new ServiceError('inner', { cause: writeDisk('disk full') })),
  'a wrapper with a code and a status': () =>
    Object.assign(serve(writeDisk('disk full')), { code: 'E_SERVICE', status: 502 }),
  'a minified class': () => new minified('declined'),
  'a minified class as cause': () => serve(new minified('declined')),
  'errors in one order': () => new AggregateError([withCode('a', 'E1'), new TypeError('b')]),
  'errors in another order': () => new AggregateError([new TypeError('b'), withCode('a', 'E1')]),
  'errors with causes': () =>
    new AggregateError([serve(refused('127.0.0.1:5433')), serve(writeDisk('disk full'))]),
  'thirty errors': () =>
    new AggregateError(Array.from({ length: 30 }, (_, n) => withCode(`n${n}`, `E${n}`))),
  'an original error with a port': () =>
    Object.assign(new Error('query failed'), { original: refused('127.0.0.1:5433') }),
  'an unreadable property': () =>
    new TypeError("Cannot read properties of undefined (reading 'city')"),
  'an unparsable text as cause': () =>
    serve(new SyntaxError('Unexpected token o in JSON at position 1')),
  'an empty message': () => new Error(''),
  'no stack': () => Object.assign(new Error('no stock'), { stack: undefined }),
  'a stack of its own': () =>
    Object.assign(new Error('no stock'), { stack: 'no stock\n    at nowhere' }),
  'a name of its own': () => Object.assign(new Error('no stock'), { name: 'StockError' }),
  'a name set in the prototype': () => {
    class A extends Error {}
    A.prototype.name = 'StockError'
    return new A('no stock')
  },
  'a message changed later': () => {
    const e = new Error('before')
    void e.stack
    e.message = 'after'
    return e
  },
  'a long message of several lines': () => new Error('first\nsecond: TypeError: x\n  third'),
  'an error under `err`': () => Object.assign(new Error('outer'), { err: withCode('inner', 'E1') }),
  'an original error': () =>
    Object.assign(new Error('query failed'), { original: withCode('deadlock', '40P01') }),
  'an original and its parent': () => {
    const original = withCode('deadlock', '40P01')
    return Object.assign(new Error('query failed'), { parent: original, original, sql: 'select 1' })
  },
  'a driver error': () =>
    Object.assign(new Error('query failed'), {
      driverError: withCode('deadlock', '40P01'),
      query: 'select 1',
    }),
  'an inner exception that is no error': () =>
    Object.assign(new Error('x'), { reason: 'why', error: 'text' }),
  'a code of a getter': () => {
    class Coded extends Error {
      get code() {
        return 'HIDDEN'
      }
    }
    return new Coded('no stock')
  },
  'a name of a getter': () => {
    class A extends Error {
      get name() {
        return 'StockError'
      }
    }
    return new A('no stock')
  },
  'a hidden original error': () =>
    Object.defineProperty(new Error('bad query'), 'originalError', { value: new TypeError('x') }),
  'errors by name': () =>
    Object.assign(new Error('invalid'), { errors: { total: new TypeError('is not a number') } }),
  'thirty causes': () => {
    let error = new TypeError('x is not a function')
    for (let depth = 0; depth < 30; depth += 1) error = new Error(`step ${depth}`, { cause: error })
    return error
  },
  'a plain object': () => ({ code: 'E1', reason: 'no stock' }),
  'a plain object with a message': () => ({ message: 'no stock', code: 'E1' }),
  'an object with name and message': () => ({ name: 'StockError', message: 'no stock' }),
  'an empty object': () => ({}),
  'a text': () => 'no stock',
  'a number': () => 17,
  null: () => null,
  false: () => false,
  'a list': () => ['a', 'b'],
}

const real = {
  'node: fs': () => readFile('/no/such/file'),
  'node: connect': () => once(net.connect(9, '127.0.0.1'), 'connect'),
  'node: http': () => once(http.get('http://127.0.0.1:9/'), 'response'),
  'node: fetch': () => fetch('http://127.0.0.1:10/'),
  'node: localhost': () => fetch('http://localhost:10/'),
  'node: fetch of two addresses': () => fetchTwoAddresses(10),
  'node: fetch of two addresses, wrapped': () => askLedger(),
  'node: fetch of two addresses, wrapped elsewhere': () => askBank(),
  'node: URL': () => new URL('no url'),
  'node: JSON': () => JSON.parse('{'),
  'node: abort': () => fetch('http://127.0.0.1:10/', { signal: AbortSignal.abort() }),
  'node: timeout': () =>
    AbortSignal.timeout(1).throwIfAborted() ??
    Promise.reject(AbortSignal.abort(new Error('x')).reason),
  'node: any': () =>
    Promise.any([Promise.reject(new Error('a')), Promise.reject(new TypeError('b'))]),
}

async function askLedger() {
  try {
    return await fetchTwoAddresses(10)
  } catch (cause) {
    throw new ServiceError('ledger is unreachable', { cause })
  }
}

async function askBank() {
  try {
    return await fetchTwoAddresses(12)
  } catch (cause) {
    throw new ServiceError('bank is unreachable', { cause })
  }
}

/** As where `localhost` is `::1`, too. */
async function fetchTwoAddresses(port) {
  const { lookup } = dns
  dns.lookup = (_host, _options, done) =>
    done(null, [
      { address: '::1', family: 6 },
      { address: '127.0.0.1', family: 4 },
    ])
  try {
    return await fetch(`http://localhost:${port}/`)
  } finally {
    dns.lookup = lookup
  }
}

/** The cases by name: each is called for what was thrown. */
export async function errorCases() {
  const cases = Object.entries(thrown).map(([name, make]) => [name, make()])
  for (const [name, run] of Object.entries(real)) {
    try {
      await run()
      cases.push([name, new Error('nothing was thrown')])
    } catch (error) {
      cases.push([name, error])
    }
  }
  return cases
}

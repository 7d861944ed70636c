import { describe, expect, test } from 'vitest'
import { explainFingerprint } from '../../src/grouping/fingerprint.ts'
import { countProblems, errorWith, stackOf } from './stacks.ts'

const here = ['query (/srv/shop/src/database.js:7:9)', 'list (/srv/shop/src/orders.js:3:1)']

const thrown = (header: string, properties?: object): Error =>
  errorWith(stackOf(header, ...here), properties)

const wrapped = (cause: unknown): Error => thrown('ServiceError: failed', { cause })

const refused = (address: string): Error =>
  errorWith(stackOf(`Error: connect ECONNREFUSED ${address}`, 'afterConnect (node:net:1648:16)'), {
    code: 'ECONNREFUSED',
  })

const unknown = (host: string): Error =>
  errorWith(stackOf(`Error: getaddrinfo ENOTFOUND ${host}`, 'onlookup (node:dns:120:26)'))

const any = (...errors: readonly unknown[]): Error =>
  Object.assign(new AggregateError(errors, ''), {
    stack: 'AggregateError: \n    at x (node:net:1:1)',
  })

const inBundle = (header: string): Error =>
  errorWith(stackOf(header, 't (/app/dist/main-DT2W6LUF.mjs:1:4662)'))

const missing = (path: string): Error =>
  inBundle(`Error: ENOENT: no such file or directory, open '${path}'`)

const reading = (header: string): Error => thrown(`TypeError: ${header}`)

describe('the port of a system error', () => {
  test('counts', () => {
    expect(countProblems(refused('127.0.0.1:5433'), refused('127.0.0.1:6380'))).toBe(2)
  })

  test('counts in a cause', () => {
    const errors = ['127.0.0.1:5433', '127.0.0.1:6380'].map((address) => wrapped(refused(address)))

    expect(countProblems(...errors)).toBe(2)
  })

  test('counts behind other words', () => {
    const errors = [5433, 6380].map((port) =>
      thrown(`KafkaJSConnectionError: Connection error: connect ECONNREFUSED 10.0.0.1:${port}`),
    )

    expect(countProblems(...errors)).toBe(2)
  })

  test('is one whichever address of the host answered', () => {
    const addresses = ['127.0.0.1:5432', '10.0.0.7:5432', '::1:5432']

    expect(countProblems(...addresses.map(refused))).toBe(1)
    expect(countProblems(...addresses.map((address) => wrapped(refused(address))))).toBe(1)
  })

  test('does not count if it is one that systems give to whoever asks', () => {
    expect(countProblems(refused('127.0.0.1:40123'), refused('127.0.0.1:51999'))).toBe(1)
  })

  test('of the other side counts, and not the local one', () => {
    const errors = [54321, 54322].map((port) =>
      thrown(`Error: connect EADDRNOTAVAIL 10.0.0.1:443 - Local (10.0.0.2:${port})`),
    )

    expect(countProblems(...errors)).toBe(1)
  })

  test.each([
    ['connection 5 to 10.0.0.1:% closed'],
    ["Can't reach database server at `localhost:%`"],
    ["Can't reach database server at `localhost`:`%`"],
    ['Connect Timeout Error (attempted address: 10.0.0.1:%, timeout: 10000ms)'],
  ])('counts behind an address: %s', (text) => {
    const errors = [5433, 6380].map((port) => thrown(`Error: ${text.replace('%', String(port))}`))

    expect(countProblems(...errors)).toBe(2)
  })

  test.each([['at 12:%'], ['orders.js:%'], ['took 3.5 s: % rows']])('is none in “%s”', (text) => {
    const errors = [5433, 6380].map((port) => thrown(`Error: ${text.replace('%', String(port))}`))

    expect(countProblems(...errors)).toBe(1)
  })

  test('is shown in the explanation', () => {
    const { parts } = explainFingerprint({ message: '', error: wrapped(refused('::1:5432')) })

    expect(parts).toEqual([
      'ServiceError',
      'Error',
      'ECONNREFUSED',
      'port 5432',
      'query (database)',
      'list (orders)',
    ])
  })
})

describe('the host of a failed look-up', () => {
  test('counts', () => {
    expect(countProblems(unknown('orders-db.internal'), unknown('cache.internal'))).toBe(2)
  })

  test('counts without its numbers', () => {
    expect(countProblems(unknown('db-0.internal'), unknown('db-1.internal'))).toBe(1)
  })
})

describe('a status', () => {
  test.each<[string, (status: number) => object]>([
    ['status', (status) => ({ status })],
    ['statusCode', (statusCode) => ({ statusCode })],
    ['response.status', (status) => ({ response: { status, headers: {} } })],
    ['$metadata.httpStatusCode', (httpStatusCode) => ({ $metadata: { httpStatusCode } })],
    ['code', (code) => ({ code })],
    ['output.statusCode', (statusCode) => ({ isBoom: true, output: { statusCode } })],
  ])('in %s counts', (_where, propertiesOf) => {
    const errors = [404, 503].map((status) => thrown('Error: failed', propertiesOf(status)))

    expect(countProblems(...errors)).toBe(2)
  })

  test.each([
    ['Request failed with status code %'],
    ['Response code % (Service Unavailable)'],
    ['% status code (no body)'],
    ['Unexpected server response: %'],
    ['acquirer answered %'],
    ['HTTP % of upstream'],
  ])('in the text “%s” of a cause counts', (text) => {
    const errors = [404, 503].map((status) =>
      wrapped(errorWith(`Error: ${text.replace('%', String(status))}`)),
    )

    expect(countProblems(...errors)).toBe(2)
  })

  test.each([['order % failed'], ['took % ms'], ['% rows skipped'], ['batch: 412, row %']])(
    'is not read from “%s”',
    (text) => {
      const errors = [404, 503].map((number) =>
        thrown(`Error: ${text.replace('%', String(number))}`),
      )

      expect(countProblems(...errors)).toBe(1)
    },
  )
})

describe('a root cause', () => {
  const disk = ['write (/srv/shop/src/disk.js:1:1)']

  test('counts by its text, wherever it was wrapped', () => {
    const causes = ['disk full', 'permission denied'].map((text) =>
      errorWith(stackOf(`Error: ${text}`, ...disk)),
    )

    expect(countProblems(...causes.map(wrapped))).toBe(2)
  })

  test('counts by the function that threw it', () => {
    const causes = [disk, ['read (/srv/shop/src/disk.js:9:1)']].map((frames) =>
      errorWith(stackOf('Error: failed', ...frames)),
    )

    expect(countProblems(...causes.map(wrapped))).toBe(2)
  })

  test('is one problem at other lines and with other values', () => {
    const causes = [
      errorWith(stackOf('Error: order 17 is locked', 'write (/srv/shop/src/disk.js:1:1)')),
      errorWith(stackOf('Error: order 18 is locked', 'write (/opt/shop/src/disk.js:4:2)')),
    ]

    expect(countProblems(...causes.map(wrapped))).toBe(1)
  })

  test('that two places wrap is two problems', () => {
    const cause = errorWith(stackOf('Error: disk full', ...disk))
    const other = errorWith(stackOf('ServiceError: failed', 'save (/srv/shop/src/users.js:1:1)'), {
      cause,
    })

    expect(countProblems(wrapped(cause), other)).toBe(2)
  })

  test('is shown in the explanation', () => {
    const error = wrapped(errorWith(stackOf('Error: disk full', ...disk)))

    expect(explainFingerprint({ message: '', error }).parts).toEqual([
      'ServiceError',
      'Error',
      '',
      'query (database)',
      'list (orders)',
      'cause in write (disk)',
      'disk full',
    ])
  })
})

describe('the errors of an AggregateError', () => {
  test('count as a set', () => {
    const [refusal, bug] = [refused('127.0.0.1:5432'), thrown('TypeError: x is not a function')]

    expect(countProblems(any(refusal, bug), any(bug, refusal), any(bug, refusal, bug))).toBe(1)
    expect(countProblems(any(refusal, bug), any(refusal), any(bug))).toBe(3)
  })

  test('are one problem if a host has two addresses', () => {
    const both = any(refused('::1:5432'), refused('127.0.0.1:5432'))

    expect(countProblems(both, any(refused('127.0.0.1:5432')))).toBe(1)
    expect(countProblems(both, any(refused('::1:6379'), refused('127.0.0.1:6379')))).toBe(2)
  })
})

describe('the property of nothing that was read', () => {
  const city = reading("Cannot read properties of undefined (reading 'city')")

  test('counts', () => {
    const street = reading("Cannot read properties of undefined (reading 'street')")

    expect(countProblems(city, street)).toBe(2)
  })

  test('is one whether it was null or undefined, read or destructured', () => {
    const others = [
      "Cannot read properties of null (reading 'city')",
      "Cannot destructure property 'city' of 'order.address' as it is undefined.",
    ]

    expect(countProblems(city, ...others.map(reading))).toBe(1)
  })

  test('does not count if it is an id', () => {
    const ids = [17_001, 17_002].map((id) =>
      reading(`Cannot read properties of undefined (reading 'u${id}')`),
    )

    expect(countProblems(...ids)).toBe(1)
  })
})

describe('a class whose name a minifier chose', () => {
  test.each([
    ['set by the constructor', 'a'],
    ['as three letters', 'kOt'],
  ])('%s does not count', (_how, name) => {
    const error = errorWith(stackOf('Error: declined', ...here))
    const minified = Object.assign(errorWith(stackOf('Error: declined', ...here)), { name })

    expect(countProblems(error, minified)).toBe(1)
  })

  test('counts by what bundlers add to no name', () => {
    expect(countProblems(thrown('CardError: x'), thrown('CardError2: x'))).toBe(1)
  })
})

describe('without a function of the program', () => {
  test('the property in an engine’s message counts, and the variable does not', () => {
    const property = (name: string): Error =>
      inBundle(`TypeError: Cannot read properties of undefined (reading '${name}')`)

    expect(countProblems(property('city'), property('street'))).toBe(2)
    expect(
      countProblems(
        inBundle('TypeError: e.total is not a function'),
        inBundle('TypeError: n.total is not a function'),
      ),
    ).toBe(1)
    expect(
      countProblems(
        inBundle('TypeError: e.total is not a function'),
        inBundle('TypeError: e.sum is not a function'),
      ),
    ).toBe(2)
  })

  test('JSON that cannot be parsed is one problem, whichever character was wrong', () => {
    expect(
      countProblems(
        inBundle('SyntaxError: Unexpected end of JSON input'),
        inBundle('SyntaxError: Unexpected token \'o\', "order" is not valid JSON'),
        inBundle("SyntaxError: Expected ',' or '}' after property value in JSON at position 7"),
      ),
    ).toBe(1)
  })

  test('the name of a file counts if it has no digits', () => {
    expect(countProblems(missing('/srv/a/17.json'), missing('/srv/b/18.json'))).toBe(1)
    expect(countProblems(missing('/srv/a/config.json'), missing('/srv/a/users.json'))).toBe(2)
  })
})

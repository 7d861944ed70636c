import { EventEmitter } from 'node:events'
import { Socket } from 'node:net'
import { runInNewContext } from 'node:vm'
import { expect, test } from 'vitest'
import { createRedactor } from '../../src/redaction/redactor.ts'

const { value: copy } = createRedactor()

test.each([
  ['a bigint', 10n, '10n'],
  ['a symbol', Symbol('s'), 'Symbol(s)'],
  ['a function', function pay() {}, '[Function pay]'],
  ['nothing', undefined, null],
  ['no number', Number.NaN, 'NaN'],
  ['a date', new Date(0), '1970-01-01T00:00:00.000Z'],
  ['an invalid date', new Date(Number.NaN), 'Invalid Date'],
  ['a regular expression', /a/g, '/a/g'],
  ['an address', new URL('https://a.example/b'), 'https://a.example/b'],
  [
    'a map',
    new Map<unknown, unknown>([
      ['a', 1],
      [{}, 2],
    ]),
    { a: 1, '[Object]': 2 },
  ],
  ['a set', new Set([1, 2]), [1, 2]],
  ['a buffer', Buffer.from('abc'), '[Buffer 3 bytes]'],
  ['a buffer as JSON', { type: 'Buffer', data: [1, 2] }, '[Buffer 2 bytes]'],
  ['bytes', new Uint8Array(4), '[Uint8Array 4 bytes]'],
  ['a promise', Promise.resolve(1), '[Promise]'],
  ['a socket', new Socket(), '[Socket]'],
  ['an emitter', new EventEmitter(), '[EventEmitter]'],
  ['boxed values', [Object(1), Object('a')], [1, 'a']],
  ['a thing with toJSON', { toJSON: () => ({ a: 1 }) }, { a: 1 }],
  ['a thing of another realm', runInNewContext('({ a: [1] })'), { a: [1] }],
])('shows %s', (_name, value, expected) => {
  expect(copy(value)).toEqual(expected)
})

test('copies a few short texts as it copies anything', () => {
  const texts = {
    id: '17',
    page: 'ghp_0123456789abcdef0123456789abcdef0123',
    to: 'https://a:b@c.example',
  }
  const inherited = Object.create({ toJSON: () => 'said' }) as object
  const parsed = JSON.parse('{ "__proto__": "1", "id": "2" }') as object

  expect(copy({ id: '17' })).toStrictEqual({ id: '17' })
  expect(copy(texts)).toEqual({
    id: '17',
    page: '[redacted]',
    to: 'https://a:[redacted]@c.example',
  })
  expect(copy({ pin: '1234', name: 'pin', value: '1234' })).toEqual({
    pin: '[redacted]',
    name: 'pin',
    value: '[redacted]',
  })
  expect(copy(inherited)).toBe('said')
  expect(JSON.stringify(copy(parsed))).toBe('{"__proto__":"1","id":"2"}')
})

test('shows an error inside other data with its name, message, code and stack', () => {
  const error = Object.assign(new TypeError('boom'), { code: 'E_BOOM' })

  expect(copy({ error })).toMatchObject({
    error: {
      name: 'TypeError',
      message: 'boom',
      code: 'E_BOOM',
      stack: expect.stringContaining('boom'),
    },
  })
})

test('shows a cycle as such, and a value that occurs twice in both places', () => {
  const shared = { a: 1 }
  const value: Record<string, unknown> = { one: shared, two: shared }
  value['self'] = value

  expect(copy(value)).toEqual({ one: { a: 1 }, two: { a: 1 }, self: '[Circular]' })
})

test('shows why something cannot be read', () => {
  const revocable = Proxy.revocable({}, {})
  revocable.revoke()

  expect(
    copy({
      get getter() {
        throw new Error('password=hush')
      },
      toJson: {
        toJSON() {
          throw new Error('no')
        },
      },
      revoked: revocable.proxy,
    }),
  ).toEqual({
    getter: '[unreadable: password=[redacted]]',
    toJson: '[unreadable: no]',
    revoked: expect.stringContaining('[unreadable: '),
  })
})

test('keeps a key named __proto__ as data', () => {
  const parsed: unknown = JSON.parse('{"__proto__":{"isAdmin":true}}')

  expect(JSON.stringify(copy(parsed))).toBe('{"__proto__":{"isAdmin":true}}')
})

test('bounds depth, breadth and size', () => {
  let deep: unknown = 'bottom'
  for (let depth = 0; depth < 10_000; depth += 1) deep = { deep }
  const wide = Object.fromEntries(Array.from({ length: 10_000 }, (_, index) => [`k${index}`, 'x']))
  const huge = Array.from({ length: 1_000 }, () => ({ text: 'x'.repeat(100_000), wide }))

  const copies = [deep, wide, huge].map((value) => JSON.stringify(copy(value)))

  expect(copies[0]).not.toContain('bottom')
  expect(copies[1]).toContain('9940 more')
  for (const text of copies) expect(text.length).toBeLessThan(100_000)
})

test('hides a secret that lies across the place where a text is cut', () => {
  const secret = 'ghp_'.concat('a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8')
  for (let before = 3_940; before < 4_010; before += 1) {
    expect(copy('x '.repeat(before / 2) + secret + ' y'.repeat(9_000))).not.toContain('a1B2')
  }
})

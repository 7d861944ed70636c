import { runInNewContext } from 'node:vm'
import { describe, expect, test } from 'vitest'
import {
  callMethod,
  cutText,
  describeUser,
  isError,
  isTagged,
  readClientIp,
  readList,
  readProperty,
  readText,
} from '../src/reading.ts'

const revoked = Proxy.revocable([], {})
revoked.revoke()

const hostile = {
  get name(): never {
    throw new Error('unreadable')
  },
  getStatus(): never {
    throw new Error('no status')
  },
}

describe('the readers', () => {
  test.each<[string, unknown]>([
    ['nothing', undefined],
    ['null', null],
    ['a text', 'text'],
    ['a number', 17],
    ['an object that throws', hostile],
    ['a revoked Proxy', revoked.proxy],
  ])('find nothing in %s, and do not throw', (_kind, holder) => {
    expect(readProperty(holder, 'name')).toBeUndefined()
    expect(readText(holder, 'name')).toBeUndefined()
    expect(readList(holder, 'name')).toBeUndefined()
    expect(callMethod(holder, 'getStatus')).toBeUndefined()
    expect(isTagged(holder, 'Response')).toBe(false)
    expect(isError(holder)).toBe(false)
  })

  test('read properties of objects and functions', () => {
    expect(readProperty({ a: 1 }, 'a')).toBe(1)
    expect(readText(returnThis, 'name')).toBe('returnThis')
    expect(readText({ name: '' }, 'name')).toBeUndefined()
    expect(readList({ errors: ['a'] }, 'errors')).toEqual(['a'])
    expect(readList({ errors: { length: 1 } }, 'errors')).toBeUndefined()
    expect(readList({ errors: revoked.proxy }, 'errors')).toBeUndefined()
  })

  test('call a method with its object and its arguments', () => {
    const order = { id: 17, add: (...more: number[]) => more.length, self: returnThis }

    expect(callMethod(order, 'add', 1, 2)).toBe(2)
    expect(callMethod(order, 'self')).toBe(order)
    expect(callMethod(order, 'id')).toBeUndefined()
  })

  test('know an error of another realm, and a class by its tag', () => {
    expect(isError(runInNewContext('new TypeError("no card")'))).toBe(true)
    expect(isTagged(new Response(), 'Response')).toBe(true)
    expect(isTagged(new Headers(), 'Response')).toBe(false)
  })

  test('cut a text between characters', () => {
    expect(cutText('abc', 3)).toBe('abc')
    expect(cutText('abcd', 3)).toBe('abc')
    expect(cutText('ab😀', 3)).toBe('ab')
  })
})

describe('a user', () => {
  test.each<[unknown, object]>([
    [{ id: 17, password: 'x' }, { id: '17' }],
    [{ _id: { toString: () => '507f1f77' } }, { id: '507f1f77' }],
    [{ _id: { toHexString: () => '507f1f77', toString: () => '?' } }, { id: '507f1f77' }],
    [{ id: { nested: 1 }, isAdmin: true }, { role: 'admin' }],
    [{ id: 1, role: { toString: () => "{ name: 'admin', token: 'x' }" } }, { id: '1' }],
    [
      { id: 1, is_admin: true },
      { id: '1', role: 'admin' },
    ],
    [
      { id: 1, isStaff: true },
      { id: '1', role: 'staff' },
    ],
    [
      { sub: 'u-1', roles: ['buyer', 'admin'] },
      { id: 'u-1', role: 'buyer, admin' },
    ],
    ['u-1', { id: 'u-1' }],
    [17n, { id: '17' }],
  ])('%o is described as %o', (user, description) => {
    expect(describeUser(user)).toEqual(description)
  })

  test.each([{}, { id: { nested: 1 } }, '', undefined, null, true])('%j is none', (user) => {
    expect(describeUser(user)).toBeUndefined()
  })

  test('is cut and redacted part by part', () => {
    const user = { id: 1, name: 'x'.repeat(100_000), email: 'secret' }

    expect(describeUser(user)?.name).toHaveLength(200)
    expect(describeUser(user, (text) => text.replace('secret', '*'))?.email).toBe('*')
  })
})

describe("the client's address", () => {
  test.each([
    [false, '10.0.0.1'],
    [0, '10.0.0.1'],
    [1, '10.0.0.2'],
    [2, '203.0.113.9'],
    [9, '1.2.3.4'],
    [true, '1.2.3.4'],
  ] as const)('with `trustProxy` %j is %s', (trustProxy, address) => {
    expect(readClientIp(behind('1.2.3.4, 203.0.113.9,10.0.0.2'), trustProxy)).toBe(address)
  })

  test.each([true, 1])('is the peer where no proxy names another: %j', (trustProxy) => {
    expect(readClientIp({ remoteAddress: '10.0.0.1', headers: {} }, trustProxy)).toBe('10.0.0.1')
    expect(readClientIp(behind(' , '), trustProxy)).toBe('10.0.0.1')
  })

  test('is the one that a trusted proxy appended to a header of any length', () => {
    const forged = '1.2.3.4, '.repeat(1000)

    expect(readClientIp(behind(`${forged}203.0.113.9`), 1)).toBe('203.0.113.9')
  })
})

function returnThis(this: unknown): unknown {
  return this
}

function behind(forwarded: string): object {
  return { remoteAddress: '10.0.0.1', headers: { 'x-forwarded-for': forwarded } }
}

import assert from 'node:assert/strict'
import { Buffer } from 'node:buffer'
import { createHash, timingSafeEqual } from 'node:crypto'
import { inflateSync } from 'node:zlib'
const parseAddress = (text) => new URL(text)
const allocate = (size) => Buffer.alloc(size)
const hashWith = (algorithm) => createHash(algorithm)
const unpack = (text) => inflateSync(Buffer.from(text))
const compare = (left, right) => timingSafeEqual(Buffer.from(left), Buffer.from(right))
const checkTotal = (total, expected) => assert.equal(total, expected)
const checkItems = (items, expected) => assert.deepEqual(items, expected)
const decode = (text) => decodeURIComponent(text)
for (const [statement, call] of [
  ['address', () => parseAddress(`not an address ${id(1)}`)],
  ['allocate', () => allocate(-id(2))],
  ['hash', () => hashWith(`sha-${id(3)}`)],
  ['unpack', () => unpack(`no archive ${name(4)}`)],
  ['compare', () => compare('a', `b${id(5)}`)],
  ['total', () => checkTotal(id(6), 0)],
  ['items', () => checkItems([id(7)], [name(7)])],
  ['decode', () => decode(`%${name(8)}`)],
]) {
  try {
    call()
  } catch (error) {
    report(statement, 'sync', error)
  }
}

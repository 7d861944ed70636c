import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { createDecipheriv, createPrivateKey } from 'node:crypto'
import dns from 'node:dns/promises'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { connect } from 'node:net'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { runInNewContext } from 'node:vm'
import { Worker } from 'node:worker_threads'
import { gunzipSync } from 'node:zlib'
import { PassThrough } from 'node:stream'
import { scenario, secret } from '../scenario.mjs'

export default [
  scenario('node/enoent', { must: ['ENOENT', '/srv/shop/config.json'] }, () =>
    readFileSync('/srv/shop/config.json'),
  ),
  scenario('node/eisdir', { must: ['EISDIR'] }, () => readFileSync('/')),
  scenario('node/closed-file', { must: ['EBADF'] }, async () => {
    const file = await open('/dev/null')
    await file.close()
    await file.read()
  }),
  scenario('node/json-parse', { must: ['SyntaxError', 'JSON'] }, () =>
    JSON.parse(`{"password":"${secret}",}`),
  ),
  scenario('node/undefined-property', { must: ["Cannot destructure property 'id'"] }, () =>
    chargeCard({}),
  ),
  scenario('node/not-a-function', { must: ['is not a function'] }, () =>
    chargeCard({ order: { id: 1 }, pay: 3 }),
  ),
  scenario('node/reference', { must: ['ReferenceError', 'is not defined'] }, () =>
    runInNewContext('orders.find(1)'),
  ),
  scenario('node/range', { must: ['Invalid array length'] }, () =>
    Array.from({ length: 1 }, () => new Array(-1)),
  ),
  scenario('node/recursion', { must: ['Maximum call stack size exceeded'] }, function again() {
    return again()
  }),
  scenario('node/bigint', { must: ['Cannot mix BigInt'] }, () => 1n + Number('1')),
  scenario('node/circular-json', { must: ['circular structure'] }, () => {
    const order = {}
    order.self = order
    JSON.stringify(order)
  }),
  scenario('node/assertion', { must: ['AssertionError', 'ERR_ASSERTION'] }, () =>
    assert.deepEqual({ paid: false }, { paid: true }),
  ),
  scenario('node/invalid-argument', { must: ['ERR_INVALID_ARG_TYPE'] }, () => Buffer.from(17)),
  scenario('node/dns', { must: ['ENOTFOUND', 'db.shop.invalid'] }, () =>
    dns.lookup('db.shop.invalid'),
  ),
  scenario('node/socket-refused', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    once(connect(closed, '127.0.0.1'), 'connect'),
  ),
  scenario('node/socket-aggregate', { must: ['ECONNREFUSED'] }, ({ closed }) =>
    once(
      connect({ port: closed, host: 'localhost', autoSelectFamily: true, lookup: bothFamilies }),
      'connect',
    ),
  ),
  scenario('node/child-process', { must: ['Command failed', 'no such table'] }, () =>
    promisify(execFile)(process.execPath, [
      '-e',
      'console.error("no such table"); process.exit(3)',
      '--',
      '--password',
      secret,
    ]),
  ),
  scenario('node/spawn', { must: ['ENOENT', 'spawn psql-missing'] }, () =>
    promisify(execFile)('psql-missing'),
  ),
  scenario('node/worker', { must: ['lost in a worker'] }, async () => {
    const worker = new Worker('setImmediate(() => { throw new TypeError("lost in a worker") })', {
      eval: true,
    })
    await once(worker, 'exit')
  }),
  scenario('node/premature-close', { must: ['ERR_STREAM_PREMATURE_CLOSE'] }, () => {
    const source = new PassThrough()
    setImmediate(() => source.destroy())
    return pipeline(source, new PassThrough())
  }),
  scenario('node/write-after-end', { must: ['ERR_STREAM_WRITE_AFTER_END'] }, () => {
    const stream = new PassThrough()
    stream.end()
    const failed = once(stream, 'close')
    stream.write('x')
    return failed
  }),
  scenario('node/zlib', { must: ['incorrect header check', 'Z_DATA_ERROR'] }, () =>
    gunzipSync(Buffer.from('no gzip')),
  ),
  scenario('node/decrypt', {}, () =>
    createDecipheriv('aes-256-gcm', Buffer.alloc(32), Buffer.alloc(12)).final(),
  ),
  scenario('node/private-key', {}, () =>
    createPrivateKey('-----BEGIN PRIVATE KEY-----\nMIIE\n-----END PRIVATE KEY-----'),
  ),
  scenario('node/module', { must: ['ERR_MODULE_NOT_FOUND'] }, () => import('no-such-package')),
  scenario(
    'node/invalid-url',
    { must: ['ERR_INVALID_URL'] },
    () => new URL(`//app:${secret}@shop`),
  ),
  scenario(
    'node/promise-any',
    { must: ['AggregateError', 'All promises were rejected', 'first replica', 'second replica'] },
    () =>
      Promise.any([
        Promise.reject(new Error('first replica')),
        Promise.reject(new Error('second replica')),
      ]),
  ),
  scenario('node/causes', { must: ['order 17 failed', 'no card'] }, () => {
    try {
      chargeCard({})
    } catch (error) {
      throw new Error('order 17 failed', { cause: new RangeError('no card', { cause: error }) })
    }
  }),
  scenario('node/thrown-text', { must: ['out of paper'] }, () => {
    throw 'out of paper'
  }),
  scenario('node/rejected-nothing', { must: ['node failed'] }, () => Promise.reject()),
  scenario(
    'node/timeout-signal',
    { must: ['TimeoutError', 'aborted due to timeout'] },
    async () => {
      const signal = AbortSignal.timeout(10)
      await once(signal, 'abort')
      signal.throwIfAborted()
    },
  ),
  scenario('node/structured-clone', { must: ['DataCloneError'] }, () =>
    structuredClone({ pay: () => 1 }),
  ),
]

function chargeCard(request) {
  const { id } = request.order
  return request.pay(id)
}

function bothFamilies(_host, _options, done) {
  done(null, [
    { address: '127.0.0.1', family: 4 },
    { address: '127.0.0.2', family: 4 },
  ])
}

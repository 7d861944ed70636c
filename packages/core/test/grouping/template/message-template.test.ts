import { assert, oneof, property, string } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { createMessageTemplates } from '../../../src/grouping/template/message-template.ts'
import { nodeMessages } from './node-messages.ts'

function isSameProblem(first: string, second: string): boolean {
  const templates = createMessageTemplates()
  return templates.keyOf(first) === templates.keyOf(second)
}

describe('messages that differ in a value have one key', () => {
  test.each([
    ['a number', 'Worker 4 exited', 'Worker 12 exited'],
    ['a size', 'sent 512 bytes in 3 ms', 'sent 1.2 MB in 4.5 s'],
    ['a count', 'found 1 error', 'found 12 errors'],
    ['a boolean', 'sync finished, changed: true', 'sync finished, changed: false'],
    [
      'an id',
      'order 9f1c2ab4-6d2e-4d4c-9c0c-0c1d2e3f4a5b lost',
      'order 01HZX3V0K5Q9J8Y7W6T5R4E3W2 lost',
    ],
    ['an id without digits', 'commit deadbeef lost', 'commit 3f2a9c1d lost'],
    ['an address', 'connect ECONNREFUSED 10.0.0.1:5432', 'connect ECONNREFUSED ::1:5432'],
    ['a host', 'getaddrinfo ENOTFOUND db.internal', 'getaddrinfo ENOTFOUND api.example.com'],
    ['a container', 'connect ECONNREFUSED redis:6379', 'connect ECONNREFUSED 10.0.0.1:6379'],
    ['a path', 'cannot open /etc/app/config.json', 'cannot open C:\\data\\x'],
    ['a file', 'cannot parse users.csv', 'cannot parse orders.json'],
    ['a URL', 'fetch of https://a.io/x?y=1 failed', 'fetch of http://localhost:3000/ failed'],
    ['an e-mail address', 'mail to alice@example.com bounced', 'mail to b.o+x@mail.co.uk bounced'],
    ['a date', 'expired at 2026-11-22T03:14:07.123Z', 'expired at Sat Nov 22 2025 03:14 GMT+0100'],
    [
      'quoted text',
      "Cannot find module 'lodash' from a plugin",
      "Cannot find module './routes/users' from a plugin",
    ],
    ['a key’s value', 'sync failed shard=3', 'sync failed shard=eu'],
    ['a range', 'lost node-[40-63]', 'lost node-72'],
    ['a list', 'missing fields: [name, email]', 'missing fields: [name, email, age]'],
    ['a name', 'user alice not found', 'user bob not found'],
    ['a name or a number', 'user alice not found', 'user 17 not found'],
    ['a name of two words', 'user John Smith not found', 'user alice not found'],
    ['a name at the end', 'Login failed for alice', 'Login failed for bob'],
    ['a state', 'changed from PENDING to RUNNING', 'changed from RUNNING to DONE'],
    ['terminal colours', 'job 7 failed', '\u001b[31mjob 8\u001b[39m failed'],
    ['a number within Chinese text', '订单17不存在', '订单2044不存在'],
    [
      'a number with its Korean particle',
      '주문 17을 찾을 수 없습니다',
      '주문 2044를 찾을 수 없습니다',
    ],
    ['the stack below', 'boom 1\n    at a (x.js:1:1)', 'boom 2\n    at b (y.js:2:2)'],
  ])('%s', (_value, first, second) => {
    expect(isSameProblem(first, second)).toBe(true)
    expect(isSameProblem(second, first)).toBe(true)
  })
})

describe('different problems have different keys', () => {
  test.each([
    ['payment failed', 'refund failed'],
    [
      "Cannot read properties of undefined (reading 'id')",
      "Cannot read properties of undefined (reading 'name')",
    ],
    ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ETIMEDOUT 10.0.0.1:5432'],
    ['connect ECONNREFUSED 10.0.0.1:5432', 'connect ECONNREFUSED 10.0.0.1:6379'],
    ['Job 5 failed: ECONNRESET', 'Job 5 failed: EPIPE'],
    ['user alice not found', 'user alice not allowed'],
    ['user session expired', 'user password expired'],
    ['Connection closed', 'Connection opened'],
    ['timeout waiting for lock', 'timeout waiting for response'],
    ['Unable to write to cache', 'Unable to write to database'],
    ['Cannot create order: payment declined', 'Cannot create order: payment timeout'],
    ['Failed to read config file', 'Failed to write config file'],
    ['TypeError: a is not iterable', 'RangeError: a is not iterable'],
    ['GET /orders/17 failed', 'POST /orders/17 failed'],
    ['sync failed reason=timeout', 'sync failed reason=refused'],
    ['level=error msg="payment failed" user=17', 'level=error msg="refund failed" user=17'],
    ['"payment failed"', '"refund failed"'],
    ['{"level":"error","msg":"a failed"}', '{"level":"error","msg":"b crashed"}'],
    ['MDNS: IPv4 address 10.0.0.1', 'MDNS: IPv6 address ::1'],
    ['订单17不存在', '用户17已锁定'],
    ['Command failed: deploy\nno such host', 'Command failed: deploy\npermission denied'],
  ])('%s | %s', (first, second) => {
    expect(isSameProblem(first, second)).toBe(false)
    expect(isSameProblem(second, first)).toBe(false)
  })
})

describe('the messages of Node services are grouped by their origin', () => {
  const rounds = Math.max(...nodeMessages.map((messages) => messages.length))
  const oneByOne = nodeMessages.flatMap((messages, origin) =>
    messages.map((message) => ({ origin, message })),
  )
  const mixed = Array.from({ length: rounds }, (_, round) =>
    nodeMessages.flatMap((messages, origin) => ({ origin, message: messages[round] })),
  )
    .flat()
    .flatMap(({ origin, message }) => (message === undefined ? [] : [{ origin, message }]))

  test.each([
    ['one origin after the other', oneByOne],
    ['mixed', mixed],
    ['backwards', oneByOne.toReversed()],
  ])('%s', (_order, lines) => {
    const templates = createMessageTemplates()

    const keysOfOrigin = new Map<number, Set<string>>()
    for (const { origin, message } of lines) {
      const keys = keysOfOrigin.get(origin) ?? new Set()
      keysOfOrigin.set(origin, keys.add(templates.keyOf(message)))
    }

    const keys = [...keysOfOrigin.values()].flatMap((set) => [...set])
    expect([...keysOfOrigin.values()].filter((set) => set.size > 1)).toEqual([])
    expect(new Set(keys).size).toBe(nodeMessages.length)
  })
})

describe('over time', () => {
  test('the key of a message is the same in a new process, whatever came before', () => {
    const templates = createMessageTemplates()

    const keys = nodeMessages.flat().map((message) => templates.keyOf(message))

    expect(nodeMessages.flat().map((message) => createMessageTemplates().keyOf(message))).toEqual(
      keys,
    )
  })

  test('a name is not in the key', () => {
    const keys = ['alice', 'bob', '17', 'John Smith'].map((name) =>
      createMessageTemplates().keyOf(`user ${name} not found`),
    )

    expect(new Set(keys)).toEqual(new Set(['user <*> not found']))
  })
})

describe('hostile messages', () => {
  test.each([
    ['no space', 'a'.repeat(1_000_000)],
    ['digits', '1'.repeat(1_000_000)],
    ['quotes', '"'.repeat(1_000_000)],
    ['quotes never closed', " 'a".repeat(300_000)],
    ['lists never closed', '[a,'.repeat(300_000)],
    ['colons', 'a:'.repeat(500_000)],
    ['keys', 'a='.repeat(500_000)],
    ['lines', '\n'.repeat(1_000_000)],
    ['escapes', '\u001b['.repeat(500_000)],
    ['objects never closed', '{"a":'.repeat(200_000)],
    ['opening quotes', '“'.repeat(1_000_000)],
    ['browsers', 'Mozilla/5.0 (a) '.repeat(60_000)],
    ['Han characters', '田中さん'.repeat(250_000)],
    ['marks on a letter', `e${'\u0301'.repeat(1_000_000)}`],
    ['characters that stand for many', 'ﷺ'.repeat(500_000)],
    ['queries', '?a='.repeat(300_000)],
    ['names', 'user Jane Doe '.repeat(70_000)],
    ['nothing', ''],
    ['half of a character', '\ud83d \udca9 \ud83d'],
  ])('%s: a key of bounded length', (_kind, message) => {
    expect(createMessageTemplates().keyOf(message).length).toBeLessThanOrEqual(2_000)
  })

  test('any text has a key, and the same text the same key', () => {
    const templates = createMessageTemplates()
    const text = oneof(string({ unit: 'binary' }), string({ maxLength: 3_000 }))

    assert(
      property(text, (message) => {
        expect(templates.keyOf(message)).toBe(templates.keyOf(message))
      }),
    )
  })

  test('values never reach the key', () => {
    const key = createMessageTemplates().keyOf(
      'login of alice@example.com from 203.0.113.9 with token=s3cret and "hunter two" failed',
    )

    expect(key).toBe('login of <*> from <*> with token= <*> and <*> failed')
  })
})

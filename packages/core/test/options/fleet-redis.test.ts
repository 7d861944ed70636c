import { expect, test } from 'vitest'
import { resolveOptions } from '../../src/options/resolve.ts'
import { secretsOf } from '../../src/options/target.ts'

const redis = 'redis://alerts:s3cret@redis.example:6379/0'

test('a follower of a fleet over Redis needs no token, and leaves the channel to the leader', () => {
  const { target } = resolveOptions({ fleet: { redis, role: 'follower' } }, {})

  expect(target).toEqual({ kind: 'leader', channel: '' })
})

test.each([
  ['one that may lead', { fleet: { redis } }],
  ['a follower of its host', { fleet: { role: 'follower' as const } }],
])('%s needs a token', (_, options) => {
  expect(resolveOptions(options, {}).target).toMatchObject({ kind: 'off' })
})

test('an address that is not set is no server', () => {
  expect(resolveOptions({ fleet: { redis: undefined } }, {}).fleet).toMatchObject({
    redis: undefined,
  })
  expect(resolveOptions({ fleet: { redis: '' } }, {}).fleet).toMatchObject({ redis: undefined })
})

test.each([
  ['localhost:6379', '"localhost:6379"'],
  ['https://user:s3cret@redis.example', '"https://…@redis.example"'],
  [6379, '6379'],
])('%s is refused as a server', (given, shown) => {
  expect(() => resolveOptions({ fleet: { redis: given as string } }, {})).toThrow(
    new TypeError(
      `Expected \`fleet.redis\` to be an address of Redis, as in redis://host:6379, or a client, got ${shown}`,
    ),
  )
})

test('the password of a server is a secret', () => {
  const options = resolveOptions({ token: 'xoxb-1', channel: '#a', fleet: { redis } }, {})

  expect(secretsOf(options)).toContain('s3cret')
})

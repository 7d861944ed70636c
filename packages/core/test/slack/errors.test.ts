import { expect, test } from 'vitest'
import type { SendRequest } from '../../src/delivery/destination.ts'
import {
  classifyBroken,
  classifyCode,
  classifyFor,
  classifyStatus,
  readRetryAfter,
} from '../../src/slack/errors.ts'

test.each([
  ['ratelimited', 'wait'],
  ['internal_error', 'retry'],
  ['invalid_blocks', 'degrade'],
  ['msg_blocks_too_long', 'degrade'],
  ['message_not_found', 'repost'],
  ['channel_not_found', 'stopChannel'],
  ['is_archived', 'stopChannel'],
  ['slack_connect_canvas_sharing_blocked', 'stopChannel'],
  ['invalid_auth', 'stopDestination'],
  ['a_code_of_tomorrow', 'degrade'],
  ['<!doctype html>', 'retry'],
  ['{"ok":tr', 'retry'],
])('the answer to %s is to %s', (code, status) => {
  expect(classifyCode(code).status).toBe(status)
})

test('waits as long as Slack asks, but no longer than five minutes', () => {
  expect(classifyCode('ratelimited', 7000)).toMatchObject({ afterMs: 7000 })
  expect(classifyStatus(429, 86_400_000)).toMatchObject({ status: 'wait', afterMs: 300_000 })
  expect(classifyStatus(429)).toMatchObject({ afterMs: 30_000 })
})

test('does not come back at once when Slack asks for no time at all', () => {
  expect(classifyStatus(429, 0)).toMatchObject({ afterMs: 500 })
})

test.each([408, 500, 502, 503, 504])(
  'after HTTP %s it is tried again, and may have been accepted',
  (status) => {
    expect(classifyStatus(status)).toEqual({
      status: 'retry',
      reason: `HTTP ${status}`,
      accepted: 'unknown',
    })
  },
)

test.each([
  ['internal_error', 'unknown'],
  ['fatal_error', 'unknown'],
  ['service_unavailable', 'unknown'],
  ['request_timeout', 'unknown'],
  ['rollup_error', 'unknown'],
  ['team_added_to_org', 'no'],
  ['external_channel_migrating', 'no'],
])('after %s it is tried again, and was accepted: %s', (code, accepted) => {
  expect(classifyCode(code)).toEqual({ status: 'retry', reason: code, accepted })
})

test.each([400, 413, 422])('HTTP %i refuses the message as it stands', (status) => {
  expect(classifyStatus(status)).toEqual({ status: 'degrade', reason: `HTTP ${status}` })
})

test('a redirect is not followed and stops the destination', () => {
  expect(classifyStatus(302).status).toBe('stopDestination')
})

test.each([
  [{ code: 'ECONNREFUSED', syscall: 'connect' }, 'no'],
  [{ code: 'ENOTFOUND', syscall: 'getaddrinfo' }, 'no'],
  [{ code: 'DEPTH_ZERO_SELF_SIGNED_CERT' }, 'no'],
  [{ code: 'ECONNRESET' }, 'unknown'],
  [{}, 'unknown'],
])(
  'after a connection that broke with %j, the message was accepted: %s',
  (properties, accepted) => {
    expect(classifyBroken({ message: 'broken', ...properties })).toMatchObject({
      status: 'retry',
      accepted,
    })
  },
)

const upload: SendRequest = {
  kind: 'upload',
  channel: '#alerts',
  thread: 'C1/1.0',
  file: { filename: 'a.txt', title: 'a', content: 'a' },
}

test.each(['missing_scope', 'not_in_channel', 'file_uploads_disabled'])(
  'a file refused with %s stops neither the channel nor the destination',
  (code) => {
    expect(classifyFor(upload, classifyCode(code)).status).toBe('refused')
  },
)

test('a file refused for a dead token stops the destination', () => {
  expect(classifyFor(upload, classifyCode('token_revoked')).status).toBe('stopDestination')
})

test('a root that is refused like a reply is sent simpler, since nothing else could be posted in its place', () => {
  const root: SendRequest = { kind: 'post', channel: '#alerts', message: { text: 'a' } }

  expect(classifyFor(root, classifyCode('thread_not_found')).status).toBe('degrade')
})

test.each([
  ['30', 30_000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
  ['Thu, 01 Jan 1970 00:00:05 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [undefined, undefined],
])('Retry-After: %s asks for %s ms', (header, waitMs) => {
  const headers = header === undefined ? {} : { 'retry-after': header }

  expect(readRetryAfter({ status: 429, headers, body: '' }, 10_000)).toBe(waitMs)
})

test('a date in Retry-After is compared with the clock of the server, if its answer has one', () => {
  const headers = {
    date: 'Thu, 01 Jan 1970 02:00:00 GMT',
    'retry-after': 'Thu, 01 Jan 1970 02:00:30 GMT',
  }

  expect(readRetryAfter({ status: 429, headers, body: '' }, 10_000)).toBe(30_000)
})

import { expect, test } from 'vitest'
import { classifyCode, classifyStatus, readRetryAfter } from '../../src/slack/classify-response.ts'

test.each([
  ['ratelimited', 'wait'],
  ['internal_error', 'retry'],
  ['invalid_blocks', 'degrade'],
  ['msg_blocks_too_long', 'degrade'],
  ['message_not_found', 'repost'],
  ['channel_not_found', 'stopChannel'],
  ['is_archived', 'stopChannel'],
  ['invalid_auth', 'stopDestination'],
  ['a_code_of_tomorrow', 'degrade'],
])('the answer to %s is to %s', (code, status) => {
  expect(classifyCode(code).status).toBe(status)
})

test('waits as long as Slack asks, but no longer than five minutes', () => {
  expect(classifyCode('ratelimited', 7000)).toMatchObject({ afterMs: 7000 })
  expect(classifyStatus(429, 86_400_000)).toMatchObject({ status: 'wait', afterMs: 300_000 })
  expect(classifyStatus(429)).toMatchObject({ afterMs: 30_000 })
})

test('a server error may have taken the message', () => {
  expect(classifyStatus(503)).toEqual({ status: 'retry', reason: 'HTTP 503', isAmbiguous: true })
})

test.each([
  ['30', 30_000],
  ['0', 0],
  ['Thu, 01 Jan 1970 00:01:00 GMT', 50_000],
  ['Thu, 01 Jan 1970 00:00:05 GMT', 0],
  ['soon', undefined],
  ['', undefined],
  [null, undefined],
])('Retry-After: %s asks for %s ms', (header, waitMs) => {
  expect(readRetryAfter(header, 10_000)).toBe(waitMs)
})

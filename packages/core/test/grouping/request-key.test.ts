import { expect, test } from 'vitest'
import { requestKey } from '../../src/grouping/fingerprint.ts'

test.each([
  ['/test/123/server-error', 'GET:test_server_error:TypeError'],
  ['/test/7/server-error', 'GET:test_server_error:TypeError'],
  ['/test/7/server-error?page=2&x=/a-b', 'GET:test_server_error:TypeError'],
  ['/', 'GET::TypeError'],
  ['', 'GET::TypeError'],
  ['/12/34', 'GET::TypeError'],
  ['/a//b', 'GET:a__b:TypeError'],
  ['/v2/users', 'GET:v2_users:TypeError'],
  ['/orders_7_x/', 'GET:orders_x:TypeError'],
])('the key of GET %s is %s', (path, key) => {
  expect(requestKey('GET', path, 'TypeError')).toBe(key)
})

import { expect, test } from 'vitest'
import { isAbortError } from '../../src/answer/error-status.ts'

test.each([
  [Object.assign(new Error('aborted'), { code: 'ECONNRESET' }), true],
  [new DOMException('x', 'AbortError'), true],
  [Object.assign(new Error('request aborted'), { type: 'request.aborted' }), true],
  [new TypeError('no card'), false],
  ['aborted', false],
])('%s comes from an aborted connection: %j', (error, isAbort) => {
  expect(isAbortError(error)).toBe(isAbort)
})

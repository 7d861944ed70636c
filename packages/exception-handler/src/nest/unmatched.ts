import { carriedStatus } from '../answer/error-status.ts'
import { unmatchedRequest } from '../context/unmatched-request.ts'
import { readProperty, readText } from '../read-safely.ts'
import type { NestRequest } from './read-nest-request.ts'

/**
 * What Nest throws where no route takes a request, as the error that all frameworks have for it here; any other error as it is.
 *
 * Nest's own has the whole query in its text, with whatever secrets are in it.
 */
export function withoutQuery(error: unknown, request: NestRequest): unknown {
  const { method } = request
  const url = readText(request, 'originalUrl') ?? readText(request, 'url')
  const isUnmatched =
    readProperty(error, 'message') === `Cannot ${method} ${url}` && carriedStatus(error) === 404
  return isUnmatched ? unmatchedRequest(method, url) : error
}

import { pathOf } from './request-context.ts'

/** A request that no route took, or that was answered with a status and nothing else, as an error like any other. */
export function unmatchedRequest(method = 'GET', url = '/', status = 404): Error {
  const error = Object.assign(new Error(`Cannot ${method} ${pathOf(url)}`), { status })
  error.name = status === 404 ? 'NotFoundError' : 'HttpError'
  // Where it was made says nothing, and scanners would fill the log with it.
  error.stack = `${error.name}: ${error.message}`
  return error
}

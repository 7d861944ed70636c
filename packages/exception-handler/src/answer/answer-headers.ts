import { readProperty } from '../read-safely.ts'
import { isUpstreamError } from './upstream-error.ts'

const maxHeaders = 20

/** The headers an error brings for its answer (http-errors, Boom, Hono), without those that describe a body. */
export function answerHeaders(error: unknown): Readonly<Record<string, string>> {
  const result: Record<string, string> = {}
  for (const [name, value] of entriesOf(findHeaders(error)).slice(0, maxHeaders)) {
    const key = name.toLowerCase()
    if (isToken.test(key) && isVisible.test(value) && !describesBody.test(key)) result[key] = value
  }
  return result
}

function findHeaders(error: unknown): unknown {
  if (isUpstreamError(error)) return undefined
  const response = readProperty(error, 'res')
  if (response instanceof Response) return response.headers
  return (
    readProperty(readProperty(error, 'output'), 'headers') ??
    (typeof readProperty(error, 'status') === 'number' ? readProperty(error, 'headers') : undefined)
  )
}

function entriesOf(headers: unknown): [string, string][] {
  if (headers instanceof Headers) return [...headers]
  if (typeof headers !== 'object' || headers === null) return []
  return Object.entries(headers).map(([name, value]) => [name, String(value)])
}

const isToken = /^[\w!#$%&'*+.^`|~-]{1,100}$/
const isVisible = /^[\t\x20-\x7e\x80-\xff]{0,4000}$/
const describesBody =
  /^(?:content-|transfer-encoding$|connection$|etag$|last-modified$|set-cookie$)/

import { isTagged, readProperty } from '../read-safely.ts'
import { isUpstreamError } from './upstream-error.ts'

const maxHeaders = 20

/** The headers an error brings for its answer (http-errors, Boom, Hono), without those that describe a body or the connection. */
export function answerHeaders(error: unknown): Readonly<Record<string, string>> {
  const headers = findHeaders(error)
  if (headers === undefined || isUpstreamError(error)) return {}
  const result: Record<string, string> = {}
  for (const [name, value] of entriesOf(headers).slice(0, maxHeaders)) {
    const key = name.toLowerCase()
    if (isAllowed(key) && isVisible.test(value)) result[key] = value
  }
  return result
}

function isAllowed(name: string): boolean {
  return isToken.test(name) && !describesBody.test(name) && !describesConnection.test(name)
}

function findHeaders(error: unknown): unknown {
  const response = readProperty(error, 'res')
  if (isTagged(response, 'Response')) return readProperty(response, 'headers')
  return (
    readProperty(readProperty(error, 'output'), 'headers') ??
    (typeof readProperty(error, 'status') === 'number' ? readProperty(error, 'headers') : undefined)
  )
}

function entriesOf(headers: unknown): [string, string][] {
  if (typeof headers !== 'object' || headers === null) return []
  const entries = isHeaders(headers) ? [...headers] : Object.entries(headers)
  return entries.map(([name, value]) => [name, String(value)])
}

function isHeaders(headers: object): headers is Headers {
  return (
    isTagged(headers, 'Headers') && typeof readProperty(headers, Symbol.iterator) === 'function'
  )
}

const isToken = /^[\w!#$%&'*+.^`|~-]{1,100}$/
const isVisible = /^[\t\x20-\x7e\x80-\xff]{0,4000}$/
const describesBody = /^(?:content-|etag$|last-modified$|set-cookie$|trailer$)/
/** HTTP/2 knows none of them: Node refuses the whole answer, and some frameworks end the process then. */
const describesConnection =
  /^(?:connection|http2-settings|keep-alive|proxy-connection|te|transfer-encoding|upgrade)$/

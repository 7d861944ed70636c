import { parse } from 'node:querystring'
import { cutText } from '../read-safely.ts'
import type { UserContext } from './describe-user.ts'
import type { TraceIds } from './trace-ids.ts'

/** Who asked for what, read from a framework's request. */
export interface RequestContext {
  readonly method?: string | undefined
  /** Without the query. */
  readonly path?: string | undefined
  /** The endpoint's pattern, as in `'/orders/:id'`. */
  readonly route?: string | undefined
  /** The name of the handler or view, as in `'OrdersController.charge'`. */
  readonly handler?: string | undefined
  readonly origin?: string | undefined
  readonly clientIp?: string | undefined
  readonly userAgent?: string | undefined
  readonly user?: UserContext | undefined
  readonly params?: unknown
  readonly query?: unknown
  /** Of a request that changes something. */
  readonly body?: unknown
}

/** The request of a failure, and the status it is answered with. */
export interface FailureContext extends RequestContext {
  readonly status: number
  readonly ids: TraceIds
}

/** How an adapter reads its framework's request. */
export interface RequestReader<Request> {
  /** Everything; nothing is copied yet. */
  readonly read: (request: Request, user: UserContext | undefined) => RequestContext
  readonly ids: (request: Request) => TraceIds
  /** What the framework's usual place for the user holds. */
  readonly user: (request: Request) => unknown
}

const maxUrlLength = 16_000
const bodyMethods = new Set(['POST', 'PUT', 'PATCH'])

/** True where the body tells what was asked for; elsewhere it is left alone. */
export function hasTellingBody(method: string | undefined): boolean {
  return method !== undefined && bodyMethods.has(method)
}

/** The path of an address without origin, query and fragment. */
export function pathOf(url: string): string {
  const bounded = cutText(url, maxUrlLength)
  const start = bounded.startsWith('/') ? 0 : afterOrigin(bounded)
  const end = bounded.slice(start).search(/[?#]/)
  return (end < 0 ? bounded.slice(start) : bounded.slice(start, start + end)) || '/'
}

/** The parameters after the question mark; `undefined` if there are none. */
export function queryOf(url: string): Readonly<Record<string, unknown>> | undefined {
  const text = queryTextOf(url)
  return text === '' ? undefined : (readPlainQuery(text) ?? { ...parse(text) })
}

/** The parameters after the question mark where all parsers read the same: a few, all different, none escaped. */
export function plainQueryOf(url: string): Readonly<Record<string, string>> | undefined {
  return readPlainQuery(queryTextOf(url))
}

function queryTextOf(url: string): string {
  const question = url.indexOf('?')
  return question < 0 ? '' : url.slice(question + 1, maxUrlLength)
}

/** What tells one parser from another. */
const unusual = /[^\w.:/=&-]/
const maxPlainLength = 300

/** Most queries, in a fraction of the time that a parser takes for all of them. */
function readPlainQuery(text: string): Readonly<Record<string, string>> | undefined {
  if (text.length > maxPlainLength || unusual.test(text)) return undefined
  const query: Record<string, string> = {}
  for (const parameter of text.split('&')) {
    const equals = parameter.indexOf('=')
    const name = parameter.slice(0, equals)
    if (equals < 1 || parameter.lastIndexOf('=') !== equals || name in query) return undefined
    query[name] = parameter.slice(equals + 1)
  }
  return query
}

function afterOrigin(url: string): number {
  const scheme = url.indexOf('://')
  if (scheme < 0) return 0
  const slash = url.indexOf('/', scheme + 3)
  return slash < 0 ? url.length : slash
}

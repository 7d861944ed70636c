import { callMethod, cutText, describeUser, readProperty } from '@slack-logger/core/reading'
import { parse } from 'node:querystring'

/** A request as it is logged. */
export interface RequestContext {
  readonly method?: string | undefined
  /** Without the query. */
  readonly path?: string | undefined
  /** The endpoint's pattern, as in `'/orders/:id'`; a message's event or pattern, or a field of GraphQL. */
  readonly route?: string | undefined
  /** The name of the handler or view, as in `'OrdersController.charge'`. */
  readonly handler?: string | undefined
  readonly origin?: string | undefined
  readonly clientIp?: string | undefined
  readonly userAgent?: string | undefined
  readonly user?: UserContext | undefined
  readonly params?: unknown
  readonly query?: unknown
  /** Of POST, PUT and PATCH; the data of a message. */
  readonly body?: unknown
  /** Of GraphQL, as in `'mutation PayOrder'`. */
  readonly operation?: string | undefined
  /** Where in the answer of GraphQL, as in `'orders.0.total'`. */
  readonly fieldPath?: string | undefined
}

/** The signed-in user, reduced to what is logged. */
export interface UserContext {
  readonly id?: string
  readonly name?: string
  readonly email?: string
  readonly role?: string
}

/** Ids that correlate the log lines of a request, under OpenTelemetry's names. */
export interface TraceIds {
  readonly trace_id?: string
  readonly span_id?: string
  readonly request_id?: string
}

/** The request of a failure, and the status of its answer. */
export interface FailureContext extends RequestContext {
  readonly status: number
  readonly ids: TraceIds
}

/** How an adapter reads the requests of its framework. */
export interface RequestReader<Request> {
  /** The whole request; nothing is copied or redacted yet. */
  readonly read: (request: Request, user: UserContext | undefined) => RequestContext
  readonly ids: (request: Request) => TraceIds
  /** The user, from where the framework usually keeps it. */
  readonly user: (request: Request) => unknown
}

const bodyMethods = new Set(['POST', 'PUT', 'PATCH'])

/** True for the methods whose body is logged. */
export function isBodyLogged(method: string | undefined): boolean {
  return method !== undefined && bodyMethods.has(method)
}

/** A user as it is logged, without the parts that are not known. */
export function toUserContext(user: unknown): UserContext | undefined {
  const description = describeUser(user)
  if (description === undefined) return undefined
  return Object.fromEntries(Object.entries(description).filter(([, part]) => part !== undefined))
}

/** The error of a request that no route matches, or whose response is a status without a body. */
export function unmatchedError(method = 'GET', url = '/', status = 404): Error {
  const error = Object.assign(new Error(`Cannot ${method} ${pathOf(url)}`), { status })
  error.name = status === 404 ? 'NotFoundError' : 'HttpError'
  // The stack would be the same for all, and scanners would fill the log with it.
  error.stack = `${error.name}: ${error.message}`
  return error
}

const maxUrlLength = 16_000

/** The path of a URL without origin, query and fragment. */
export function pathOf(url: string): string {
  const bounded = cutText(url, maxUrlLength)
  const start = bounded.startsWith('/') ? 0 : afterOrigin(bounded)
  const end = bounded.slice(start).search(/[?#]/)
  return (end < 0 ? bounded.slice(start) : bounded.slice(start, start + end)) || '/'
}

function afterOrigin(url: string): number {
  const scheme = url.indexOf('://')
  if (scheme < 0) return 0
  const slash = url.indexOf('/', scheme + 3)
  return slash < 0 ? url.length : slash
}

/** The parameters of a URL's query; `undefined` if there are none. */
export function queryOf(url: string): Readonly<Record<string, unknown>> | undefined {
  const text = queryTextOf(url)
  return text === '' ? undefined : (parsePlainQuery(text) ?? { ...parse(text) })
}

/** The parameters of a query that every parser reads alike; `undefined` for any other. */
export function plainQueryOf(url: string): Readonly<Record<string, string>> | undefined {
  return parsePlainQuery(queryTextOf(url))
}

function queryTextOf(url: string): string {
  const question = url.indexOf('?')
  return question < 0 ? '' : url.slice(question + 1, maxUrlLength)
}

/** Characters that parsers read differently: escapes, brackets and the like. */
const special = /[^\w.:/=&-]/
const maxPlainLength = 300

/** Most queries are short, without escapes and repeated names, and need only a fraction of a parser's time. */
function parsePlainQuery(text: string): Readonly<Record<string, string>> | undefined {
  if (text.length > maxPlainLength || special.test(text)) return undefined
  const query: Record<string, string> = {}
  for (const parameter of text.split('&')) {
    const equals = parameter.indexOf('=')
    const name = parameter.slice(0, equals)
    if (equals < 1 || parameter.lastIndexOf('=') !== equals || name in query) return undefined
    query[name] = parameter.slice(equals + 1)
  }
  return query
}

/** Reads a header by its name in lower case. */
export type ReadHeader = (name: string) => string | undefined

/**
 * The ids of a request: those of OpenTelemetry's active span, else of the header `traceparent`; and the header `x-request-id`, else
 * the id that the framework gave the request.
 */
export function readTraceIds(header: ReadHeader, frameworkId?: unknown): TraceIds {
  const requestId = asId(header('x-request-id')) ?? asId(frameworkId)
  return {
    ...(activeSpan() ?? parseTraceparent(header('traceparent'))),
    ...(requestId !== undefined && { request_id: requestId }),
  }
}

const traceparent = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/

/** Parses the header of W3C Trace Context. */
function parseTraceparent(header: string | undefined): TraceIds | undefined {
  if (header === undefined) return undefined
  const [, traceId = '', spanId = ''] = traceparent.exec(header) ?? []
  if (!/[^0]/.test(traceId) || !/[^0]/.test(spanId)) return undefined
  return { trace_id: traceId, span_id: spanId }
}

/** Ids come from clients: only short ones of harmless characters count. */
function asId(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && /^[\w.:+/=@-]{1,128}$/.test(value) ? value : undefined
}

/** The global registry that all copies of `@opentelemetry/api` 1.x share, so that none has to be loaded here. */
const registry = Symbol.for('opentelemetry.js.api.1')

/** The key of the span in a context of OpenTelemetry. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN')

/** The ids of OpenTelemetry's active span; `undefined` where the API is not in use. */
function activeSpan(): TraceIds | undefined {
  const api: unknown = Reflect.get(globalThis, registry)
  if (api === undefined) return undefined
  const context = callMethod(readProperty(api, 'context'), 'active')
  const ids = callMethod(callMethod(context, 'getValue', spanKey), 'spanContext')
  const traceId = readProperty(ids, 'traceId')
  const spanId = readProperty(ids, 'spanId')
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || !/[^0]/.test(traceId)) {
    return undefined
  }
  return { trace_id: traceId, span_id: spanId }
}

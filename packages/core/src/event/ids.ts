import { callMethod, isObject, readObject, readProperty } from '../redaction/safe-read.ts'
import { readHeader } from './request.ts'

/** What ties a record to others of the same work. */
interface FoundIds {
  readonly traceId: string | undefined
  readonly spanId: string | undefined
  readonly requestId: string | undefined
}

const traceKeys = [
  'trace_id',
  'traceId',
  'traceID',
  'trace.id',
  'dd.trace_id',
  'otelTraceID',
  'x-b3-traceid',
  'logging.googleapis.com/trace',
]
const spanKeys = [
  'span_id',
  'spanId',
  'spanID',
  'span.id',
  'dd.span_id',
  'otelSpanID',
  'logging.googleapis.com/spanId',
]
const requestKeys = [
  'reqId',
  'requestId',
  'request_id',
  'requestID',
  'req_id',
  'x-request-id',
  'xRequestId',
]
const correlationKeys = ['correlationId', 'correlation_id', 'x-correlation-id']
const workKeys = [...requestKeys, ...correlationKeys]

/** In a request itself. */
const requestIdKeys = ['id', ...workKeys]

/** Fields that are shown as ids and nowhere else. */
export const idKeys: ReadonlySet<string> = new Set([
  ...traceKeys,
  ...spanKeys,
  ...workKeys,
  'traceparent',
  'trace_flags',
])

const traceparent = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/i

const maxIdLength = 200

/** Finds trace, span and request id among the fields, in the request and in its headers. */
export function findIds(fields: object, request: unknown): FoundIds {
  const source = isObject(request) ? request : {}
  const parent = readProperty(fields, 'traceparent')
  const [, parentTraceId, parentSpanId] =
    traceparent.exec(asId(parent) ?? readHeader(source, 'traceparent') ?? '') ?? []
  const traceId = readId(fields, traceKeys) ?? readNested(fields, 'trace') ?? parentTraceId
  return {
    // Google's has the project in front.
    traceId: traceId?.replace(/^projects\/[^/]{1,100}\/traces\//, ''),
    spanId: readId(fields, spanKeys) ?? readNested(fields, 'span') ?? parentSpanId,
    requestId: readId(fields, workKeys) ?? readRequestId(source),
  }
}

/** What shows that two records are of one request. */
export interface RequestIds {
  /** All that are known: loggers of one request may each know another one. */
  readonly requestIds: readonly string[]
  readonly traceId: string | undefined
  /** Of spans and correlated work, in which much may fail. */
  readonly scopeIds: readonly string[]
}

/** Most records have none, and looking for each of the names takes longer than all the rest. */
const noIds: RequestIds = { requestIds: [], traceId: undefined, scopeIds: [] }
const requestKeySet: ReadonlySet<string> = new Set(requestKeys)
const scopeKeySet: ReadonlySet<string> = new Set([
  ...traceKeys,
  ...spanKeys,
  ...correlationKeys,
  'traceparent',
  'trace',
  'span',
  'dd',
])

/** All ids among the fields, whose `keys` are known, and in the request, by which other loggers may know the request. */
export function findRequestIds(
  fields: object,
  keys: readonly string[],
  request: object | undefined,
): RequestIds {
  const hasScope = keys.some((key) => scopeKeySet.has(key))
  const hasId = keys.some((key) => requestKeySet.has(key))
  if (!hasScope && !hasId && request === undefined) return noIds
  const ownIds = withId(noIds.requestIds, hasId ? readId(fields, requestKeys) : undefined)
  const requestIds = request === undefined ? ownIds : withIdsOf(request, ownIds)
  if (!hasScope) return { requestIds, traceId: undefined, scopeIds: noIds.scopeIds }
  const { traceId, spanId } = findIds(fields, undefined)
  const span = traceId === undefined || spanId === undefined ? undefined : `${traceId} ${spanId}`
  const scopeIds = [span, readId(fields, correlationKeys)].filter((id) => id !== undefined)
  return { requestIds, traceId, scopeIds }
}

function withIdsOf(request: object, ids: readonly string[]): readonly string[] {
  const headers = readProperty(request, 'headers')
  const header = readProperty(headers, 'x-request-id') ?? callMethod(headers, 'get', 'x-request-id')
  return withId(withId(ids, readId(request, requestIdKeys)), asId(header))
}

function withId(ids: readonly string[], id: string | undefined): readonly string[] {
  return id === undefined || ids.includes(id) ? ids : [...ids, id]
}

function readRequestId(request: object): string | undefined {
  return (
    readId(request, requestIdKeys) ?? readHeader(request, 'x-request-id')?.slice(0, maxIdLength)
  )
}

function readId(holder: object, keys: readonly string[]): string | undefined {
  for (const key of keys) {
    const id = asId(readProperty(holder, key))
    if (id !== undefined) return id
  }
  return undefined
}

/** Datadog's tracer adds `dd: { trace_id, span_id }`; others have `trace: { id }` and `span: { id }`. */
function readNested(fields: object, key: 'trace' | 'span'): string | undefined {
  const datadog = readProperty(readObject(fields, 'dd'), `${key}_id`)
  return asId(datadog) ?? asId(readProperty(readObject(fields, key), 'id'))
}

function asId(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value !== '' ? value.slice(0, maxIdLength) : undefined
}

import { isObject, readObject, readProperty } from '../redaction/safe-read.ts'
import { readHeader } from './request.ts'

/** What ties a record to others of the same work. */
export interface FoundIds {
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
  'correlationId',
  'correlation_id',
  'x-correlation-id',
]

/** Fields that are shown as ids and nowhere else. */
export const idKeys: ReadonlySet<string> = new Set([
  ...traceKeys,
  ...spanKeys,
  ...requestKeys,
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
    requestId: readId(fields, requestKeys) ?? readRequestId(source),
  }
}

function readRequestId(request: object): string | undefined {
  return (
    readId(request, ['id', ...requestKeys]) ??
    readHeader(request, 'x-request-id')?.slice(0, maxIdLength)
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

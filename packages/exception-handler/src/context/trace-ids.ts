import { activeSpan } from './active-span.ts'

/** What ties the log lines of one request together. The names are OpenTelemetry's. */
export interface TraceIds {
  readonly trace_id?: string
  readonly span_id?: string
  readonly request_id?: string
}

/** A header of a request by its name in lower case. */
export type ReadHeader = (name: string) => string | undefined

/**
 * The ids of a request: the active span's where OpenTelemetry is in use, else those that came with the request.
 *
 * @param frameworkId The id the framework gave the request; the caller's `x-request-id` wins.
 */
export function readTraceIds(header: ReadHeader, frameworkId?: unknown): TraceIds {
  const requestId = asId(header('x-request-id')) ?? asId(frameworkId)
  return {
    ...(activeSpan() ?? parseTraceparent(header('traceparent'))),
    ...(requestId !== undefined && { request_id: requestId }),
  }
}

const traceparent = /^[\da-f]{2}-([\da-f]{32})-([\da-f]{16})-[\da-f]{2}/

/** Reads the header of W3C Trace Context. */
export function parseTraceparent(header: string | undefined): TraceIds | undefined {
  if (header === undefined) return undefined
  const [, traceId = '', spanId = ''] = traceparent.exec(header) ?? []
  if (!/[^0]/.test(traceId) || !/[^0]/.test(spanId)) return undefined
  return { trace_id: traceId, span_id: spanId }
}

/** An id comes from a stranger: short and without anything that could be read as something else. */
function asId(value: unknown): string | undefined {
  if (typeof value === 'number') return String(value)
  return typeof value === 'string' && /^[\w.:+/=@-]{1,128}$/.test(value) ? value : undefined
}

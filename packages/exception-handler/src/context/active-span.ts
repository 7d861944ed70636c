import { callMethod, readProperty } from '../read-safely.ts'

/** Where every copy of `@opentelemetry/api` 1.x keeps what is registered. */
const registry = Symbol.for('opentelemetry.js.api.1')

/** The key under which it keeps the span in a context. */
const spanKey = Symbol.for('OpenTelemetry Context Key SPAN')

/**
 * The ids of OpenTelemetry's active span; `undefined` where the API is not in use.
 *
 * Read from the API's own global registry, which its versions share, so that no copy of it need be found from here.
 */
export function activeSpan(): { trace_id: string; span_id: string } | undefined {
  const api: unknown = Reflect.get(globalThis, registry)
  if (api === undefined) return undefined
  const context = callMethod(readProperty(api, 'context'), 'active')
  const span = callWith(context, 'getValue', spanKey)
  const ids = callMethod(span, 'spanContext')
  const traceId = readProperty(ids, 'traceId')
  const spanId = readProperty(ids, 'spanId')
  if (typeof traceId !== 'string' || typeof spanId !== 'string' || !/[^0]/.test(traceId)) {
    return undefined
  }
  return { trace_id: traceId, span_id: spanId }
}

function callWith(holder: unknown, name: string, value: unknown): unknown {
  const method = readProperty(holder, name)
  return typeof method === 'function' ? Reflect.apply(method, holder, [value]) : undefined
}

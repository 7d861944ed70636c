import { context, ROOT_CONTEXT, trace } from '@opentelemetry/api'
import { AsyncLocalStorageContextManager } from '@opentelemetry/context-async-hooks'
import { Server } from 'node:http'

const span = { traceId: 'a'.repeat(32), spanId: 'b'.repeat(16), traceFlags: 1 }

/** Works for each request inside a span, as OpenTelemetry's instrumentation of `node:http` does. */
export function traceRequests(): Disposable {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable())
  const inSpan = trace.setSpanContext(ROOT_CONTEXT, span)
  // oxlint-disable-next-line typescript/unbound-method -- it is called with the server as its `this`
  const { emit } = Server.prototype
  Server.prototype.emit = function (this: Server, event: string, ...values: unknown[]): boolean {
    const call = (): boolean => Reflect.apply(emit, this, [event, ...values]) as boolean
    return event === 'request' ? context.with(inSpan, call) : call()
  }
  return {
    [Symbol.dispose]: () => {
      Server.prototype.emit = emit
      context.disable()
    },
  }
}

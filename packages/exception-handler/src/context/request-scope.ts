import { AsyncLocalStorage } from 'node:async_hooks'

/** The request that the running code works for, described when somebody logs. */
export interface RequestScope {
  /** Method, path, user and the rest, redacted. */
  readonly describe: () => unknown
  readonly ids: () => Readonly<Record<string, string>>
}

const key = Symbol.for('@slack-logger/exception-handler.request-scope')

/** One for the process: an application may load this package as ESM and as CommonJS. */
const storage: AsyncLocalStorage<RequestScope> = ((): AsyncLocalStorage<RequestScope> => {
  const holder = globalThis as { [key]?: AsyncLocalStorage<RequestScope> }
  return (holder[key] ??= new AsyncLocalStorage<RequestScope>())
})()

/** Runs a callback, and everything it starts, as work for a request. */
export function runInScope<Result>(scope: RequestScope, callback: () => Result): Result {
  return storage.run(scope, callback)
}

/** The request that the running code works for, if it works for one. */
export function currentScope(): RequestScope | undefined {
  return storage.getStore()
}

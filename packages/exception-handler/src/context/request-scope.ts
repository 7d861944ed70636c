import { AsyncLocalStorage } from 'node:async_hooks'

/** The request that the running code works for, described when somebody logs. */
export interface RequestScope {
  /** Method, path, user and the rest, redacted. */
  readonly describe: () => unknown
  readonly ids: () => Readonly<Record<string, string>>
}

/** One for the process: an application may load this package as ESM and as CommonJS. */
interface Shared {
  readonly storage: AsyncLocalStorage<RequestScope>
  isWanted: boolean
}

const key = Symbol.for('@slack-logger/exception-handler.request-scope')

const shared: Shared = ((): Shared => {
  const holder = globalThis as { [key]?: Shared }
  return (holder[key] ??= { storage: new AsyncLocalStorage<RequestScope>(), isWanted: false })
})()

/** Says that somebody will ask for the current scope. Until then none is kept: before Node 24 that costs every promise a little. */
export function wantScopes(): void {
  shared.isWanted = true
}

/** Runs a callback, and everything it starts, as work for a request. */
export function runInScope<Result>(
  createScope: () => RequestScope,
  callback: () => Result,
): Result {
  return shared.isWanted ? shared.storage.run(createScope(), callback) : callback()
}

/** The request that the running code works for, if it works for one. */
export function currentScope(): RequestScope | undefined {
  return shared.storage.getStore()
}

import { AsyncLocalStorage } from 'node:async_hooks'

type Fetch = typeof globalThis.fetch

let activeHooks = 0
/** Created for the first custom `fetch` or destination: before Node 24, an AsyncLocalStorage slows down every promise of the process. */
let requests: AsyncLocalStorage<true> | undefined

/**
 * Whether the current code runs because a sink called one of the user's functions, a hook or `fetch`. What that code logs must
 * not alert: each alert would cause the next one.
 */
export function isInsideSink(): boolean {
  return activeHooks > 0 || requests?.getStore() === true
}

/** A function of the user with any parameters. */
export type AnyHook = (...given: readonly unknown[]) => unknown

/** The hook, with `isInsideSink` true while it runs. */
export function watchHook(hook: AnyHook): AnyHook {
  return (...given) => {
    activeHooks += 1
    try {
      return withoutUnhandledRejection(hook(...given))
    } finally {
      activeHooks -= 1
    }
  }
}

/** The user's `fetch`, with `isInsideSink` true until its promise settles. */
export function watchFetch(fetch: Fetch): Fetch {
  return (input, init) => runInsideSink(() => fetch(input, init))
}

/** Runs the user's code, with `isInsideSink` true until the promise that it returns settles. */
export function runInsideSink<Result>(run: () => Result): Result {
  requests ??= new AsyncLocalStorage()
  return requests.run(true, run)
}

/** A promise is a wrong answer and is reported as one. Its rejection must not end the process. */
function withoutUnhandledRejection(answer: unknown): unknown {
  if (answer instanceof Promise) answer.catch(() => undefined)
  return answer
}

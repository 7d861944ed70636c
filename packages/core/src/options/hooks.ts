import { AsyncLocalStorage } from 'node:async_hooks'

type Fetch = typeof globalThis.fetch

let callsUnderWay = 0
/** Made by who needs it: before Node 24, it makes every promise of the process slower. */
let requests: AsyncLocalStorage<true> | undefined

/**
 * Whether this runs because a sink called the service's own code, a hook or its `fetch`. What that logs is about our work: as an
 * alert it would cause more of the same.
 */
export function isOwnWork(): boolean {
  return callsUnderWay > 0 || requests?.getStore() === true
}

/** A function of the service, whatever it takes. */
export type AnyHook = (...given: readonly unknown[]) => unknown

/** A hook whose logging is own work while it runs. */
export function watchHook(hook: AnyHook): AnyHook {
  return (...given) => {
    callsUnderWay += 1
    try {
      return contain(hook(...given))
    } finally {
      callsUnderWay -= 1
    }
  }
}

/** A service's `fetch` whose logging is own work until its answer is there. */
export function watchFetch(fetch: Fetch): Fetch {
  const own = (requests ??= new AsyncLocalStorage())
  return (input, init) => own.run(true, fetch, input, init)
}

/** A promise where none is expected is told by who gets it, and must not end the process when it rejects. */
function contain(answer: unknown): unknown {
  if (answer instanceof Promise) answer.catch(() => undefined)
  return answer
}

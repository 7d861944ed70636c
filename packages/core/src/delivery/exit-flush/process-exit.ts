import { attempt } from '../../clock.ts'
import { SyncHttp } from './sync-http.ts'

/** What a sink does when its process ends. */
export interface ExitHooks {
  /** Called when the event loop has no more work: sends what waits. */
  flush(): Promise<unknown>
  /** Whether something waits that can be sent with blocking calls. */
  canFlushSync(): boolean
  /** Sends as much as possible with blocking calls. */
  flushSync(http: SyncHttp, withinMs: number): void
  /** Leaves the rest to the next process. */
  leave(withinMs: number): void
  /** Called when one of these throws: an exception would change how the process ends. */
  readonly onError: (error: unknown) => void
}

/** How long the exit flush may delay the end of the process, in milliseconds. */
const exitFlushMs = 2500

const registered = new Set<ExitHooks>()

/**
 * Registers what a sink does when the process ends. In a worker thread, `process` is that thread, which ends as a process does, unless it
 * is terminated from outside.
 *
 * @returns a function that removes the hooks
 */
export function registerExitHooks(hooks: ExitHooks): () => void {
  // One listener for all sinks, so that many loggers cause no MaxListeners warning.
  if (registered.size === 0) {
    process.on('beforeExit', flushAll)
    process.on('exit', exitFlushAll)
  }
  registered.add(hooks)
  return () => {
    registered.delete(hooks)
    if (registered.size > 0) return
    process.off('beforeExit', flushAll)
    process.off('exit', exitFlushAll)
  }
}

function flushAll(): void {
  // Node emits `beforeExit` again after the work that this starts. A sink that is idle starts none.
  for (const hooks of registered) hooks.flush().catch((error: unknown) => hooks.onError(error))
}

function exitFlushAll(): void {
  const deadline = performance.now() + exitFlushMs
  const waiting: ExitHooks[] = []
  forEach(registered, (hooks) => {
    if (hooks.canFlushSync()) waiting.push(hooks)
  })
  const http = waiting.length > 0 ? startHttp() : undefined
  if (http !== undefined) {
    forEach(waiting, (hooks) => hooks.flushSync(http, deadline - performance.now()))
    http.end()
  }
  forEach(registered, (hooks) => hooks.leave(deadline - performance.now()))
}

function forEach(all: Iterable<ExitHooks>, run: (hooks: ExitHooks) => void): void {
  for (const hooks of all) attempt(() => run(hooks), hooks.onError)
}

function startHttp(): SyncHttp | undefined {
  try {
    return new SyncHttp(process.env)
  } catch {
    // Where the process may start no worker, everything is left to the next process, and counted there.
    return undefined
  }
}

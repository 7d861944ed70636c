import { isMainThread } from 'node:worker_threads'
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
  leave(): void
}

/** How long the exit flush may delay the end of the process, in milliseconds. */
const exitFlushMs = 2500

const registered = new Set<ExitHooks>()

/**
 * Registers what a sink does when the process ends. In a worker thread nothing is registered: its owner ends it and flushes first.
 *
 * @returns a function that removes the hooks
 */
export function registerExitHooks(hooks: ExitHooks): () => void {
  if (!isMainThread) return () => undefined
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
  for (const hooks of registered) void hooks.flush()
}

function exitFlushAll(): void {
  const waiting = [...registered].filter((hooks) => hooks.canFlushSync())
  const http = waiting.length > 0 ? startHttp() : undefined
  if (http !== undefined) {
    const deadline = performance.now() + exitFlushMs
    for (const hooks of waiting) hooks.flushSync(http, deadline - performance.now())
    http.end()
  }
  for (const hooks of registered) hooks.leave()
}

function startHttp(): SyncHttp | undefined {
  try {
    return new SyncHttp(process.env)
  } catch {
    // Where the process may start no worker, everything is left to the next process, and counted there.
    return undefined
  }
}

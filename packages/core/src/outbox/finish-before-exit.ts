import { isMainThread } from 'node:worker_threads'

const unfinished = new Set<() => Promise<unknown>>()

/**
 * Sends what waits when the event loop has nothing left to do: waiting for Slack's pace keeps no process alive by itself.
 * A worker is ended by its owner, who asks for the rest itself.
 *
 * @returns a function that lets go
 */
export function finishBeforeExit(flush: () => Promise<unknown>): () => void {
  if (!isMainThread) return () => undefined
  // One listener for all sinks: a process with many loggers must not see a warning about listeners.
  if (unfinished.size === 0) process.on('beforeExit', finishAll)
  unfinished.add(flush)
  return () => {
    unfinished.delete(flush)
    if (unfinished.size === 0) process.off('beforeExit', finishAll)
  }
}

function finishAll(): void {
  // Node emits `beforeExit` again after the work that this starts; a sink that is idle starts none.
  for (const flush of unfinished) void flush()
}

import { isMainThread } from 'node:worker_threads'
import { Relay } from './sync-http.ts'

/** What of a sink is still to do when its process ends. */
export interface Unfinished {
  /** The event loop has nothing left to do: sends what waits. */
  finish(): Promise<unknown>
  /** Whether something waits that could be sent with blocking calls. */
  hasLastWords(): boolean
  /** The process ends: sends what it can with blocking calls, and leaves the rest to the next start. */
  speak(relay: Relay, withinMs: number): void
  /** The process ends: leaves everything to the next start. */
  leave(): void
}

/** How long a process that ends may be held up, in milliseconds. */
const lastWordsMs = 2500

const unfinished = new Set<Unfinished>()

/**
 * Sees to what is left when the process ends. Waiting for Slack's pace keeps no process alive by itself. A worker is ended by its
 * owner, who asks for the rest itself.
 *
 * @returns a function that lets go
 */
export function atProcessEnd(sink: Unfinished): () => void {
  if (!isMainThread) return () => undefined
  // One listener for all sinks: a process with many loggers must not see a warning about listeners.
  if (unfinished.size === 0) {
    process.on('beforeExit', finishAll)
    process.on('exit', speakAll)
  }
  unfinished.add(sink)
  return () => {
    unfinished.delete(sink)
    if (unfinished.size > 0) return
    process.off('beforeExit', finishAll)
    process.off('exit', speakAll)
  }
}

function finishAll(): void {
  // Node emits `beforeExit` again after the work that this starts; a sink that is idle starts none.
  for (const sink of unfinished) void sink.finish()
}

function speakAll(): void {
  const speakers = [...unfinished].filter((sink) => sink.hasLastWords())
  const relay = speakers.length > 0 ? startRelay() : undefined
  if (relay !== undefined) {
    const deadline = performance.now() + lastWordsMs
    for (const sink of speakers) sink.speak(relay, deadline - performance.now())
    relay.end()
  }
  for (const sink of unfinished) sink.leave()
}

function startRelay(): Relay | undefined {
  try {
    return new Relay(process.env)
  } catch {
    // Where the process may start no worker, all is left to the next start, and counted there.
    return undefined
  }
}

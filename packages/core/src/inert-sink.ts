import { hasSubscribers, subscribe } from 'node:diagnostics_channel'
import { isMainThread } from 'node:worker_threads'
import { resolveEnvironment, type SinkEnvironment } from './environment.ts'
import { inertHealth } from './health/health.ts'
import type { Target } from './options/target.ts'
import type { SlackSink } from './sink.ts'

/**
 * A sink that sends nothing: it starts no timer and no thread, opens no socket and no file, and keeps nothing of a record. Unless
 * the options ask for that, one line on stderr says why.
 */
export function createInertSink(
  { because, isChosen }: Target & { readonly kind: 'off' },
  environment: Partial<SinkEnvironment> = {},
): SlackSink {
  const { variables, writeStderr } = resolveEnvironment(environment)
  // A `writeStderr` of the caller's own gets the line of each sink.
  if (!isChosen && (environment.writeStderr !== undefined || isFirst(variables)))
    writeStderr(`[slack-logger] nothing is sent: ${because}`)
  const health = inertHealth(because)
  return {
    minLevel: Number.POSITIVE_INFINITY,
    write: () => undefined,
    flush: async () => true,
    report: async () => false,
    close: async () => undefined,
    health: () => health,
  }
}

const lineWritten = 'slack-logger:inert'

/**
 * Whether no sink of this process has written the line. A variable would not do: Jest loads this file for each test file, and gives each
 * its own globals; Node's named channels are the same for all. Threads share nothing, so those that a test runner starts for each test
 * file, or a test file for its logger, write none.
 */
function isFirst(variables: SinkEnvironment['variables']): boolean {
  const isTestRunner = variables['JEST_WORKER_ID'] ?? variables['VITEST']
  if (hasSubscribers(lineWritten) || (!isMainThread && isTestRunner !== undefined)) return false
  subscribe(lineWritten, () => undefined)
  return true
}

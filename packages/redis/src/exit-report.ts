import { performance } from 'node:perf_hooks'
import { Worker } from 'node:worker_threads'
import { reportWorker } from '#load-ioredis'
import type { Clock } from '@slack-logger/core'
import { Calls } from './calls.ts'
import { createSource } from './source.ts'
import { isFailed, Store } from './store.ts'
import { Time } from './time.ts'

/** What a process reports that exits. Plain data. */
export interface ExitReport {
  readonly url: string
  readonly prefix: string
  readonly member: string
  readonly name: string
  /** The reports, as JSON. */
  readonly texts: readonly string[]
  /** Whether one of them is fatal, and the leader has to have it. */
  readonly isFatal: boolean
}

/**
 * Reports while the thread is blocked: in a worker.
 *
 * @returns whether the leader has the reports, or will
 */
export function reportInWorker(report: ExitReport, withinMs: number): boolean {
  const outcome = new Int32Array(new SharedArrayBuffer(4))
  const worker = new Worker(reportWorker(), {
    workerData: { ...report, outcome },
    // Without the preloads and the debugger of this process.
    execArgv: [],
  })
  worker.unref()
  Atomics.wait(outcome, 0, 0, withinMs)
  void worker.terminate()
  return Atomics.load(outcome, 0) === 1
}

/** The time of calls outside a sink. */
export const clock: Clock = {
  now: () => Date.now(),
  monotonic: () => performance.now(),
  setTimer: (callback, delayMs) => {
    const timer = setTimeout(callback, delayMs)
    return { cancel: () => clearTimeout(timer) }
  },
}

/**
 * Reports once, in the worker.
 *
 * @internal
 */
export async function reportOnce(report: ExitReport): Promise<boolean> {
  const { url, prefix, member, name, texts, isFatal } = report
  const time = new Time(clock)
  const calls = new Calls({ source: createSource(url), time, random: Math.random })
  const store = new Store({ calls, blocking: undefined, time, prefix, member, name })
  const answer = await store.report(texts)
  if (isFailed(answer) || answer.ids.length === 0) return false
  return !isFatal || store.areMerged(answer.ids, () => false)
}

import { once } from 'node:events'
import { performance } from 'node:perf_hooks'
import { type MessagePort, Worker } from 'node:worker_threads'
import { exitWorker } from '#load-ioredis'
import type { Clock } from '@slack-logger/core'
import { Calls } from './calls.ts'
import { createSource } from './source.ts'
import { isFailed, type Save, Store } from './store.ts'
import { Time } from './time.ts'

/** What a process does that exits. Plain data. */
export type ExitJob =
  | {
      readonly kind: 'report'
      /** The reports, as JSON. */
      readonly texts: readonly string[]
      /** Whether one of them is fatal, and the leader has to have it. */
      readonly isFatal: boolean
    }
  /** The leader leaves. */
  | { readonly kind: 'leave'; readonly holder: string; readonly saves: readonly Save[] }

/** Whose work it is. Plain data. */
export interface ExitGiven {
  readonly url: string
  readonly prefix: string
  readonly member: string
  readonly name: string
}

interface WorkerGiven extends ExitGiven {
  /** One of {@link states}. */
  readonly state: Int32Array
}

interface Order {
  readonly job: ExitJob
  /** In milliseconds since 1970. */
  readonly deadline: number
}

/** How far the job is. Once it has begun, others may see a part of it; before, the process can give it up, and do it in another way. */
const states = { waiting: 0, begun: 1, done: 2, failed: 3, givenUp: 4 }
/** What an answer may take: with less time, nothing is begun, in milliseconds. */
const answerMs = 200

/** Does a job while the thread is blocked: in a worker, which starts and connects as soon as it is created. */
export class ExitWorker {
  readonly #worker: Worker
  readonly #state = new Int32Array(new SharedArrayBuffer(4))

  constructor(given: ExitGiven) {
    this.#worker = new Worker(exitWorker(), {
      workerData: { ...given, state: this.#state } satisfies WorkerGiven,
      // Without the preloads and the debugger of this process.
      execArgv: [],
    })
    this.#worker.unref()
  }

  /**
   * Does one job.
   *
   * @returns whether it is done
   */
  run(job: ExitJob, withinMs: number): boolean {
    const until = performance.now() + withinMs
    const wait = (state: number): void =>
      void Atomics.wait(this.#state, 0, state, Math.max(0, until - performance.now()))
    this.#worker.postMessage({ job, deadline: Date.now() + withinMs } satisfies Order)
    wait(states.waiting)
    Atomics.compareExchange(this.#state, 0, states.waiting, states.givenUp)
    wait(states.begun)
    void this.#worker.terminate()
    return Atomics.load(this.#state, 0) === states.done
  }
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
 * Does the job that arrives, in the worker.
 *
 * @internal
 */
export async function runExitJob(
  { url, prefix, member, name, state }: WorkerGiven,
  port: MessagePort,
): Promise<void> {
  const time = new Time(clock)
  const calls = new Calls({ source: createSource(url), time, random: Math.random })
  const store = new Store({ calls, blocking: undefined, time, prefix, member, name })
  const order = once(port, 'message') as Promise<[Order]>
  // Connects, and finds out whether the server answers.
  const leader = await store.report([])
  const [{ job, deadline }] = await order
  const mayBegin = !isFailed(leader) && Date.now() < deadline - answerMs
  const before = mayBegin && Atomics.compareExchange(state, 0, states.waiting, states.begun)
  const isDone = before === states.waiting && (await runJob(store, job, deadline))
  Atomics.store(state, 0, isDone ? states.done : states.failed)
  Atomics.notify(state, 0)
}

async function runJob(store: Store, job: ExitJob, deadline: number): Promise<boolean> {
  if (job.kind === 'leave') return leave(store, job)
  const answer = await store.report(job.texts)
  if (isFailed(answer) || answer.ids.length === 0) return false
  const leftMs = deadline - Date.now() - answerMs
  return !job.isFatal || store.areMerged(answer.ids, () => false, leftMs)
}

async function leave(
  store: Store,
  { holder, saves }: Extract<ExitJob, { readonly kind: 'leave' }>,
): Promise<boolean> {
  for (const save of saves) if ((await store.save(holder, save)) !== 'saved') return false
  const left = await store.lead('leave', holder)
  await store.leave()
  return !isFailed(left)
}

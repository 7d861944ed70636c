/**
 * The worker of the exit flush. It is built into the code as a string, since bundlers and test runners would not find a file of its
 * own. The credentials come with the requests, so that they are in no argument or variable.
 */
import { type MessagePort, workerData } from 'node:worker_threads'
import { type HttpRequest, type HttpResult, post } from '../../http.ts'

export interface SyncHttpData {
  readonly port: MessagePort
  /** Counts the answers; the thread that waits for them sleeps on it. */
  readonly answers: Int32Array
}

export interface SyncHttpJob {
  readonly id: number
  readonly request: HttpRequest
  readonly timeoutMs: number
}

export interface SyncHttpAnswer {
  readonly id: number
  readonly result: HttpResult
}

const { port, answers } = workerData as SyncHttpData

port.on('message', (job: SyncHttpJob) => void answer(job))

async function answer({ id, request, timeoutMs }: SyncHttpJob): Promise<void> {
  const result = await post(request, { signal: AbortSignal.timeout(timeoutMs) })
  port.postMessage({ id, result } satisfies SyncHttpAnswer)
  Atomics.add(answers, 0, 1)
  Atomics.notify(answers, 0)
}

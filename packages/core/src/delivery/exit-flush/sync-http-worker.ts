/**
 * The worker of the exit flush. It is built into the code as a string, since bundlers and test runners would not find a file of its
 * own. The credentials come with the requests, so that they are in no argument or variable.
 */
import { connect } from 'node:net'
import { type MessagePort, workerData } from 'node:worker_threads'
import { type HttpRequest, type HttpResult, post } from '../../http.ts'

export interface SyncHttpData {
  readonly port: MessagePort
  /** Counts the answers; the thread that waits for them sleeps on it. */
  readonly answers: Int32Array
}

export interface SyncHttpJob {
  readonly id: number
  readonly request?: HttpRequest
  readonly socket?: SyncTalk
  readonly timeoutMs: number
}

/** What is written to a socket, and a part of the answer. */
export interface SyncTalk {
  readonly address: string
  readonly text: string
  readonly answer: string
}

export interface SyncHttpAnswer {
  readonly id: number
  readonly result: HttpResult
}

const { port, answers } = workerData as SyncHttpData

port.on('message', (job: SyncHttpJob) => void answer(job))

async function answer({ id, request, socket, timeoutMs }: SyncHttpJob): Promise<void> {
  const signal = AbortSignal.timeout(timeoutMs)
  const result =
    socket === undefined
      ? await post(request as HttpRequest, { signal })
      : await talk(socket, signal)
  port.postMessage({ id, result } satisfies SyncHttpAnswer)
  Atomics.add(answers, 0, 1)
  Atomics.notify(answers, 0)
}

async function talk(
  { address, text, answer: expected }: SyncTalk,
  signal: AbortSignal,
): Promise<HttpResult> {
  let body = ''
  try {
    const socket = connect({ path: address, signal })
    socket.write(text)
    for await (const chunk of socket.setEncoding('utf8')) {
      body += String(chunk)
      if (body.includes(expected)) return { status: 200, headers: {}, body }
    }
    return { error: { message: 'the connection was closed' } }
  } catch (error) {
    return { error: { message: String(error) } }
  }
}

import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { heedsProxyVariables, type HttpRequest, type HttpResult } from '../../http.ts'
import type { SyncHttpAnswer, SyncHttpData, SyncHttpJob, SyncTalk } from './sync-http-worker.ts'
// oxlint-disable-next-line import/default -- the build turns the file into a module with a default export
import workerSource from './sync-http-worker.ts?source'

/** Added to the worker's own time-out, for a worker that does not start. */
const marginMs = 50

/** Makes requests for a thread whose event loop has ended: in a worker, while the thread is blocked. */
export class SyncHttp {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #answers = new Int32Array(new SharedArrayBuffer(4))
  #calls = 0

  /** @throws where no worker can be started */
  constructor(variables: NodeJS.ProcessEnv) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#worker = new Worker(workerSource, {
      eval: true,
      workerData: { port: port2, answers: this.#answers } satisfies SyncHttpData,
      transferList: [port2],
      // Without the preloads and the debugger of this process.
      execArgv: [],
      env: proxyVariables(variables),
    })
    this.#worker.unref()
    this.#port.unref()
  }

  /** Blocks until the request is answered or its time is over. */
  call(request: HttpRequest, timeoutMs: number): HttpResult {
    return this.#run({ request }, timeoutMs)
  }

  /**
   * Connects to a socket, writes a text and blocks until the answer contains another one.
   *
   * @returns whether it came in time
   */
  talk(socket: SyncTalk, timeoutMs: number): boolean {
    return !('error' in this.#run({ socket }, timeoutMs))
  }

  #run(what: Pick<SyncHttpJob, 'request' | 'socket'>, timeoutMs: number): HttpResult {
    this.#calls += 1
    const id = this.#calls
    const job: SyncHttpJob = { id, ...what, timeoutMs: Math.max(1, Math.floor(timeoutMs)) }
    this.#port.postMessage(job)
    const deadline = performance.now() + timeoutMs + marginMs
    for (let leftMs = timeoutMs + marginMs; leftMs > 0; leftMs = deadline - performance.now()) {
      const seen = Atomics.load(this.#answers, 0)
      const received = receiveMessageOnPort(this.#port)?.message as SyncHttpAnswer | undefined
      // An earlier call that timed out may be answered now.
      if (received?.id === id) return received.result
      if (received === undefined) Atomics.wait(this.#answers, 0, seen, leftMs)
    }
    return { error: { message: 'no answer in time' } }
  }

  /** Blocks the thread. */
  sleep(ms: number): void {
    if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
  }

  end(): void {
    this.#port.close()
    void this.#worker.terminate()
  }
}

/** Node's own proxy settings, where Node has them; nothing else of the environment. */
function proxyVariables(variables: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  const names = /^(NODE_USE_ENV_PROXY|HTTPS?_PROXY|NO_PROXY)$/i
  return {
    ...Object.fromEntries(Object.entries(variables).filter(([name]) => names.test(name))),
    ...(heedsProxyVariables(variables) && { NODE_USE_ENV_PROXY: '1' }),
  }
}

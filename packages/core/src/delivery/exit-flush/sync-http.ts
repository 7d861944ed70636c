import { MessageChannel, type MessagePort, receiveMessageOnPort, Worker } from 'node:worker_threads'
import { heedsProxyVariables } from '../../proxy-variables.ts'
import { classifyBroken } from '../../slack/errors.ts'
import type { HttpAnswer, HttpCall } from '../../slack/http-call.ts'
import type { Failure } from '../destination.ts'
import { relaySource } from './sync-http-source.ts'

/** What the worker says of a request without an answer. */
interface Broken {
  readonly broken: {
    readonly message: string
    readonly code: string | undefined
    readonly syscall: string | undefined
  }
}

/** The worker's own time-out comes first; this is for one that does not start. */
const marginMs = 50

/**
 * Makes requests for a thread whose event loop has ended: a worker does them, and the thread is blocked until each is answered.
 */
export class Relay {
  readonly #worker: Worker
  readonly #port: MessagePort
  readonly #answered = new Int32Array(new SharedArrayBuffer(4))
  #asked = 0

  /** @throws where no worker can be started */
  constructor(variables: NodeJS.ProcessEnv) {
    const { port1, port2 } = new MessageChannel()
    this.#port = port1
    this.#worker = new Worker(relaySource, {
      eval: true,
      workerData: { port: port2, answered: this.#answered },
      transferList: [port2],
      // What was preloaded or debugged in this process has no place there.
      execArgv: [],
      env: proxyVariables(variables),
    })
    this.#worker.unref()
    this.#port.unref()
  }

  /** Blocks until the request is answered, or as long as it may take. */
  call(call: HttpCall, timeoutMs: number): HttpAnswer | Failure {
    this.#port.postMessage({ call, timeoutMs: Math.max(1, Math.floor(timeoutMs)) })
    this.#asked += 1
    Atomics.wait(this.#answered, 0, this.#asked - 1, timeoutMs + marginMs)
    const received = receiveMessageOnPort(this.#port)
    const answer = received?.message as HttpAnswer | Broken | undefined
    if (answer === undefined) return classifyBroken(new Error('no answer in time'))
    if (!('broken' in answer)) return answer
    const { message, code, syscall } = answer.broken
    return classifyBroken(Object.assign(new Error(message), { code, syscall }))
  }

  end(): void {
    this.#port.close()
    void this.#worker.terminate()
  }
}

/** Blocks the thread. */
export function sleepBlocking(ms: number): void {
  if (ms > 0) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, ms)
}

/** Node's own proxy settings, where Node has them; nothing else of the environment. */
function proxyVariables(variables: NodeJS.ProcessEnv): Record<string, string> {
  const names = ['NODE_USE_ENV_PROXY', 'HTTP_PROXY', 'HTTPS_PROXY', 'NO_PROXY']
  const found: Record<string, string> = {}
  for (const name of [...names, ...names.map((each) => each.toLowerCase())]) {
    const value = variables[name]
    if (value !== undefined) found[name] = value
  }
  if (heedsProxyVariables(variables)) found['NODE_USE_ENV_PROXY'] = '1'
  return found
}

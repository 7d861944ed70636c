import { Worker } from 'node:worker_threads'
import type { ActionConnection, ActionReceiver } from '../../delivery/destination.ts'
import type { Clock, Timer } from '../../environment.ts'
import { classifyCode } from '../errors.ts'
import type { SocketModeData, SocketModeReport } from './socket-mode-worker.ts'
// oxlint-disable-next-line import/default -- the build turns the file into a module with a default export
import workerSource from './socket-mode-worker.ts?source'

export interface SocketModeDeps extends SocketModeData {
  readonly clock: Clock
  readonly receiver: ActionReceiver
}

/** A connection on which nothing arrives for so long is replaced, in milliseconds. Slack pings every few seconds. */
const silentMs = 60_000
/** The pause before another connection: doubled each time, from the first to the last, in milliseconds. */
const minPauseMs = 1000
const maxPauseMs = 5 * 60_000
/** A connection that lasted for so long was a good one, in milliseconds. */
const stableMs = 10_000
/** The pause after Slack counted too many connections of the app, in milliseconds. */
const restMs = 10 * 60_000

/**
 * The connection of Socket Mode, and the next one when it ends. Slack's client runs in a worker of its own: loading it blocks a thread for a
 * tenth of a second, its sockets and timers would keep the process alive, and what it leaves open ends with the worker.
 */
export class SocketMode implements ActionConnection {
  readonly #deps: SocketModeDeps
  #worker: Worker | undefined
  #timer: Timer | undefined
  #pauseMs = minPauseMs
  #helloAt: number | undefined
  #lastTrouble: string | undefined
  #isRefused = false
  #isOver = false

  constructor(deps: SocketModeDeps) {
    this.#deps = deps
    this.#start()
  }

  get isRefused(): boolean {
    return this.#isRefused
  }

  end(): void {
    this.#isOver = true
    this.#stop()
  }

  #start(): void {
    if (this.#isOver) return
    const { client, appToken, slackApiUrl, proxy } = this.#deps
    this.#helloAt = undefined
    let worker: Worker
    try {
      worker = new Worker(workerSource, {
        eval: true,
        workerData: { client, appToken, slackApiUrl, proxy } satisfies SocketModeData,
        // Without the preloads and the debugger of this process.
        execArgv: [],
        stdout: true,
        stderr: true,
      })
    } catch (error) {
      this.#ended(String(error))
      return
    }
    this.#worker = worker
    const isCurrent = (): boolean => this.#worker === worker
    worker.on('message', (report: SocketModeReport) => {
      if (isCurrent()) this.#read(report)
    })
    worker.on('error', (error) => {
      if (isCurrent()) this.#ended(error.message)
    })
    worker.on('exit', () => {
      if (isCurrent()) this.#ended('the worker ended')
    })
    worker.unref()
    this.#watch()
  }

  #read(report: SocketModeReport): void {
    this.#watch()
    const { receiver, clock } = this.#deps
    switch (report.kind) {
      case 'hello':
        this.#helloAt = clock.now()
        this.#lastTrouble = undefined
        this.#isRefused = false
        break
      case 'frame':
        break
      case 'reaction':
        receiver.onMarked()
        break
      case 'action':
        receiver.onAction(report.action)
        break
      case 'ended':
        this.#ended(report.reason, report.code)
    }
  }

  /** Replaces a connection that has become silent, or does not come about. */
  #watch(): void {
    this.#timer?.cancel()
    this.#timer = this.#deps.clock.setTimer(
      () => this.#ended('nothing arrived for a minute'),
      silentMs,
    )
  }

  #ended(reason: string, code?: string): void {
    this.#stop()
    if (this.#isOver) return
    const { clock } = this.#deps
    const lasted = this.#helloAt === undefined ? 0 : clock.now() - this.#helloAt
    if (lasted >= stableMs) this.#pauseMs = minPauseMs
    const isRefused =
      code === 'link_disabled' ||
      (code !== undefined && classifyCode(code).status === 'stopDestination')
    if (isRefused) this.#isRefused = true
    const pauseMs = this.#pauseAfter(code, isRefused)
    const isExpected = code === 'warning' || code === 'refresh_requested'
    if (!isExpected) this.#report(reason, pauseMs)
    this.#timer = clock.setTimer(() => this.#start(), pauseMs)
  }

  #pauseAfter(code: string | undefined, isRefused: boolean): number {
    if (code === 'too_many_websockets') return restMs
    if (isRefused) return maxPauseMs
    const pauseMs = this.#pauseMs
    this.#pauseMs = Math.min(2 * pauseMs, maxPauseMs)
    return pauseMs
  }

  /** Once, until a connection works again. */
  #report(reason: string, pauseMs: number): void {
    if (this.#lastTrouble === reason) return
    this.#lastTrouble = reason
    const pause = pauseMs < 60_000 ? `${pauseMs / 1000} s` : `${Math.round(pauseMs / 60_000)} min`
    this.#deps.receiver.onTrouble(`Socket Mode: ${reason}; connecting again in ${pause}`)
  }

  #stop(): void {
    this.#timer?.cancel()
    this.#timer = undefined
    const worker = this.#worker
    this.#worker = undefined
    if (worker === undefined) return
    worker.on('error', () => undefined)
    void worker.terminate()
  }
}

import type { SinkEnvironment } from './environment.ts'

const gapMs = 60_000

/** Says on stderr what a person should know, one line a minute at most; of those that came too soon, the last one. */
export class SelfReport {
  readonly #environment: SinkEnvironment
  #saidAt = Number.NEGATIVE_INFINITY
  #held: string | undefined
  #isTimerSet = false

  constructor(environment: SinkEnvironment) {
    this.#environment = environment
  }

  say(line: string): void {
    const { clock } = this.#environment
    const restMs = this.#saidAt + gapMs - clock.now()
    if (restMs > 0) {
      this.#held = line
      if (!this.#isTimerSet) clock.setTimer(() => this.sayHeld(), restMs)
      this.#isTimerSet = true
      return
    }
    this.#write(line)
  }

  /** Says what had to wait: its time has come, or there is no more time. */
  sayHeld(): void {
    this.#isTimerSet = false
    const line = this.#held
    this.#held = undefined
    if (line !== undefined) this.#write(line)
  }

  #write(line: string): void {
    this.#saidAt = this.#environment.clock.now()
    this.#environment.writeStderr(`[slack-logger] ${line}`)
  }
}

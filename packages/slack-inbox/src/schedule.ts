import type { Clock } from './clock.ts'

/** How many messages may be scheduled for one channel within five minutes. */
const maxScheduled = 30
const windowSeconds = 300

interface Scheduled {
  readonly id: string
  readonly channel: string
  readonly postAt: number
}

/** Messages that wait for their time. */
export class Schedule {
  readonly #clock: Clock
  readonly #waiting = new Map<string, Scheduled>()
  #lastId = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** Whether there are too many around `postAt`, in seconds since 1970, already. */
  isFull(channel: string, postAt: number): boolean {
    const near = [...this.#waiting.values()].filter(
      (each) => each.channel === channel && Math.abs(each.postAt - postAt) < windowSeconds,
    )
    return near.length >= maxScheduled
  }

  /** Calls `post` at `postAt`, in seconds since 1970, and tells the id. */
  add(channel: string, postAt: number, post: () => void): string {
    this.#lastId += 1
    const id = `Q${String(this.#lastId).padStart(10, '0')}`
    this.#waiting.set(id, { id, channel, postAt })
    this.#wait(id, postAt * 1000, post)
    return id
  }

  clear(): void {
    this.#waiting.clear()
  }

  #wait(id: string, dueAt: number, post: () => void): void {
    // The longest delay that setTimeout knows is 24.8 days; Slack schedules up to 120.
    const delayMs = Math.min(dueAt - this.#clock.now(), 2_000_000_000)
    this.#clock.setTimer(() => {
      if (!this.#waiting.has(id)) return
      if (this.#clock.now() < dueAt) {
        this.#wait(id, dueAt, post)
        return
      }
      this.#waiting.delete(id)
      post()
    }, delayMs)
  }
}

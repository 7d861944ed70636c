/** Hands out `ts`: the time in microseconds, one more than the last where the clock stands still. */
export class TsCounter {
  #lastMicros = 0

  next(nowMs: number): string {
    this.#lastMicros = Math.max(this.#lastMicros + 1, Math.floor(nowMs) * 1000)
    const seconds = Math.floor(this.#lastMicros / 1_000_000)
    return `${seconds}.${String(this.#lastMicros % 1_000_000).padStart(6, '0')}`
  }

  /** Makes every later `ts` younger than this one, which came from an earlier run. */
  startAfter(ts: string): void {
    const [seconds = '0', micros = '0'] = ts.split('.')
    this.#lastMicros = Math.max(this.#lastMicros, Number(seconds) * 1_000_000 + Number(micros))
  }
}

const firstMs = 1000
const maxMs = 30_000

/**
 * How long to wait before the next attempt, in milliseconds: doubling from 1 to 30 seconds, with full jitter above half.
 *
 * @param attempts made so far, from 1 up
 * @param random from 0 to 1
 */
export function backoffMs(attempts: number, random: number): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** (attempts - 1))
  return ceiling / 2 + (ceiling / 2) * random
}

import type { MinuteCounts } from '../impact.ts'

/** A bucket that stands out. */
export interface Spike {
  /** Occurrences in the last five minutes. */
  readonly latest: number
  /** In five minutes as they usually are. */
  readonly usual: number
}

const bucketMinutes = 5
const minFilledBuckets = 6
const minFactor = 5
const minLatest = 30

/** The hour before, in buckets; one for all, since this runs for each occurrence of a flood. */
const buckets = new Uint32Array(12)

/**
 * Whether the last five minutes stand out of the hour before them: at least five times their median, and at least 30. The hour
 * must have something to compare with, or each second burst would be a spike.
 */
export function findSpike(counts: MinuteCounts, now: number): Spike | undefined {
  const latest = counts.sum(bucketMinutes, now)
  if (latest < minLatest) return undefined
  for (let bucket = 0; bucket < buckets.length; bucket += 1) {
    buckets[bucket] = counts.sum(bucketMinutes, now, (bucket + 1) * bucketMinutes)
  }
  const usual = medianOfFilled()
  return usual !== undefined && latest >= minFactor * usual ? { latest, usual } : undefined
}

/** The median of the buckets in which anything happened; `undefined` if they are too few. */
function medianOfFilled(): number | undefined {
  buckets.sort()
  const firstFilled = buckets.findIndex((count) => count > 0)
  const filled = firstFilled === -1 ? 0 : buckets.length - firstFilled
  if (filled < minFilledBuckets) return undefined
  const middle = firstFilled + filled / 2
  const low = buckets[Math.ceil(middle) - 1] ?? 0
  const high = buckets[Math.floor(middle)] ?? 0
  return (low + high) / 2
}

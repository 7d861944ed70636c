/** Shares between 0 and 1, as far as a set has them. */
export interface GroupingShares {
  /** Of the pairs of one problem, how many share a fingerprint: the recall. */
  readonly kept?: number
  /** Of the pairs of different problems, how many do not. */
  readonly apart?: number
  /** Of the pairs that share a fingerprint, how many are one problem. */
  readonly precision?: number
  /** Of the lines of a log, how many are in a group that is exactly their template. */
  readonly accuracy?: number
  /** The same in the least favourable of ten orders of the lines. */
  readonly anyOrder?: number
  /** The same of groups instead of lines, as F1, so that a rare template counts as much as a frequent one. */
  readonly groupAccuracy?: number
}

/** A row of the table that `npm run grouping` prints. */
export interface GroupingScore extends GroupingShares {
  readonly set: string
  /** Pairs, or lines of a log. */
  readonly size: number
  /** What the tests hold. */
  readonly atLeast: GroupingShares
}

/** What each other module of this folder exports; `npm run grouping` and `sets.test.ts` measure all of them. */
export interface GroupingSet {
  readonly name: string
  readonly measure: () => Promise<readonly GroupingScore[]> | readonly GroupingScore[]
}

/** A record that was grouped. */
export interface KeyedRecord {
  /** The same for records of one problem. */
  readonly problem: string
  readonly key: string
}

interface Comparison<R extends KeyedRecord> {
  readonly set: string
  readonly records: readonly R[]
  /** Which pairs are compared; all by default. */
  readonly isCompared?: (first: R, second: R) => boolean
  readonly atLeast: GroupingShares
}

/** Compares records two by two. */
export function comparePairs<R extends KeyedRecord>({
  set,
  records,
  isCompared = () => true,
  atLeast,
}: Comparison<R>): GroupingScore {
  let same = 0
  let kept = 0
  let different = 0
  let apart = 0
  for (const [index, first] of records.entries()) {
    for (const second of records.slice(index + 1)) {
      if (!isCompared(first, second)) continue
      const isSharing = first.key === second.key
      if (first.problem === second.problem) {
        same += 1
        if (isSharing) kept += 1
      } else {
        different += 1
        if (!isSharing) apart += 1
      }
    }
  }
  const precision = share(kept, kept + different - apart)
  const shares = { kept: share(kept, same), apart: share(apart, different), precision }
  return { set, size: same + different, ...shares, atLeast }
}

const share = (part: number, whole: number): number => (whole === 0 ? 1 : part / whole)

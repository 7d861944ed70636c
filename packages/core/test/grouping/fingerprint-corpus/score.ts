import type { CapturedError, Pair } from './corpus.ts'

/** How well a key groups records of the same problem. */
export interface Score {
  readonly pairs: number
  /** Of the pairs that share a key, how many are the same problem. */
  readonly precision: number
  /** Of the pairs that are the same problem, how many share a key. */
  readonly recall: number
  /** How many pairs are grouped correctly, of all. */
  readonly rightShare: number
}

export function scoreOf(pairs: readonly Pair[], keyOf: (error: CapturedError) => string): Score {
  let sharing = 0
  let same = 0
  let sharingAndSame = 0
  let right = 0
  for (const { first, second, isSame } of pairs) {
    const isSharing = keyOf(first) === keyOf(second)
    if (isSharing) sharing += 1
    if (isSame) same += 1
    if (isSharing && isSame) sharingAndSame += 1
    if (isSharing === isSame) right += 1
  }
  return {
    pairs: pairs.length,
    precision: sharing === 0 ? 1 : sharingAndSame / sharing,
    recall: same === 0 ? 1 : sharingAndSame / same,
    rightShare: right / pairs.length,
  }
}

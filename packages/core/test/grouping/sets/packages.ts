import { readFileSync } from 'node:fs'
import { Fingerprinter } from '../../../src/grouping/fingerprint.ts'
import { comparePairs, type GroupingScore } from './grouping-set.ts'

interface CapturedFailure {
  readonly node: number
  /** The package and why it failed. */
  readonly problem: string
  readonly error: unknown
}

export const name = 'packages'

/** Every failure with every other, with other values and in the next release. */
export function measure(): readonly GroupingScore[] {
  const file = new URL('../packages/captured.ndjson', import.meta.url)
  const fingerprinter = new Fingerprinter()
  const records = readFileSync(file, 'utf8')
    .trim()
    .split('\n')
    .map((line) => {
      const { error, ...labels } = JSON.parse(line) as CapturedFailure
      return { ...labels, key: fingerprinter.of({ message: '', error }) }
    })
  return [
    comparePairs({
      set: 'failing packages: deploys',
      records,
      isCompared: (first, second) => first.node === second.node,
      atLeast: { kept: 0.97, precision: 0.97 },
    }),
    comparePairs({
      set: 'failing packages: Node 20 and 24',
      records,
      isCompared: (first, second) => first.node !== second.node,
      atLeast: { kept: 0.9, precision: 0.97 },
    }),
  ]
}

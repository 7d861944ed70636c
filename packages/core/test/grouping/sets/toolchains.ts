import { readFileSync } from 'node:fs'
import { Fingerprinter } from '../../../src/grouping/fingerprint.ts'
import {
  comparePairs,
  type GroupingScore,
  type GroupingShares,
  type KeyedRecord,
} from './grouping-set.ts'

interface CapturedProblem {
  readonly toolchain: string
  readonly release: number
  /** The name of the problem: what one statement throws for one reason. */
  readonly problem: string
  readonly error: unknown
}

type BuiltRecord = KeyedRecord & Pick<CapturedProblem, 'toolchain' | 'release'>

export const name = 'toolchains'

/** Which of its names and files a stack still has. */
type Group = 'files and names' | 'bundles' | 'ES5' | 'minified'

/** Of these, not all is left: a bundle is one file, what awaits has no name in ES5, and minifiers rename all but properties. */
const groups: Readonly<Record<string, Group>> = {
  esbuild: 'bundles',
  'esbuild minified, names kept': 'bundles',
  rollup: 'bundles',
  'webpack unminified': 'bundles',
  'tsc es5': 'ES5',
  'swc es5': 'ES5',
  'babel es5': 'ES5',
  'esbuild minified': 'minified',
  'esbuild minified maps': 'minified',
  'rollup terser': 'minified',
  webpack: 'minified',
  'webpack maps': 'minified',
}

const isMinified = ({ toolchain }: BuiltRecord): boolean =>
  groups[toolchain] === 'minified' || toolchain === 'esbuild minified, names kept'

const groupOf = ({ toolchain }: BuiltRecord): Group => groups[toolchain] ?? 'files and names'

export function measure(): readonly GroupingScore[] {
  const records = readRecords()
  const deploysOf = (group: Group, apart: number): GroupingScore =>
    comparePairs({
      set: `deploys: ${group}`,
      records: records.filter((record) => groupOf(record) === group),
      isCompared: (first, second) => first.toolchain === second.toolchain,
      atLeast: { kept: 0.99, apart },
    })
  const released = records.filter(({ release }) => release === 1)
  const acrossAll = (
    set: string,
    atLeast: GroupingShares,
    isOf: (record: BuiltRecord) => boolean,
  ): GroupingScore =>
    comparePairs({
      set: `across toolchains: ${set}`,
      records: released.filter(isOf),
      isCompared: (first, second) => first.toolchain !== second.toolchain,
      atLeast,
    })
  const acrossOf = (group: Group, kept: number, apart = 1): GroupingScore =>
    acrossAll(group, { kept, apart }, (record) => groupOf(record) === group)
  return [
    deploysOf('files and names', 1),
    deploysOf('bundles', 1),
    deploysOf('ES5', 0.99),
    deploysOf('minified', 0.99),
    acrossOf('files and names', 0.98),
    acrossOf('bundles', 0.83),
    acrossOf('ES5', 0.88, 0.99),
    acrossOf('minified', 0.43, 0.99),
    acrossAll('all unminified', { kept: 0.57, apart: 0.99 }, (record) => !isMinified(record)),
    acrossAll('all unminified but ES5', { kept: 0.67, apart: 1 }, (record) => {
      return !isMinified(record) && groupOf(record) !== 'ES5'
    }),
    acrossAll('all', { kept: 0.36, apart: 0.99 }, () => true),
  ]
}

function readRecords(): readonly BuiltRecord[] {
  const file = new URL('../toolchains/captured.ndjson', import.meta.url)
  const fingerprinter = new Fingerprinter()
  const lines = readFileSync(file, 'utf8').trim().split('\n')
  return lines.map((line) => {
    const { error, ...labels } = JSON.parse(line) as CapturedProblem
    return { ...labels, key: fingerprinter.of({ message: '', error }) }
  })
}

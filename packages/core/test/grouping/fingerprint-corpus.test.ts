import { execFile } from 'node:child_process'
import path from 'node:path'
import { promisify } from 'node:util'
import { beforeAll, describe, expect, test } from 'vitest'
import { Fingerprinter, requestKey } from '../../src/grouping/fingerprint.ts'
import {
  corpusFolder,
  kindsApart,
  messageOf,
  pairsOf,
  readCorpus,
  readLines,
  typeOf,
  type CapturedError,
} from './fingerprint-corpus/corpus.ts'
import { scoreOf, type Score } from './fingerprint-corpus/score.ts'

/** Computes each error's key once. */
function keysOf(errors: readonly CapturedError[], keyOf: (error: CapturedError) => string) {
  const keys = new Map(errors.map((error) => [error, keyOf(error)]))
  return (error: CapturedError): string => keys.get(error) ?? ''
}

function fingerprintsOf(errors: readonly CapturedError[]) {
  const fingerprinter = new Fingerprinter()
  return keysOf(errors, ({ error }) => fingerprinter.of({ message: '', error }))
}

describe('errors of real programs on Node 20, 22 and 24, in two module formats and through two bundlers', () => {
  const errors = readCorpus()
  const pairs = pairsOf(errors)
  const counted = pairs.filter(({ kind }) => !kindsApart.has(kind))
  const keys = {
    fingerprint: fingerprintsOf(errors),
    // As if each program were one endpoint.
    'request key': keysOf(errors, ({ program, error }) =>
      requestKey('GET', `/${program}`, typeOf(error)),
    ),
    'type + message': keysOf(errors, ({ error }) => `${typeOf(error)}: ${messageOf(error)}`),
  }

  beforeAll(() => {
    const kinds = [...new Set(pairs.map(({ kind }) => kind))].toSorted()
    const shares = kinds.map((kind) => {
      const ofKind = pairs.filter((pair) => pair.kind === kind)
      const right = Object.values(keys).map((keyOf) => percent(scoreOf(ofKind, keyOf).rightShare))
      return [kind, String(ofKind.length), ...right]
    })
    print([['correct pairs', 'pairs', ...Object.keys(keys)], ...shares])
    print([
      ['key', 'precision', 'recall', 'pairs'],
      ...Object.entries(keys).map(([name, keyOf]) => show(name, scoreOf(counted, keyOf))),
      show(
        'fingerprint, across builds',
        scoreOf(
          pairs.filter(({ kind }) => kind === 'across builds'),
          keys.fingerprint,
        ),
      ),
    ])
  })

  test('what shares a fingerprint is the same problem, what is the same problem shares one', () => {
    const score = scoreOf(counted, keys.fingerprint)

    expect(score.pairs).toBeGreaterThanOrEqual(200)
    expect(score.precision).toBeGreaterThanOrEqual(0.99)
    expect(score.recall).toBeGreaterThanOrEqual(0.95)
  })

  test('bundles are grouped as well as sources', () => {
    const bundled = counted.filter(({ first }) => /esbuild|rollup/.test(first.build))
    const score = scoreOf(bundled, keys.fingerprint)

    expect(score.precision).toBeGreaterThanOrEqual(0.99)
    expect(score.recall).toBeGreaterThanOrEqual(0.95)
  })

  test('neither the request nor type and message group as well', () => {
    const [ours, byRequest, byMessage] = Object.values(keys).map((keyOf) => scoreOf(counted, keyOf))

    expect(ours?.precision).toBeGreaterThan(byRequest?.precision ?? 1)
    expect(ours?.recall).toBeGreaterThan(byMessage?.recall ?? 1)
  })
})

describe('errors thrown now', () => {
  const programs = ['aggregate', 'callbacks', 'charge', 'events', 'files', 'recursion', 'wrapped']

  test('have the fingerprints of those that were captured', async () => {
    const live = (await Promise.all(programs.map(run))).flat()
    const captured = readCorpus().filter(
      ({ program, build }) => programs.includes(program) && build === 'source',
    )

    const score = scoreOf(pairsOf([...live, ...captured]), fingerprintsOf([...live, ...captured]))

    expect(live.length).toBeGreaterThan(programs.length)
    expect(score.precision).toBeGreaterThanOrEqual(0.99)
    expect(score.recall).toBeGreaterThanOrEqual(0.95)
  })
})

async function run(program: string): Promise<readonly CapturedError[]> {
  const file = path.join(corpusFolder, 'programs', `${program}.mjs`)
  const preload = path.join(corpusFolder, 'report.cjs')
  const { stdout } = await promisify(execFile)(process.execPath, ['-r', preload, file, '9'])
  const node = Number.parseInt(process.versions.node, 10)
  return readLines(stdout).map((error) => ({
    ...error,
    program,
    node,
    build: 'source',
    release: 1,
    run: 9,
  }))
}

const show = (name: string, { precision, recall, pairs }: Score): readonly string[] => [
  name,
  precision.toFixed(4),
  recall.toFixed(4),
  String(pairs),
]

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`

function print(rows: readonly (readonly string[])[]): void {
  const lines = rows.map(([head = '', ...cells]) =>
    [head.padEnd(36), ...cells.map((cell) => cell.padStart(16))].join(''),
  )
  console.log(`${lines.join('\n')}\n`)
}

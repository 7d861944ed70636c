import { readFileSync } from 'node:fs'
import path from 'node:path'

/** An error as a program threw it, with what is known of where and why. */
export interface CapturedError {
  readonly program: string
  /** The statement that threw, or the call that failed. */
  readonly statement: string
  /** How the program came there: `'sync'`, `'after await'`, `'timer'`. */
  readonly way: string
  readonly build: string
  readonly release: number
  readonly node: number
  readonly run: number
  readonly error: unknown
}

/** Two errors of one program. */
export interface Pair {
  readonly first: CapturedError
  readonly second: CapturedError
  /** Whether the same statement threw both, with the same root cause. */
  readonly isSame: boolean
  readonly kind: string
}

export const corpusFolder: string = import.meta.dirname

export function readCorpus(): readonly CapturedError[] {
  return readLines(readFileSync(path.join(corpusFolder, 'captured.ndjson'), 'utf8'))
}

export function readLines(text: string): readonly CapturedError[] {
  return text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as CapturedError)
}

/** All pairs within each program. */
export function pairsOf(errors: readonly CapturedError[]): readonly Pair[] {
  return errors.flatMap((first, index) =>
    errors
      .slice(index + 1)
      .filter((second) => second.program === first.program)
      .map((second) => toPair(first, second)),
  )
}

function toPair(first: CapturedError, second: CapturedError): Pair {
  const isSame =
    first.statement === second.statement && rootOf(first.error) === rootOf(second.error)
  return { first, second, isSame, kind: kindOf(first, second, isSame) }
}

/** Kinds whose pairs no key without line numbers and minified names can separate, or that are of different builds: reported apart. */
export const kindsApart: ReadonlySet<string> = new Set([
  'across builds',
  'minified: one type, two functions',
  'two statements of one function',
])

function kindOf(first: CapturedError, second: CapturedError, isSame: boolean): string {
  if (buildOf(first) !== buildOf(second)) return 'across builds'
  if (isSame) return kindOfSame(first, second)
  if (first.program === 'two-statements') return 'two statements of one function'
  return kindOfDifferent(first, second)
}

/** Sources run as they are in every version of Node; of minified code each release is a build of its own. */
function buildOf({ build, release }: CapturedError): string {
  if (!/esbuild|rollup/.test(build)) return 'source'
  return build.endsWith('-min') ? `${build} ${release}` : build
}

function kindOfSame(first: CapturedError, second: CapturedError): string {
  if (first.program === 'callers') return 'same: through another caller'
  if (/esbuild|rollup/.test(first.build)) return `same: ${first.build}`
  const builds = [first.build, second.build]
  if (builds.includes('cjs') && first.build !== second.build) return 'same: ESM and CommonJS'
  if (first.build !== second.build) return 'same: shifted lines'
  if (first.node !== second.node) return 'same: Node 20, 22, 24'
  return first.way === second.way ? 'same: other values' : 'same: sync, async, timers'
}

function kindOfDifferent(first: CapturedError, second: CapturedError): string {
  if (first.statement === second.statement) return 'different: one place, two causes'
  const isOneType = typeOf(first.error) === typeOf(second.error)
  if (isOneType && first.build.endsWith('-min')) return 'minified: one type, two functions'
  return isOneType ? 'different: one type, two places' : 'different: two types'
}

interface SerializedError {
  readonly type?: string
  readonly message?: string
  readonly code?: string | number
  readonly cause?: unknown
  readonly errors?: readonly unknown[]
}

const asSerialized = (error: unknown): SerializedError =>
  typeof error === 'object' && error !== null
    ? error
    : { type: typeof error, message: String(error) }

/** Type and code of the deepest cause. */
function rootOf(error: unknown): string {
  const { cause, errors, type, code } = asSerialized(error)
  const next = cause ?? errors?.[0]
  return next === undefined ? `${type} ${code}` : rootOf(next)
}

export const typeOf = (error: unknown): string => asSerialized(error).type ?? 'object'

export const messageOf = (error: unknown): string => asSerialized(error).message ?? ''

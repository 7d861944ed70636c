import type { Subject } from '../incident/record-view.ts'
import { expectBoolean, expectParts, show } from './checks.ts'
import type { MatchOptions, Pattern } from './options.ts'

/** Whether a rule applies to a record. */
export type Matcher = (subject: Subject) => boolean

/** What does not change from record to record. */
export interface MatchContext {
  readonly service: string
  readonly environment: string | undefined
  readonly release: string | undefined
  /** The severity of a level's label. */
  readonly severityOf: (name: string, label: string | number) => number
}

type Condition = (subject: Subject) => boolean

const comparison = /^(>=|<=|>|<)\s*(.+)$/
const knownKeys = [
  'level',
  'logger',
  'service',
  'environment',
  'release',
  'errorType',
  'code',
  'status',
  'aborted',
  'method',
  'path',
  'message',
  'tag',
  'fields',
] as const satisfies readonly (keyof MatchOptions)[]

/**
 * Makes a rule's condition a function.
 *
 * @throws TypeError if it is wrong.
 */
export function resolveMatch(name: string, match: MatchOptions, context: MatchContext): Matcher {
  expectParts(name, match, knownKeys)
  const { level, status, aborted, fields = {} } = match
  const conditions: Condition[] = [
    ...constants(name, match, context),
    ...texts(name, match),
    ...Object.entries(fields).map(([field, pattern]) => {
      const matches = textMatcher(`${name}.fields.${field}`, pattern)
      return (subject: Subject) => matches(subject.field(field))
    }),
  ]
  if (level !== undefined) {
    const severityOf = (label: string | number) => context.severityOf(`${name}.level`, label)
    const matches = numberMatcher(`${name}.level`, level, severityOf)
    conditions.unshift(({ severity }) => matches(severity))
  }
  if (status !== undefined) {
    const matches = numberMatcher(`${name}.status`, status, Number)
    conditions.push((subject) => matches(subject.status))
  }
  if (aborted !== undefined) {
    const isWanted = expectBoolean(`${name}.aborted`, aborted)
    conditions.push((subject) => subject.isAborted === isWanted)
  }
  return (subject) => conditions.every((isMet) => isMet(subject))
}

/** What is the same for all records is decided once. */
function constants(name: string, match: MatchOptions, context: MatchContext): readonly Condition[] {
  const keys = ['service', 'environment', 'release'] as const
  return keys.flatMap((key) => {
    const pattern = match[key]
    if (pattern === undefined) return []
    const isMet = textMatcher(`${name}.${key}`, pattern)(context[key])
    return [() => isMet]
  })
}

function texts(name: string, match: MatchOptions): readonly Condition[] {
  const readers: Readonly<Record<string, (subject: Subject) => readonly (string | undefined)[]>> = {
    logger: ({ logger }) => [logger],
    errorType: ({ errorType }) => [errorType],
    code: ({ code }) => [code],
    method: ({ method }) => [method],
    path: ({ paths }) => paths,
    message: ({ message }) => [message],
    tag: ({ tags }) => tags,
  }
  return Object.entries(readers).flatMap(([key, read]) => {
    const pattern = match[key as 'logger']
    if (pattern === undefined) return []
    const matches = textMatcher(`${name}.${key}`, pattern)
    return [(subject: Subject) => read(subject).some(matches)]
  })
}

function textMatcher(
  name: string,
  pattern: Pattern | readonly Pattern[],
): (text: string | undefined) => boolean {
  const globs = toList(name, pattern).map((each) => createGlob(String(each)))
  return (text) => text !== undefined && globs.some((matches) => matches(text))
}

/** `'error'`, `'>=warn'`, `'<500'`, `404`; in a list any of them. */
function numberMatcher(
  name: string,
  pattern: Pattern | readonly Pattern[],
  toNumber: (label: string | number) => number,
): (value: number | undefined) => boolean {
  const tests = toList(name, pattern).map((each) => {
    const [, operator, operand] = comparison.exec(String(each)) ?? []
    const limit = toNumber(operand ?? each)
    if (Number.isNaN(limit)) {
      throw new TypeError(
        `Expected \`${name}\` to be a number or a comparison as in '<500', got ${JSON.stringify(each)}`,
      )
    }
    return comparisonWith(operator, limit)
  })
  return (value) => value !== undefined && tests.some((test) => test(value))
}

function comparisonWith(operator: string | undefined, limit: number): (value: number) => boolean {
  switch (operator) {
    case '>=':
      return (value) => value >= limit
    case '<=':
      return (value) => value <= limit
    case '>':
      return (value) => value > limit
    case '<':
      return (value) => value < limit
    default:
      return (value) => value === limit
  }
}

function toList(name: string, pattern: Pattern | readonly Pattern[]): readonly Pattern[] {
  const patterns: readonly unknown[] = Array.isArray(pattern) ? pattern : [pattern]
  if (patterns.length > 0 && patterns.every(isPattern)) return patterns
  throw new TypeError(
    `Expected \`${name}\` to be a text, a number or a list of them, got ${JSON.stringify(pattern)}`,
  )
}

function isPattern(each: unknown): each is Pattern {
  return typeof each === 'number' || (typeof each === 'string' && each !== '')
}

/** What is no alert unless the options say otherwise: the client's own mistakes, and clients that went away. */
export const defaultIgnore: readonly MatchOptions[] = [
  { level: '<fatal', status: '<500' },
  { level: '<fatal', aborted: true },
  { level: '<fatal', errorType: 'AbortError' },
]

/** @throws TypeError for the first wrong rule. */
export function resolveIgnore(
  ignore: readonly MatchOptions[] = defaultIgnore,
  context: MatchContext,
): Matcher {
  if (!Array.isArray(ignore)) {
    throw new TypeError(`Expected \`ignore\` to be a list, got ${show(ignore)}`)
  }
  const rules = ignore.map((match: MatchOptions, index) =>
    resolveMatch(`ignore[${index}]`, match, context),
  )
  return (subject) => rules.some((matches) => matches(subject))
}

/**
 * A test for texts that match a pattern, in which `*` stands for any run of characters. By searching and not by a regular
 * expression, whose time can grow with a power of the text's length.
 */
export function createGlob(pattern: string): (text: string) => boolean {
  const [start = '', ...rest] = pattern.split('*')
  const end = rest.pop()
  if (end === undefined) return (text) => text === pattern
  return (text) => {
    if (!text.startsWith(start)) return false
    let from = start.length
    for (const part of rest) {
      const at = text.indexOf(part, from)
      if (at === -1) return false
      from = at + part.length
    }
    return text.length - end.length >= from && text.endsWith(end)
  }
}

import type { RecordView } from '../incident/record-view.ts'
import { type Levels, namedSeverity } from './levels.ts'
import type { MatchOptions, Pattern } from './options.ts'

/** Whether a route or an ignore rule applies to a record. */
export type Matcher = (view: RecordView) => boolean

/** What is the same for all records of a sink. */
export interface MatchContext {
  readonly service: string
  readonly environment: string | undefined
  readonly release: string | undefined
  readonly levels: Levels
}

/** Records that do not alert by default, unless fatal: this service's answers below 500, and requests that the client aborted. */
export const defaultIgnore: readonly MatchOptions[] = [
  { level: '<fatal', status: '<500' },
  { level: '<fatal', aborted: true },
]

/** @throws TypeError for a rule without conditions, which would ignore every record. */
export function resolveIgnore(
  ignore: readonly MatchOptions[] = defaultIgnore,
  context: MatchContext,
): Matcher {
  const rules = ignore.map((match, index) => {
    const conditions = conditionsOf(match, context)
    if (conditions.length > 0) return conditions
    throw new TypeError(`Expected \`ignore[${index}]\` to have a condition, got none`)
  })
  return (view) => {
    for (const conditions of rules) if (holdAll(conditions, view)) return true
    return false
  }
}

/** A matcher for records that meet all conditions. */
export function resolveMatch(match: MatchOptions, context: MatchContext): Matcher {
  const conditions = conditionsOf(match, context)
  return (view) => holdAll(conditions, view)
}

/** A loop, since each record goes through here, and a function in it would be created anew. */
function holdAll(conditions: readonly Matcher[], view: RecordView): boolean {
  for (const holds of conditions) if (!holds(view)) return false
  return true
}

function conditionsOf(match: MatchOptions, context: MatchContext): readonly Matcher[] {
  const { service, environment, release, levels } = context
  const { aborted, fields = {} } = match
  const severityOf = (operand: Pattern): number => namedSeverity(operand, levels) ?? Number.NaN
  return [
    condition(match.level, comparisonWith(severityOf), ({ severity }) => severity),
    condition(match.logger, createGlob, ({ logger }) => logger),
    condition(match.service, createGlob, () => service),
    condition(match.environment, createGlob, () => environment),
    condition(match.release, createGlob, () => release),
    condition(match.errorType, createGlob, ({ errorType }) => errorType),
    condition(match.code, createGlob, ({ code }) => code),
    condition(match.status, comparisonWith(Number), ({ status }) => status),
    condition(match.method, createGlob, ({ method }) => method),
    condition(match.path, createGlob, ({ paths }) => paths),
    condition(match.message, createGlob, ({ message }) => message),
    condition(match.tag, createGlob, ({ tags }) => tags),
    ...Object.entries(fields).map(([name, patterns]) =>
      condition(patterns, createGlob, (view) => view.field(name)),
    ),
    aborted === undefined ? undefined : (view: RecordView) => view.isAborted === aborted,
  ].filter((each) => each !== undefined)
}

/** Holds if any pattern matches the value, or one of the values; undefined without patterns. */
function condition<Value extends string | number>(
  patterns: Pattern | readonly Pattern[] | undefined,
  compile: (pattern: Pattern) => (value: Value) => boolean,
  read: (view: RecordView) => Value | readonly Value[] | undefined,
): Matcher | undefined {
  if (patterns === undefined) return undefined
  const tests = [patterns].flat().map(compile)
  const [first] = tests
  // Each record of the alert level goes through here; without the loop, a repeated one takes 8 % less.
  const matches =
    first !== undefined && tests.length === 1
      ? first
      : (value: Value): boolean => tests.some((test) => test(value))
  return (view) => {
    const value = read(view)
    if (typeof value === 'object') return value.some(matches)
    return value !== undefined && matches(value)
  }
}

const comparison = /^(>=|<=|>|<)\s*(.+)$/

/** The parts of a pattern such as `'>=warn'`; without an operator, the operand is the whole pattern. */
export function readComparison(pattern: Pattern): {
  readonly operator: string | undefined
  readonly operand: Pattern
} {
  const [, operator, operand] = comparison.exec(String(pattern)) ?? []
  return { operator, operand: operand ?? pattern }
}

function comparisonWith(toNumber: (operand: Pattern) => number) {
  return (pattern: Pattern): ((value: number) => boolean) => {
    const { operator, operand } = readComparison(pattern)
    const limit = toNumber(operand)
    if (operator === '>=') return (value) => value >= limit
    if (operator === '<=') return (value) => value <= limit
    if (operator === '>') return (value) => value > limit
    if (operator === '<') return (value) => value < limit
    return (value) => value === limit
  }
}

/**
 * A test for texts that match a pattern, in which `*` stands for any run of characters. By searching and not by a regular
 * expression, whose time can grow with a power of the text's length.
 */
function createGlob(pattern: Pattern): (text: string) => boolean {
  const whole = String(pattern)
  const [start = '', ...rest] = whole.split('*')
  const end = rest.pop()
  if (end === undefined) return (text) => text === whole
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

import { severityOf } from './event/level.ts'
import type { SlackOptions } from './options.ts'
import { expectEntries, expectNumber, show } from './option-checks.ts'

/** The severities of the logger's own levels. */
export function expectLevels(
  levels: SlackOptions['levels'] = {},
): Readonly<Record<string, number>> {
  return expectEntries('levels', levels, 'number')
}

const standardLevels = new Set(
  'trace debug info warn error fatal silly verbose http emerg alert crit critical warning notice'.split(
    ' ',
  ),
)

/** The severity that an option names, by number or label. */
export function expectLevel(
  name: string,
  level: string | number,
  levels: Readonly<Record<string, number>>,
): number {
  if (typeof level === 'number') return expectNumber(name, level, { min: 0 })
  const own = levels[level]
  if (own !== undefined) return own
  if (typeof level === 'string' && standardLevels.has(level.toLowerCase())) return severityOf(level)
  const known = [...Object.keys(levels), 'trace', 'debug', 'info', 'warn', 'error', 'fatal']
  throw new TypeError(
    `Expected \`${name}\` to be a number or one of ${known.map((label) => `'${label}'`).join(', ')}, got ${show(level)}`,
  )
}

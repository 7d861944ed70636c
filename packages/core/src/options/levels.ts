import { expectEntries, expectNumber, show } from './checks.ts'
import type { SlackOptions } from './options.ts'

/** Severity of a label nobody knows: as loud as an error, because silence would be the worse mistake. */
const unknownSeverity = 50

/** From this severity on the process itself is in danger. */
const fatalSeverity = 60

/** Every label of pino, npm and winston, syslog, log4j and Python's logging, on pino's scale. */
const severities: ReadonlyMap<string, number> = new Map([
  ['silly', 10],
  ['trace', 10],
  ['all', 10],
  // Google Cloud's word for no severity at all.
  ['default', 10],
  ['debug', 20],
  ['fine', 20],
  ['verbose', 25],
  ['http', 28],
  ['data', 28],
  ['info', 30],
  ['information', 30],
  ['informational', 30],
  ['log', 30],
  ['success', 30],
  ['notice', 35],
  ['prompt', 35],
  ['input', 35],
  ['help', 35],
  ['warn', 40],
  ['warning', 40],
  ['err', 50],
  ['error', 50],
  ['severe', 50],
  ['crit', 60],
  ['critical', 60],
  ['alert', 60],
  ['emerg', 60],
  ['emergency', 60],
  ['panic', 60],
  ['fatal', 60],
])

/**
 * How severe a level is, on pino's scale: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
 *
 * Knows the labels of pino, npm and winston, and syslog in any case, and pino's numbers; anything else counts as an error.
 */
export function severityOf(level: string): number {
  const label = level.trim().toLowerCase()
  const known = severities.get(label)
  if (known !== undefined) return known
  return /^\d{1,3}$/.test(label) ? Number(label) : unknownSeverity
}

/** True for a record after which the process may be gone. */
export function isFatal(severity: number): boolean {
  return severity >= fatalSeverity
}

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

import { stripVTControlCharacters } from 'node:util'

/** Severities by label, on pino's scale. */
export type Levels = Readonly<Record<string, number>>

/** An unknown label counts as an error, because a missed alert is worse than one too many. */
const unknownSeverity = 50

const fatalSeverity = 60

/** The labels of pino, npm and winston, syslog, log4j, Python's logging, Google Cloud, consola, signale, log4js and Next, by severity. */
const labels: Readonly<Record<number, string>> = {
  10: 'silly trace all default finest',
  20: 'debug fine finer',
  25: 'verbose',
  28: 'http data timing',
  30: 'info information informational log success ready start box note star fav complete pending pause await wait watch event mark',
  35: 'notice prompt input help',
  40: 'warn warning',
  50: 'err error severe',
  60: 'crit critical alert emerg emergency panic fatal',
}

const severities: ReadonlyMap<string, number> = new Map(
  Object.entries(labels).flatMap(([severity, names]) =>
    names.split(' ').map((name) => [name, Number(severity)] as const),
  ),
)

/**
 * The severity of a level that loggers have in common, on pino's scale: 10 trace, 20 debug, 30 info, 40 warn, 50 error, 60 fatal.
 *
 * @param label in any case, as in `'notice'`, `'crit'` or `'WARNING'`
 * @returns `undefined` for a logger's own level
 */
export function severityOfLabel(label: string): number | undefined {
  // winston's `format.colorize` colors the label itself.
  const text = label.startsWith('\u001B') ? stripVTControlCharacters(label) : label
  return severities.get(text.trim().toLowerCase())
}

/** The severity of a level. Takes also pino's numbers; anything that is not known counts as an error. */
export function severityOf(level: string): number {
  const known = severityOfLabel(level)
  if (known !== undefined) return known
  const text = level.trim()
  return /^\d{1,3}$/.test(text) ? Number(text) : unknownSeverity
}

/** Whether the process may end right after such a record. */
export function isFatal(severity: number): boolean {
  return severity >= fatalSeverity
}

/** The labels of pino's own levels, and of bunyan's. */
export const pinoLabels: Readonly<Record<number, string>> = {
  10: 'trace',
  20: 'debug',
  30: 'info',
  40: 'warn',
  50: 'error',
  60: 'fatal',
}

/** Labels that options may use besides the logger's own, in any case. */
const standardLabels: ReadonlySet<string> = new Set(
  'trace debug info warn error fatal silly verbose http emerg alert crit critical warning notice'.split(
    ' ',
  ),
)

/** The severity of a level in the options: a number, one of the logger's own labels, or a standard one. Else undefined. */
export function namedSeverity(level: unknown, levels: Levels): number | undefined {
  if (typeof level === 'number') return level >= 0 && Number.isFinite(level) ? level : undefined
  if (typeof level !== 'string') return undefined
  if (Object.hasOwn(levels, level)) return levels[level]
  return standardLabels.has(level.toLowerCase()) ? severityOf(level) : undefined
}

/** What a level in the options may be, in words. */
export function levelNames(levels: Levels): string {
  const known = [...Object.keys(levels), 'trace', 'debug', 'info', 'warn', 'error', 'fatal']
  return `a number or one of ${known.map((label) => `'${label}'`).join(', ')}`
}

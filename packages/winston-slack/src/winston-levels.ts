/** A logger's levels as winston has them: 0 is the most severe. */
export type WinstonLevels = Readonly<Record<string, number>>

/** On pino's scale, which the core uses. */
const severities: Readonly<Record<string, number>> = {
  emerg: 60,
  alert: 60,
  crit: 60,
  fatal: 60,
  error: 50,
  warning: 40,
  warn: 40,
  notice: 35,
  info: 30,
  http: 25,
  verbose: 20,
  debug: 20,
  silly: 10,
}

/** The severity from which on the core alerts. */
export function alertSeverityOf(alertLevel: string): number {
  return severities[alertLevel] ?? 50
}

/**
 * The severity of a level, on the side of the alert level on which the logger's own order has it.
 *
 * @param levels the logger's levels
 */
export function severityIn(
  levels: WinstonLevels,
  given: { readonly level: string; readonly alertLevel: string },
): number {
  const threshold = alertSeverityOf(given.alertLevel)
  const isAlert = (levels[given.level] ?? 0) <= (levels[given.alertLevel] ?? 0)
  const usual = severities[given.level]
  return isAlert ? Math.max(usual ?? threshold, threshold) : Math.min(usual ?? 0, threshold - 1)
}

import { currentScope, wantScopes } from './context/request-scope.ts'

/** What `requestContext` accepts. */
export interface RequestContextOptions {
  /**
   * The levels whose lines carry the request itself; every line carries its ids.
   *
   * @default ['error', 'crit', 'alert', 'emerg', 'fatal']
   */
  readonly requestAt?: readonly string[]
}

/** What winston keeps of a line; the keys are of the logger's and its formats'. */
export interface WinstonInfo {
  level: string
  message: unknown
  [key: string | symbol]: unknown
}

/** A format as winston's `format.combine` takes it. */
export interface WinstonFormat {
  transform(info: WinstonInfo): WinstonInfo
}

const levelSymbol = Symbol.for('level')

/**
 * Puts the request that the code works for on the lines it logs: ids on each, the request on errors. What a line says itself
 * wins.
 *
 * @example
 * const logger = winston.createLogger({ format: format.combine(requestContext(), format.json()), transports })
 */
export function requestContext({
  requestAt = ['error', 'crit', 'alert', 'emerg', 'fatal'],
}: RequestContextOptions = {}): WinstonFormat {
  wantScopes()
  const levels = new Set(requestAt)
  return {
    transform: (info) => {
      const scope = currentScope()
      if (scope === undefined) return info
      // A format before this one may have coloured the label.
      const plainLevel = info[levelSymbol]
      const level = typeof plainLevel === 'string' ? plainLevel : info.level
      const described =
        levels.has(level) && info['request'] === undefined ? { request: scope.describe() } : {}
      for (const [key, value] of Object.entries({ ...scope.ids(), ...described }))
        info[key] ??= value
      return info
    },
  }
}

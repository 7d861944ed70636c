import { currentScope, wantScopes } from './context/request-scope.ts'
import { readProperty } from './read-safely.ts'

/** What `pinoMixin` accepts. */
export interface PinoMixinOptions {
  /**
   * From which level on a line carries the request itself, on pino's scale; every line carries its ids.
   *
   * @default 50
   */
  readonly requestFrom?: number
}

/** What pino calls for each line. */
export type PinoMixin = (fields: object, level: number) => Record<string, unknown>

/**
 * Puts the request that the code works for on the lines it logs: ids on each, the request on errors. What a line says itself
 * wins.
 *
 * @example
 * const logger = pino({ mixin: pinoMixin() })
 */
export function pinoMixin({ requestFrom = 50 }: PinoMixinOptions = {}): PinoMixin {
  wantScopes()
  return (fields, level) => {
    const scope = currentScope()
    if (scope === undefined) return {}
    const hasRequest = level < requestFrom || readProperty(fields, 'request') !== undefined
    return { ...scope.ids(), ...(!hasRequest && { request: scope.describe() }) }
  }
}

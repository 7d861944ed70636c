import { readProperty } from '@slack-logger/core/reading'
import { AsyncLocalStorage } from 'node:async_hooks'

/** The request that the running code serves, described when a line is logged. */
export interface RequestScope {
  /** Method, path, user and the rest, redacted. */
  readonly describe: () => unknown
  readonly ids: () => Readonly<Record<string, string>>
}

/** One for the process, since an application may load this package as ESM and as CommonJS. */
interface Shared {
  readonly storage: AsyncLocalStorage<RequestScope>
  isUsed: boolean
}

const sharedKey = Symbol.for('@slack-logger/exception-handler.request-scope')

const shared: Shared = ((): Shared => {
  const holder = globalThis as { [sharedKey]?: Shared }
  return (holder[sharedKey] ??= { storage: new AsyncLocalStorage<RequestScope>(), isUsed: false })
})()

/**
 * Runs a callback, and everything it starts, in the scope of a request.
 *
 * @param request Node's request, whose events come from the connection: what listens to them, as a parser of uploads, runs in the
 *   scope, too.
 */
export function runInScope<Result>(
  createScope: () => RequestScope,
  callback: () => Result,
  request?: NodeJS.EventEmitter,
): Result {
  // Before Node 24 a scope costs each promise a little, so there is none unless a logger uses it.
  if (!shared.isUsed) return callback()
  const scope = createScope()
  if (request !== undefined) {
    const emit = request.emit.bind(request)
    request.emit = (...event) => shared.storage.run(scope, () => emit(...event))
  }
  return shared.storage.run(scope, callback)
}

/** Options of `pinoMixin`. */
export interface PinoMixinOptions {
  /**
   * The lowest level, on pino's scale, of lines that get the request. All lines get its ids.
   *
   * @default 50
   */
  readonly requestFrom?: number | undefined
}

/** pino's option `mixin`. */
export type PinoMixin = (fields: object, level: number) => Record<string, unknown>

/**
 * Adds the current request to log lines: its ids to all, the request itself to errors. Fields of the line are not replaced.
 *
 * @example
 * const logger = pino({ mixin: pinoMixin() })
 */
export function pinoMixin({ requestFrom = 50 }: PinoMixinOptions = {}): PinoMixin {
  shared.isUsed = true
  return (fields, level) => {
    const scope = shared.storage.getStore()
    if (scope === undefined) return {}
    const hasRequest = level < requestFrom || readProperty(fields, 'request') !== undefined
    return { ...scope.ids(), ...(!hasRequest && { request: scope.describe() }) }
  }
}

/** Options of `requestContext`. */
export interface RequestContextOptions {
  /**
   * The levels of lines that get the request. All lines get its ids.
   *
   * @default ['error', 'crit', 'alert', 'emerg', 'fatal']
   */
  readonly requestAt?: readonly string[] | undefined
}

/** A log line of winston; the keys depend on the logger and its formats. */
export interface WinstonInfo {
  level: string
  message: unknown
  [key: string | symbol]: unknown
}

/** A format for winston's `format.combine`. */
export interface WinstonFormat {
  transform(info: WinstonInfo): WinstonInfo
}

const levelSymbol = Symbol.for('level')

/**
 * Adds the current request to log lines: its ids to all, the request itself to errors. Fields of the line are not replaced.
 *
 * @example
 * const logger = winston.createLogger({ format: format.combine(requestContext(), format.json()), transports })
 */
export function requestContext({
  requestAt = ['error', 'crit', 'alert', 'emerg', 'fatal'],
}: RequestContextOptions = {}): WinstonFormat {
  shared.isUsed = true
  const levels = new Set(requestAt)
  return {
    transform: (info) => {
      const scope = shared.storage.getStore()
      if (scope === undefined) return info
      // An earlier format may have coloured `info.level`.
      const plainLevel = info[levelSymbol]
      const level = typeof plainLevel === 'string' ? plainLevel : info.level
      const hasRequest = !levels.has(level) || info['request'] !== undefined
      const added = { ...scope.ids(), ...(!hasRequest && { request: scope.describe() }) }
      for (const [key, value] of Object.entries(added)) info[key] ??= value
      return info
    },
  }
}

import { readProperty } from '@slack-logger/core/reading'
import { errorMessage } from './serialize-error.ts'

/** A logger of pino, winston or a similar kind, with a method for each level. */
export interface Logger {
  readonly error: (...values: never[]) => unknown
}

/**
 * The order of a logger's arguments: `(fields, message)` for `'pino'`, `(message, fields)` for `'winston'`.
 *
 * Bunyan, Fastify's and most other loggers follow pino; the console follows winston.
 */
export type LoggerConvention = 'pino' | 'winston'

/** One line to be logged. */
export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A logger of either convention. */
export interface LogWriter {
  readonly convention: LoggerConvention
  /** The field in which the logger expects the error. */
  readonly errorKey: string
  readonly isEnabled: (level: string) => boolean
  /** @throws what the logger throws */
  readonly write: (line: LogLine) => void
}

type Method = (this: unknown, ...values: unknown[]) => unknown

/** A writer for a logger, by default of the convention that the logger seems to follow. */
export function createLogWriter(
  logger: Logger,
  convention: LoggerConvention = detectConvention(logger),
): LogWriter {
  const isWinston = convention === 'winston' && hasWinstonMethods(logger)
  return {
    convention,
    errorKey: convention === 'pino' ? pinoErrorKey(logger) : 'err',
    isEnabled: (level) => methodOf(logger, 'isLevelEnabled')?.call(logger, level) !== false,
    write: ({ level, message, fields }) => {
      const log = methodOf(logger, isWinston ? 'log' : level)
      let result: unknown
      // As one object, since winston would take the fields for the values of a `%s` in the message.
      if (isWinston) result = log?.call(logger, { ...fields, level, message })
      else if (convention === 'winston') result = log?.call(logger, message, fields)
      else result = log?.call(logger, fields, message)
      if (isThenable(result)) warnIfRejected(result, 'a failure could not be logged')
    },
  }
}

/**
 * The logger of winston or pino inside a logger of Nest, as nest-winston and nestjs-pino have it. Nest's own interface has other
 * levels, and no place for fields beside the message.
 */
export function innerLogger(logger: Logger): Logger {
  const inner = readProperty(logger, 'logger')
  const isOfNest = !hasLevel(logger, 'info') && hasLevel(inner as Logger, 'info')
  return isOfNest && hasLevel(inner as Logger, 'error') ? (inner as Logger) : logger
}

export function hasLevel(logger: Logger, level: string): boolean {
  return methodOf(logger, level) !== undefined
}

function detectConvention(logger: Logger): LoggerConvention {
  const isConsole = typeof readProperty(logger, 'groupCollapsed') === 'function'
  return isConsole || hasWinstonMethods(logger) ? 'winston' : 'pino'
}

function hasWinstonMethods(logger: Logger): boolean {
  return methodOf(logger, 'log') !== undefined && methodOf(logger, 'configure') !== undefined
}

/** pino's option `errorKey`, which it keeps under a symbol that child loggers inherit. */
function pinoErrorKey(logger: Logger): string {
  let holder: object | null = logger
  for (let depth = 0; holder !== null && depth < 20; depth += 1) {
    for (const symbol of Object.getOwnPropertySymbols(holder)) {
      const value: unknown = Reflect.get(holder, symbol)
      if (symbol.description === 'pino.errorKey' && typeof value === 'string') return value
    }
    holder = Object.getPrototypeOf(holder) as object | null
  }
  return 'err'
}

function methodOf(logger: Logger, name: string): Method | undefined {
  const method = readProperty(logger, name)
  return typeof method === 'function' ? (method as Method) : undefined
}

/** What a function of the service returned; a promise counts as `undefined`, with a warning, since a log line cannot wait for it. */
export function withoutPromise(
  value: unknown,
  { name, fallback }: { readonly name: string; readonly fallback: string },
): unknown {
  if (!isThenable(value)) return value
  warn(`\`${name}\` returned a promise, but is used at once; ${fallback}`)
  warnIfRejected(value, `\`${name}\` returned a promise that was rejected`)
  return undefined
}

/** Handles the rejection of a promise that nobody else handles, which would end the process. */
function warnIfRejected(promise: unknown, what: string): void {
  Promise.resolve(promise).catch((error: unknown) => {
    warn(`${what}: ${errorMessage(error)}`)
  })
}

function isThenable(value: unknown): boolean {
  return typeof readProperty(value, 'then') === 'function'
}

const warningIntervalMs = 60_000

let lastWarningMs = Number.NEGATIVE_INFINITY

/** Emits a process warning, at most one a minute, where no logger can be used. */
export function warn(text: string): void {
  const nowMs = performance.now()
  if (nowMs - lastWarningMs < warningIntervalMs) return
  lastWarningMs = nowMs
  process.emitWarning(text, 'SlackLoggerWarning')
}

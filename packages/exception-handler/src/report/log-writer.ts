import { readProperty } from '../read-safely.ts'
import { warnIfRejected } from './at-once.ts'

/** A logger of pino's, winston's or a similar kind: a method for each level. */
export interface Logger {
  readonly error: (...values: never[]) => unknown
}

/**
 * How a logger takes a line: `'pino'` is `(fields, message)`, `'winston'` is `(message, fields)`.
 *
 * Bunyan, Fastify's and most others call as pino does; the console as winston does.
 */
export type LoggerConvention = 'pino' | 'winston'

/** One line to be logged. */
export interface LogLine {
  readonly level: string
  readonly message: string
  readonly fields: Readonly<Record<string, unknown>>
}

/** A logger, whichever convention it follows. */
export interface LogWriter {
  readonly convention: LoggerConvention
  /** Under which key the logger expects the error. */
  readonly errorKey: string
  readonly isEnabled: (level: string) => boolean
  /** Throws what the logger throws. */
  readonly write: (line: LogLine) => void
}

type Method = (this: unknown, ...values: unknown[]) => unknown

/** A writer for a logger. The convention is found out where it is not told. */
export function createLogWriter(
  logger: Logger,
  convention: LoggerConvention = detectConvention(logger),
): LogWriter {
  const isWinston = convention === 'winston' && hasWinstonMethods(logger)
  return {
    convention,
    errorKey: convention === 'pino' ? pinoErrorKey(logger) : 'err',
    isEnabled: (level) => {
      const test = methodOf(logger, 'isLevelEnabled')
      return test === undefined || test.call(logger, level) !== false
    },
    write: (line) => {
      const result = isWinston ? logToWinston(logger, line) : callMethod(logger, convention, line)
      warnIfRejected(result, 'a failure could not be logged')
    },
  }
}

/** One object, since a message with a `%s` would take the fields for its values. */
function logToWinston(logger: Logger, { level, message, fields }: LogLine): void {
  methodOf(logger, 'log')?.call(logger, { ...fields, level, message })
}

function callMethod(
  logger: Logger,
  convention: LoggerConvention,
  { level, message, fields }: LogLine,
): unknown {
  const method = methodOf(logger, level)
  return convention === 'winston'
    ? method?.call(logger, message, fields)
    : method?.call(logger, fields, message)
}

/** True if a logger has a method for a level. */
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

/** pino keeps the key under a symbol of its own, which its child loggers inherit. */
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

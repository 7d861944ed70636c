import { createRedactor, type Redactor } from '@slack-logger/core'
import type { AnswerOptions } from './answer/answer.ts'
import type { TrustProxy } from './context/client-ip.ts'
import type { FailureContext } from './context/request-context.ts'
import type { ExceptionHandlerOptions, LoggerOptions, ScopeOptions } from './options.ts'
import { readProperty } from './read-safely.ts'
import { atOnce } from './report/at-once.ts'
import { createNameTest, type NameTest } from './report/class-names.ts'
import { createLogWriter, hasLevel, type Logger, type LogWriter } from './report/log-writer.ts'
import { createSkipTest, type SkipTest } from './report/skip-list.ts'

/** The options of a handler, checked and complete. */
export interface ResolvedOptions<Request> extends ResolvedScopeOptions<Request> {
  readonly answer: AnswerOptions
  readonly file: LogWriter
  /** The same writer as `file` if one logger has both transports; `undefined` if nothing goes to Slack. */
  readonly slack: LogWriter | undefined
  readonly clientErrorLevel: string
  /** `undefined` for the default: what was answered with 500 and up. */
  readonly shouldAlert: ((error: unknown, context: FailureContext) => boolean) | undefined
  readonly isSkipped: SkipTest
  readonly isWithoutStack: NameTest
}

/** The options of a scope, complete. */
export interface ResolvedScopeOptions<Request> {
  readonly getUser: ((request: Request) => unknown) | undefined
  readonly trustProxy: TrustProxy
  readonly redactor: Redactor
}

/** Fills in what was left out. */
export function resolveScopeOptions<Request>(
  options: ScopeOptions<Request> = {},
): ResolvedScopeOptions<Request> {
  const { trustProxy = false } = options
  if (typeof trustProxy !== 'boolean' && !(Number.isInteger(trustProxy) && trustProxy >= 0)) {
    throw new TypeError(
      `Expected \`trustProxy\` to be a boolean or a number of proxies, got ${String(trustProxy)}`,
    )
  }
  expectFunction(options, 'getUser')
  return {
    getUser: options.getUser === undefined ? undefined : (request) => options.getUser?.(request),
    trustProxy,
    redactor: createRedactor(options.redact),
  }
}

/**
 * Checks options and fills in what was left out.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 */
export function resolveOptions<Request>(
  options: ExceptionHandlerOptions<Request>,
): ResolvedOptions<Request> {
  const loggers = resolveLoggers(options)
  const { locale = 'en', texts = {} } = options
  expectOneOf('locale', locale, ['en', 'ko'])
  expectFunction(options, 'shouldAlert')
  return {
    ...resolveScopeOptions(options),
    ...loggers,
    answer: { locale, texts },
    shouldAlert: options.shouldAlert && resolveShouldAlert(options),
    isSkipped: createSkipTest(options.skipEndpoints ?? []),
    isWithoutStack: createNameTest(
      options.withoutStack ?? ['NotAuthenticated', 'PermissionDenied'],
    ),
  }
}

function resolveShouldAlert(
  options: ExceptionHandlerOptions<never>,
): ResolvedOptions<never>['shouldAlert'] {
  return (error, context) => {
    const byDefault = context.status >= 500
    const isAlert = atOnce(options.shouldAlert?.(error, context), {
      name: 'shouldAlert',
      instead: 'what was answered with 500 and up alerts',
    })
    return isAlert === undefined ? byDefault : Boolean(isAlert)
  }
}

type ResolvedLoggers = Pick<ResolvedOptions<never>, 'file' | 'slack' | 'clientErrorLevel'>

function resolveLoggers(options: ExceptionHandlerOptions<never>): ResolvedLoggers {
  expectLoggers(options)
  const { logger, fileLogger, slackLogger, convention } = options
  expectOneOf('convention', convention ?? 'pino', ['pino', 'winston'])
  const main = logger ?? fileLogger
  const isMixed = logger !== undefined && (fileLogger ?? slackLogger) !== undefined
  if (main === undefined || isMixed) {
    throw new TypeError('Expected either `logger`, or `fileLogger` and perhaps `slackLogger`')
  }
  const clientErrorLevel = resolveLevel(main, options.clientErrorLevel)
  const file = createLogWriter(main, convention)
  if (logger !== undefined) return { file, slack: file, clientErrorLevel }
  const slack = slackLogger && createLogWriter(slackLogger, convention)
  return { file, slack, clientErrorLevel }
}

/** Loggers with the levels of syslog call it `warning`. */
function resolveLevel(logger: Logger, level: string | undefined): string {
  if (level === undefined) {
    return ['warn', 'warning'].find((known) => hasLevel(logger, known)) ?? 'error'
  }
  if (!hasLevel(logger, level)) {
    throw new TypeError(`Expected \`clientErrorLevel\` to be a level of the logger, got ${level}`)
  }
  return level
}

function expectOneOf(name: string, value: string, allowed: readonly string[]): void {
  if (!allowed.includes(value)) {
    throw new TypeError(`Expected \`${name}\` to be '${allowed.join("' or '")}', got ${value}`)
  }
}

function expectLoggers(options: LoggerOptions): void {
  for (const name of ['logger', 'fileLogger', 'slackLogger'] as const) {
    const logger = options[name]
    if (logger !== undefined && !hasLevel(logger, 'error')) {
      throw new TypeError(`Expected \`${name}\` to be a logger with a method \`error\``)
    }
  }
}

function expectFunction(options: object, name: string): void {
  const value = readProperty(options, name)
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(`Expected \`${name}\` to be a function, got ${typeof value}`)
  }
}

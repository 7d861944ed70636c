import { createRedactor, type RedactOptions, type Redactor } from '@slack-logger/core'
import { readProperty, type TrustProxy } from '@slack-logger/core/reading'
import type { AnswerOptions } from './answer/answer.ts'
import { resolveAnswers, type AnswerRule } from './answer/answers.ts'
import type { Locale } from './answer/texts.ts'
import type { FailureContext } from './http/request-context.ts'
import {
  createLogWriter,
  hasLevel,
  innerLogger,
  withoutPromise,
  type Logger,
  type LoggerConvention,
  type LogWriter,
} from './report/log-writer.ts'
import { createNameTest, createSkipTest, type NameTest, type SkipTest } from './report/rules.ts'

/** Where failures are logged: one logger with a file and a Slack transport, or one logger for each. */
export type LoggerOptions =
  | {
      /** One logger with both transports. Failures that do not alert are logged at `clientErrorLevel`. */
      readonly logger: Logger
      readonly fileLogger?: undefined
      readonly slackLogger?: undefined
    }
  | {
      readonly logger?: undefined
      /** Gets all failures. */
      readonly fileLogger: Logger
      /** Gets only failures that alert. */
      readonly slackLogger?: Logger | undefined
    }

/** How a request is read for log lines. */
export interface ScopeOptions<Request = unknown> {
  /**
   * Returns the signed-in user, not a promise. Only id, name, email and role are logged.
   *
   * @default the framework's usual place, as `request.user`
   */
  getUser?(request: Request): unknown
  /**
   * Whether the client's address is read from `X-Forwarded-For`: always, or behind this number of proxies. Express, Fastify, Koa and
   * Nest have a setting of their own, which is used instead, except for Nest's gateways.
   *
   * @default false
   */
  readonly trustProxy?: TrustProxy | undefined
  /** What is redacted in requests, beside the default keys and patterns. */
  readonly redact?: RedactOptions | undefined
}

/** The options of every adapter. */
export type ExceptionHandlerOptions<Request = unknown> = LoggerOptions &
  ScopeOptions<Request> & {
    /**
     * The order of the loggers' arguments: `(fields, message)` for `'pino'`, `(message, fields)` for `'winston'`.
     *
     * @default detected
     */
    readonly convention?: LoggerConvention | undefined
    /**
     * The language of the default messages.
     *
     * @default 'en'
     */
    readonly locale?: Locale | undefined
    /** Messages by status, which replace the default ones. */
    readonly texts?: Readonly<Record<number, string>> | undefined
    /**
     * Answers to errors, which come before the built-in ones and before the status of the error; the first that applies counts.
     *
     * @default []
     */
    readonly answers?: readonly AnswerRule[] | undefined
    /**
     * The level of failures below 500 and, with one logger, of all failures that do not alert.
     *
     * @default 'warn'
     */
    readonly clientErrorLevel?: string | undefined
    /**
     * Whether a failure alerts. Not called for endpoints of `skipEndpoints`.
     *
     * @default a status of 500 and up
     */
    shouldAlert?(error: unknown, context: FailureContext): boolean
    /**
     * Endpoints and handlers that never alert, as tests and health checks: `'/health'`, `'GET /orders/:id'`, `'/internal/*'`, a regular
     * expression for the path or pattern, or a handler's name, as in `'TestController'`.
     *
     * @default []
     */
    readonly skipEndpoints?: readonly (string | RegExp)[] | undefined
    /**
     * Names of error classes, subclasses included, whose stack is not logged.
     *
     * @default ['NotAuthenticated', 'PermissionDenied']
     */
    readonly withoutStack?: readonly string[] | undefined
  }

/** The options of a handler with all defaults. */
export interface ResolvedOptions<Request> extends ResolvedScopeOptions<Request> {
  readonly answer: AnswerOptions
  readonly file: LogWriter
  /** The same as `file` with one logger for both; `undefined` without Slack. */
  readonly slack: LogWriter | undefined
  readonly clientErrorLevel: string
  /** `undefined` for the default, a status of 500 and up. */
  readonly shouldAlert: ((error: unknown, context: FailureContext) => boolean) | undefined
  readonly isSkipped: SkipTest
  readonly isWithoutStack: NameTest
}

/** The options of a scope with all defaults. */
export interface ResolvedScopeOptions<Request> {
  readonly getUser: ((request: Request) => unknown) | undefined
  readonly trustProxy: TrustProxy
  readonly redactor: Redactor
}

/**
 * Checks options and adds the defaults.
 *
 * @throws TypeError for a wrong option, which it names.
 */
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
 * Checks options and adds the defaults.
 *
 * @throws TypeError for a wrong option, which it names.
 */
export function resolveOptions<Request>(
  options: ExceptionHandlerOptions<Request>,
): ResolvedOptions<Request> {
  const loggers = resolveLoggers(options)
  const { locale = 'en', texts = {}, answers = [], skipEndpoints = [] } = options
  expectOneOf('locale', locale, ['en', 'ko'])
  expectFunction(options, 'shouldAlert')
  return {
    ...resolveScopeOptions(options),
    ...loggers,
    answer: { locale, texts, findAnswer: resolveAnswers(answers) },
    shouldAlert: options.shouldAlert && resolveShouldAlert(options),
    isSkipped: createSkipTest(skipEndpoints),
    isWithoutStack: createNameTest(
      options.withoutStack ?? ['NotAuthenticated', 'PermissionDenied'],
    ),
  }
}

function resolveShouldAlert(
  options: ExceptionHandlerOptions<never>,
): ResolvedOptions<never>['shouldAlert'] {
  return (error, context) => {
    const isAlert = withoutPromise(options.shouldAlert?.(error, context), {
      name: 'shouldAlert',
      fallback: 'failures with a status of 500 and up alert',
    })
    return isAlert === undefined ? context.status >= 500 : Boolean(isAlert)
  }
}

type ResolvedLoggers = Pick<ResolvedOptions<never>, 'file' | 'slack' | 'clientErrorLevel'>

function resolveLoggers(options: ExceptionHandlerOptions<never>): ResolvedLoggers {
  const [logger, fileLogger, slackLogger] = loggerNames.map((name) => {
    const given = options[name]
    if (given !== undefined && !hasLevel(given, 'error')) {
      throw new TypeError(`Expected \`${name}\` to be a logger with a method \`error\``)
    }
    return given && innerLogger(given)
  })
  const { convention } = options
  expectOneOf('convention', convention ?? 'pino', ['pino', 'winston'])
  const main = logger ?? fileLogger
  if (main === undefined || (logger !== undefined && (fileLogger ?? slackLogger) !== undefined)) {
    throw new TypeError('Expected either `logger`, or `fileLogger` and optionally `slackLogger`')
  }
  const clientErrorLevel = resolveLevel(main, options.clientErrorLevel)
  const file = createLogWriter(main, convention)
  if (logger !== undefined) return { file, slack: file, clientErrorLevel }
  const slack = slackLogger && createLogWriter(slackLogger, convention)
  return { file, slack, clientErrorLevel }
}

const loggerNames = ['logger', 'fileLogger', 'slackLogger'] as const

/** Loggers with syslog levels have `warning` instead of `warn`. */
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

function expectFunction(options: object, name: string): void {
  const value = readProperty(options, name)
  if (value !== undefined && typeof value !== 'function') {
    throw new TypeError(`Expected \`${name}\` to be a function, got ${typeof value}`)
  }
}

import type { RedactOptions } from '@slack-logger/core'
import type { Locale } from './answer/default-texts.ts'
import type { TrustProxy } from './context/client-ip.ts'
import type { FailureContext } from './context/request-context.ts'
import type { Logger, LoggerConvention } from './report/log-writer.ts'

/** Where failures are logged: one logger with a file and a Slack transport, or one logger for each. */
export type LoggerOptions =
  | {
      /** One logger with two transports. What is not to alert is logged at `clientErrorLevel`. */
      readonly logger: Logger
      readonly fileLogger?: undefined
      readonly slackLogger?: undefined
    }
  | {
      readonly logger?: undefined
      /** Gets every failure. */
      readonly fileLogger: Logger
      /** Gets only what is to alert. */
      readonly slackLogger?: Logger
    }

/** How a request's log lines are made. */
export interface ScopeOptions<Request = unknown> {
  /**
   * Who asked, known at once: a promise is not waited for. Of what it returns only id, name, email and role are logged.
   *
   * @default the framework's usual place, as `request.user`
   */
  getUser?(request: Request): unknown
  /**
   * Whether `X-Forwarded-For` tells the client's address: always, or for so many proxies in front of the service. Express,
   * Fastify, Koa and Nest have a setting of their own, which counts instead.
   *
   * @default false
   */
  readonly trustProxy?: TrustProxy
  /** What is taken out of the request's data before it is logged, beside the keys and patterns known by default. */
  readonly redact?: RedactOptions
}

/** What every adapter accepts. */
export type ExceptionHandlerOptions<Request = unknown> = LoggerOptions &
  ScopeOptions<Request> & {
    /**
     * How the loggers take their values, where it cannot be seen: `'pino'` is `(fields, message)`, `'winston'` is
     * `(message, fields)`.
     *
     * @default found out from the logger
     */
    readonly convention?: LoggerConvention
    /**
     * The language of the fixed texts.
     *
     * @default 'en'
     */
    readonly locale?: Locale
    /** Texts by status, instead of the fixed ones. */
    readonly texts?: Readonly<Record<number, string>>
    /**
     * The level of failures below 500 and, with one logger, of everything that is not to alert.
     *
     * @default 'warn'
     */
    readonly clientErrorLevel?: string
    /**
     * Whether a failure is told in Slack. Endpoints of `skipEndpoints` never are.
     *
     * @default a status of 500 and up
     */
    shouldAlert?(error: unknown, context: FailureContext): boolean
    /**
     * Endpoints and handlers that never alert, as tests and health checks: `'/health'`, `'GET /orders/:id'`, `'/internal/*'`,
     * a regular expression for the path or pattern, or a handler's name, as in `'TestController'`.
     *
     * @default []
     */
    readonly skipEndpoints?: readonly (string | RegExp)[]
    /**
     * Names of error classes, descendants included, whose stack is not logged.
     *
     * @default ['NotAuthenticated', 'PermissionDenied']
     */
    readonly withoutStack?: readonly string[]
  }

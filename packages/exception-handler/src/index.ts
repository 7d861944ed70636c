export type { Answer, AnswerBody } from './answer/answer.ts'
export type { Locale } from './answer/default-texts.ts'
export type { FieldError } from './answer/field-error.ts'
export type { TrustProxy } from './context/client-ip.ts'
export type { UserContext } from './context/describe-user.ts'
export type { FailureContext, RequestContext } from './context/request-context.ts'
export type { TraceIds } from './context/trace-ids.ts'
export {
  createExceptionHandler,
  type ExceptionContext,
  type ExceptionHandler,
} from './exception-handler.ts'
export { onUncaught, type TwoLoggers } from './on-uncaught.ts'
export type { ExceptionHandlerOptions, LoggerOptions, ScopeOptions } from './options.ts'
export { pinoMixin, type PinoMixin, type PinoMixinOptions } from './pino-mixin.ts'
export type { Logger, LoggerConvention } from './report/log-writer.ts'
export { sendAnswer } from './send-answer.ts'
export {
  requestContext,
  type RequestContextOptions,
  type WinstonFormat,
  type WinstonInfo,
} from './winston-request-context.ts'

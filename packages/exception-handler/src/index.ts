export type { TrustProxy } from '@slack-logger/core/reading'
export type { Answer, AnswerBody } from './answer/answer.ts'
export type { AnswerCondition, AnswerRule } from './answer/answers.ts'
export type { Locale } from './answer/texts.ts'
export type { FieldError } from './answer/validation.ts'
export {
  createExceptionHandler,
  type ExceptionContext,
  type ExceptionHandler,
} from './exception-handler.ts'
export type {
  FailureContext,
  RequestContext,
  TraceIds,
  UserContext,
} from './http/request-context.ts'
export { sendAnswer } from './http/send-answer.ts'
export { onUncaught, type TwoLoggers } from './on-uncaught.ts'
export type { ExceptionHandlerOptions, LoggerOptions, ScopeOptions } from './options.ts'
export type { Logger, LoggerConvention } from './report/log-writer.ts'
export {
  pinoMixin,
  requestContext,
  type PinoMixin,
  type PinoMixinOptions,
  type RequestContextOptions,
  type WinstonFormat,
  type WinstonInfo,
} from './request-scope.ts'

import type { ServerResponse } from 'node:http'
import { throwError } from 'rxjs'
import type { Answer } from '../answer/answer.ts'
import { FailureHandler } from '../failure-handler.ts'
import { isClientGone } from '../node-exchange.ts'
import type { ExceptionHandlerOptions } from '../options.ts'
import { resolveOptions } from '../resolve-options.ts'
import { sendAnswer } from '../send-answer.ts'
import { sendReply, type FastifyReplyLike } from '../send-reply.ts'
import { nestReader, rawRequestOf, type NestRequest } from './read-nest-request.ts'
import { withoutQuery } from './unmatched.ts'

export type { NestRequest } from './read-nest-request.ts'

/** What this package uses of Nest's `ArgumentsHost`. */
export interface NestArgumentsHost {
  getType(): string
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown }
}

/** An exception filter as Nest takes it. */
export interface NestExceptionFilter {
  catch(exception: unknown, host: NestArgumentsHost): unknown
}

/**
 * A filter that answers, logs and alerts every error of an application. `ExceptionHandlerModule` does more: it knows controllers,
 * and puts the request on every line.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * app.useGlobalFilters(exceptionFilter({ logger }))
 */
export function exceptionFilter(
  options: ExceptionHandlerOptions<NestRequest | undefined>,
): NestExceptionFilter {
  return createFilter(new FailureHandler(resolveOptions(options), nestReader))
}

/** The handler below all that this package gives Nest. */
export type NestFailureHandler = FailureHandler<NestRequest | undefined>

/** The filter over a handler. */
export function createFilter(handler: NestFailureHandler): NestExceptionFilter {
  return {
    catch: (exception, host) => {
      const type = host.getType()
      if (type !== 'http') {
        handler.handle(exception, undefined)
        // A microservice answers with a stream; GraphQL builds its answer from what is thrown.
        if (type === 'rpc') return throwError(() => exception)
        throw exception
      }
      const http = host.switchToHttp()
      answerNest(handler, exception, {
        request: http.getRequest() as NestRequest,
        response: http.getResponse() as NestResponse,
      })
      return undefined
    },
  }
}

/** A response of Nest on Express, or on Fastify. */
export type NestResponse = ServerResponse | FastifyReplyLike

/** An HTTP request that failed, and its response. */
export interface NestExchange {
  readonly request: NestRequest
  readonly response: NestResponse
  /** The status of an answer that the service gives itself. */
  readonly responseStatus?: number
}

/** Handles an error of an HTTP request and answers it. */
export function answerNest(
  handler: NestFailureHandler,
  error: unknown,
  exchange: NestExchange,
): void {
  const { response } = exchange
  const answer = reportNest(handler, error, exchange)
  if ('raw' in response) sendReply(response, answer)
  else sendAnswer(response, answer)
}

/** Handles an error of an HTTP request that is answered elsewhere. */
export function reportNest(
  handler: NestFailureHandler,
  error: unknown,
  { request, response, responseStatus }: NestExchange,
): Answer {
  const raw = 'raw' in response ? response.raw : response
  const rawRequest = rawRequestOf(request)
  return handler.handle(withoutQuery(error, request), request, {
    responseStatus,
    isClientGone: () => isClientGone(rawRequest, raw),
    connection: rawRequest.socket,
  })
}

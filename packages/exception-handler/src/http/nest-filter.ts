import { readOwnStatus, readProperty, readText } from '@slack-logger/core/reading'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { throwError } from 'rxjs'
import type { Answer } from '../answer/answer.ts'
import { FailureHandler } from '../failure-handler.ts'
import { resolveOptions, type ExceptionHandlerOptions } from '../options.ts'
import { expressReader, type ExpressRequest } from './express-request.ts'
import {
  fastifyReader,
  sendReply,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from './fastify-exchange.ts'
import { isClientGone } from './node-exchange.ts'
import { unmatchedError, type RequestReader } from './request-context.ts'
import { sendAnswer } from './send-answer.ts'

/** A request of Nest on Express or on Fastify. */
export type NestRequest = ExpressRequest | FastifyRequestLike

/** A response of Nest on Express or on Fastify. */
export type NestResponse = ServerResponse | FastifyReplyLike

/** The parts of Nest's `ArgumentsHost` that this package uses. */
export interface NestArgumentsHost {
  getType(): string
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown }
}

/** An exception filter of Nest. */
export interface NestExceptionFilter {
  catch(exception: unknown, host: NestArgumentsHost): unknown
}

/**
 * A filter that answers, logs and alerts all errors of an application. `ExceptionHandlerModule` also has the names of controllers,
 * and makes the request available to log lines.
 *
 * @throws TypeError for a wrong option, which it names.
 * @example
 * app.useGlobalFilters(exceptionFilter({ logger }))
 */
export function exceptionFilter(
  options: ExceptionHandlerOptions<NestRequest | undefined>,
): NestExceptionFilter {
  return createFilter(new FailureHandler(resolveOptions(options), nestReader))
}

export type NestFailureHandler = FailureHandler<NestRequest | undefined>

export function createFilter(handler: NestFailureHandler): NestExceptionFilter {
  return {
    catch: (exception, host) => {
      const type = host.getType()
      if (type !== 'http') {
        handler.handle(exception, undefined)
        // A microservice answers with a stream; GraphQL answers what is thrown.
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

/** A failed HTTP request and its response. */
export interface NestExchange {
  readonly request: NestRequest
  readonly response: NestResponse
  /** The status, if the service answers itself. */
  readonly responseStatus?: number
}

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

/** Handles an error of an HTTP request that somebody else answers. */
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

/** Nest's error for an unknown route quotes the whole query with its secrets; it is replaced by the error of all frameworks. */
function withoutQuery(error: unknown, request: NestRequest): unknown {
  const { method } = request
  const url = readText(request, 'originalUrl') ?? readText(request, 'url')
  const isUnmatched =
    readProperty(error, 'message') === `Cannot ${method} ${url}` &&
    readOwnStatus(error)?.status === 404
  return isUnmatched ? unmatchedError(method, url) : error
}

/** Reads a request of Nest on either framework; `undefined` stands for a message of another kind. */
export const nestReader: RequestReader<NestRequest | undefined> = {
  read: (request, user) => {
    if (request === undefined) return {}
    const context = isOfFastify(request)
      ? fastifyReader.read(request, user)
      : expressReader.read(request, user)
    // A name without a dot is that of a callback of Nest.
    return context.handler?.includes('.') ? context : { ...context, handler: undefined }
  },
  ids: (request) => {
    if (request === undefined) return {}
    return isOfFastify(request) ? fastifyReader.ids(request) : expressReader.ids(request)
  },
  user: (request) => (request as { user?: unknown } | undefined)?.user,
}

export function rawRequestOf(request: NestRequest): IncomingMessage {
  return isOfFastify(request) ? request.raw : request
}

function isOfFastify(request: NestRequest): request is FastifyRequestLike {
  return 'raw' in request
}

import { findUser, readOwnStatus, readProperty, readText } from '@slack-logger/core/reading'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { throwError } from 'rxjs'
import type { Answer } from '../answer/answer.ts'
import { FailureHandler } from '../failure-handler.ts'
import { handleInGraphql, readField } from '../nest/graphql.ts'
import {
  readMessageAnswer,
  reportedError,
  sendToClient,
  serviceAnswer,
  type MessageAnswer,
} from '../nest/message-answer.ts'
import {
  NestMessage,
  readGatewayMessage,
  readServiceMessage,
  type MessageReading,
} from '../nest/message.ts'
import { resolveOptions, type ExceptionHandlerOptions } from '../options.ts'
import { expressReader, type ExpressRequest } from './express-request.ts'
import {
  fastifyReader,
  sendReply,
  type FastifyReplyLike,
  type FastifyRequestLike,
} from './fastify-exchange.ts'
import { isClientGone } from './node-exchange.ts'
import { readTraceIds, unmatchedError, type RequestReader } from './request-context.ts'
import { sendAnswer } from './send-answer.ts'

/** A request of Nest on Express or on Fastify. */
export type NestRequest = ExpressRequest | FastifyRequestLike

/** A response of Nest on Express or on Fastify. */
export type NestResponse = ServerResponse | FastifyReplyLike

/** The client of a gateway: that of socket.io, or of `ws`. */
export interface NestClient {
  readonly data?: unknown
  readonly handshake?: unknown
  readonly user?: unknown
}

/** What `getUser` gets: a request, also for GraphQL; the client of a gateway; the context of a microservice; nothing for a job. */
export type NestSource = NestRequest | NestClient | undefined

/** The parts of Nest's `ArgumentsHost` that this package uses. */
export interface NestArgumentsHost {
  getType(): string
  getArgs(): readonly unknown[]
  switchToHttp(): { getRequest(): unknown; getResponse(): unknown }
}

/** An exception filter of Nest. */
export interface NestExceptionFilter {
  catch(exception: unknown, host: NestArgumentsHost): unknown
}

/**
 * A filter that answers, logs and alerts all errors of an application. `ExceptionHandlerModule` also has the names of handlers,
 * what fails without reaching filters, and makes the request available to log lines.
 *
 * @throws TypeError for a wrong option, which it names.
 * @example
 * app.useGlobalFilters(exceptionFilter({ logger }))
 */
export function exceptionFilter(options: ExceptionHandlerOptions<NestSource>): NestExceptionFilter {
  return createFilter(createNestHandler(options), { trustProxy: options.trustProxy ?? false })
}

export type NestFailureHandler = FailureHandler<NestRequest | NestMessage | undefined>

export function createNestHandler(
  options: ExceptionHandlerOptions<NestSource>,
): NestFailureHandler {
  const { getUser, ...resolved } = resolveOptions(options)
  return new FailureHandler(
    {
      ...resolved,
      getUser:
        getUser &&
        ((source) =>
          getUser((source instanceof NestMessage ? source.source : source) as NestSource)),
    },
    nestReader,
  )
}

export function createFilter(
  handler: NestFailureHandler,
  reading: MessageReading,
): NestExceptionFilter {
  return {
    catch: (exception, host) => {
      switch (host.getType()) {
        case 'http': {
          const http = host.switchToHttp()
          answerNest(handler, exception, {
            request: http.getRequest() as NestRequest,
            response: http.getResponse() as NestResponse,
          })
          return undefined
        }
        case 'ws': {
          const values = host.getArgs()
          const answer = handleMessage(handler, exception, readGatewayMessage(values, reading))
          // What is thrown here ends the process.
          sendToClient(values, exception, answer)
          return undefined
        }
        case 'rpc': {
          const message = readServiceMessage(host.getArgs(), reading)
          const answer = handleMessage(handler, exception, message)
          return throwError(() => serviceAnswer(exception, answer))
        }
        case 'graphql': {
          const nameOf = (field: string): string | undefined =>
            reading.handlers?.find('graphql', field)
          handleInGraphql(handler, exception, readField(host.getArgs(), nameOf))
          // The server of GraphQL answers what is thrown.
          throw exception
        }
        default: {
          handler.handle(exception, undefined)
          throw exception
        }
      }
    },
  }
}

function handleMessage(
  handler: NestFailureHandler,
  exception: unknown,
  message: NestMessage,
): MessageAnswer | undefined {
  const answer = readMessageAnswer(exception)
  handler.handle(reportedError(exception, answer), message, { responseStatus: answer?.status })
  return answer
}

/** A failed HTTP request and its response. */
interface NestExchange {
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

/** Reads a request of Nest on either framework, or a message of another kind. */
const nestReader: RequestReader<NestRequest | NestMessage | undefined> = {
  read: (source, user) => {
    if (source === undefined) return {}
    if (source instanceof NestMessage) {
      return { ...nestReader.read(source.request, user), ...source.read(), user }
    }
    const context = isOfFastify(source)
      ? fastifyReader.read(source, user)
      : expressReader.read(source, user)
    // A name without a dot is that of a callback of Nest.
    return context.handler?.includes('.') ? context : { ...context, handler: undefined }
  },
  ids: (source) => {
    if (source === undefined) return {}
    if (source instanceof NestMessage) {
      return source.request === undefined
        ? readTraceIds(() => undefined)
        : nestReader.ids(source.request)
    }
    return isOfFastify(source) ? fastifyReader.ids(source) : expressReader.ids(source)
  },
  user: (source) => {
    if (source === undefined) return undefined
    return source instanceof NestMessage ? source.user : findUser(source)
  },
}

export function rawRequestOf(request: NestRequest): IncomingMessage {
  return isOfFastify(request) ? request.raw : request
}

function isOfFastify(request: NestRequest): request is FastifyRequestLike {
  return 'raw' in request
}

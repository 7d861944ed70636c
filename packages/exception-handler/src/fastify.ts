import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { fastifyReader } from './context/read-fastify-request.ts'
import { runInScope } from './context/request-scope.ts'
import { unmatchedRequest } from './context/unmatched-request.ts'
import { FailureHandler } from './failure-handler.ts'
import { isClientGone } from './node-exchange.ts'
import type { ExceptionHandlerOptions } from './options.ts'
import { resolveOptions } from './resolve-options.ts'
import { isAnswered, sendReply } from './send-reply.ts'
import { streamIn, watchBody } from './watch-body.ts'

/** What the plugin accepts. */
export type FastifyExceptionHandlerOptions = ExceptionHandlerOptions<FastifyRequest> & {
  /**
   * Whether requests that no route takes are answered here. A server can have one such handler; with its own it says `false`.
   *
   * @default true
   */
  readonly notFound?: boolean
}

/**
 * Answers, logs and alerts every error of a server, what no route took, and responses that break off; and puts the request on
 * every line that is logged while it is worked for. Registered before the routes.
 *
 * @throws TypeError for a wrong option, in one sentence that names it.
 * @example
 * app.register(exceptionHandler, { logger })
 */
export function exceptionHandler(
  app: FastifyInstance,
  options: FastifyExceptionHandlerOptions,
  done: (error?: Error) => void,
): void {
  const handler = new FailureHandler(resolveOptions(options), fastifyReader)
  const fail = (error: unknown, request: FastifyRequest, reply: FastifyReply): void => {
    const situation = {
      responseStatus: isAnswered(reply) ? undefined : reply.statusCode,
      isClientGone: () => isClientGone(request.raw, reply.raw),
      connection: request.raw.socket,
    }
    sendReply(reply, handler.handle(error, request, situation))
  }

  app.addHook('onRequest', (request, _reply, next) => {
    runInScope(() => handler.scope(request), next)
  })
  app.addHook('preValidation', (request, _reply, next) => {
    // A body arrives in events of the connection, which know of no request.
    if (request.body === undefined) next()
    else runInScope(() => handler.scope(request), next)
  })
  app.addHook('onSend', (request, reply, payload, next) => {
    const body = streamIn(payload)
    if (body !== undefined) {
      const onBreak = (error: unknown): void => {
        // Until a part is sent, Fastify tells the error handler itself.
        if (reply.raw.headersSent) fail(error, request, reply)
      }
      watchBody(body, { request: request.raw, response: reply.raw, onBreak })
    }
    next()
  })
  app.setErrorHandler((error: FastifyError, request, reply) => fail(error, request, reply))
  if (options.notFound !== false) {
    app.setNotFoundHandler((request, reply) =>
      fail(unmatchedRequest(request.method, request.originalUrl), request, reply),
    )
  }
  done()
}

// Fastify then registers it for the whole server, and not for a part of its own.
Object.assign(exceptionHandler, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@slack-logger/exception-handler',
})

import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { FailureHandler } from './failure-handler.ts'
import { fastifyReader, isAnswered, sendReply } from './http/fastify-exchange.ts'
import { isClientGone } from './http/node-exchange.ts'
import { unmatchedError } from './http/request-context.ts'
import { streamIn, watchBody } from './http/watch-body.ts'
import { resolveOptions, type ExceptionHandlerOptions } from './options.ts'
import { runInScope } from './request-scope.ts'

/** Options of the plugin. */
export type FastifyExceptionHandlerOptions = ExceptionHandlerOptions<FastifyRequest> & {
  /**
   * Whether the plugin answers requests that no route matches. Set it to `false` if the server has a not-found handler of its own.
   *
   * @default true
   */
  readonly notFound?: boolean | undefined
}

/**
 * Answers, logs and alerts all errors of a server, requests that no route matches, and responses that break off. Makes the request
 * available to log lines. Register it before the routes.
 *
 * @throws TypeError for a wrong option, which it names.
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
    const circumstances = {
      responseStatus: isAnswered(reply) ? undefined : reply.statusCode,
      isClientGone: () => isClientGone(request.raw, reply.raw),
      connection: request.raw.socket,
    }
    sendReply(reply, handler.handle(error, request, circumstances))
  }

  app.addHook('onRequest', (request, _reply, next) => {
    runInScope(() => handler.scope(request), next, request.raw)
  })
  app.addHook('onSend', (request, reply, payload, next) => {
    const body = streamIn(payload)
    if (body !== undefined) {
      const onBreak = (error: unknown): void => {
        // Before the first part is sent, Fastify calls the error handler itself.
        if (reply.raw.headersSent) fail(error, request, reply)
      }
      watchBody(body, { request: request.raw, response: reply.raw, onBreak })
    }
    next()
  })
  app.setErrorHandler((error: FastifyError, request, reply) => fail(error, request, reply))
  if (options.notFound !== false) {
    app.setNotFoundHandler((request, reply) =>
      fail(unmatchedError(request.method, request.originalUrl), request, reply),
    )
  }
  done()
}

// Makes Fastify register it for the whole server instead of a scope of its own.
Object.assign(exceptionHandler, {
  [Symbol.for('skip-override')]: true,
  [Symbol.for('fastify.display-name')]: '@slack-logger/exception-handler',
})

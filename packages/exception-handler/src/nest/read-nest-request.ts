import type { IncomingMessage } from 'node:http'
import { expressReader, type ExpressRequest } from '../context/read-express-request.ts'
import { fastifyReader, type FastifyRequestLike } from '../context/read-fastify-request.ts'
import type { RequestReader } from '../context/request-context.ts'

/** A request of Nest on Express, or on Fastify. */
export type NestRequest = ExpressRequest | FastifyRequestLike

/** Reads a request of Nest, whichever framework is below it; a message of another kind has none. */
export const nestReader: RequestReader<NestRequest | undefined> = {
  read: (request, user) => {
    if (request === undefined) return {}
    const context = isOfFastify(request)
      ? fastifyReader.read(request, user)
      : expressReader.read(request, user)
    // Callbacks that are not named after a handler have a name that is of use to Nest alone.
    return context.handler?.includes('.') ? context : { ...context, handler: undefined }
  },
  ids: (request) => {
    if (request === undefined) return {}
    return isOfFastify(request) ? fastifyReader.ids(request) : expressReader.ids(request)
  },
  user: (request) => request !== undefined && (request as { user?: unknown }).user,
}

/** Node's own request below Nest's. */
export function rawRequestOf(request: NestRequest): IncomingMessage {
  return isOfFastify(request) ? request.raw : request
}

function isOfFastify(request: NestRequest): request is FastifyRequestLike {
  return 'raw' in request
}

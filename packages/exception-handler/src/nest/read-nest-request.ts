import type { IncomingMessage } from 'node:http'
import { expressReader, type ExpressRequest } from '../context/read-express-request.ts'
import { fastifyReader, type FastifyRequestLike } from '../context/read-fastify-request.ts'
import type { RequestReader } from '../context/request-context.ts'

/** A request of Nest on Express, or on Fastify. */
export type NestRequest = ExpressRequest | FastifyRequestLike

/** Which controller and method a request went to. */
export interface NestDestination {
  getClass(): { readonly name: string }
  getHandler(): { readonly name: string }
}

const destinations = new WeakMap<object, NestDestination>()

/** Notes where a request went to; the guard of the module knows. */
export function noteHandler(request: object, destination: NestDestination): void {
  destinations.set(request, destination)
}

/** As in `'OrdersController.charge'`. */
function handlerOf(request: object): string | undefined {
  const destination = destinations.get(request)
  return destination && `${destination.getClass().name}.${destination.getHandler().name}`
}

/** Reads a request of Nest, whichever framework is below it; a message of another kind has none. */
export const nestReader: RequestReader<NestRequest | undefined> = {
  read: (request, user) => {
    if (request === undefined) return {}
    const context = isOfFastify(request)
      ? fastifyReader.read(request, user)
      : expressReader.read(request, user)
    return { ...context, handler: handlerOf(request) }
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

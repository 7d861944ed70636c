import {
  isError,
  isErrorStatus,
  isObject,
  readProperty,
  readText,
} from '@slack-logger/core/reading'
import type { NestFailureHandler, NestRequest } from '../http/nest-filter.ts'
import { NestMessage } from './message.ts'

const handled = new WeakSet<object>()

/** Handles an error of GraphQL. */
export function handleInGraphql(
  handler: NestFailureHandler,
  error: unknown,
  message: NestMessage,
): void {
  if (typeof error === 'object' && error !== null) handled.add(error)
  handler.handle(error, message, { responseStatus: graphqlStatus(error) })
}

/** True for what a resolver threw; it is handled there. */
export function isHandled(error: unknown): boolean {
  return typeof error !== 'object' || error === null || handled.has(error)
}

/**
 * Reads a field of GraphQL from the arguments of its resolver, of which the last are the context and `GraphQLResolveInfo`.
 *
 * @param nameOf Returns the name of the handler of a field, as of `'Query.orders'`.
 */
export function readField(
  values: readonly unknown[],
  nameOf: (field: string) => string | undefined,
): NestMessage {
  const position = values.findLastIndex((value) => isObject(readProperty(value, 'parentType')))
  const info = values[position]
  const context = values[position - 1]
  const type = readText(readProperty(info, 'parentType'), 'name') ?? ''
  const route = `${type}.${readText(info, 'fieldName') ?? ''}`
  const request = requestOf(context)
  return new NestMessage(
    () => ({
      route,
      handler: nameOf(route),
      operation: operationOf(readProperty(info, 'operation')),
      fieldPath: pathOf(readProperty(info, 'path')),
    }),
    { request, user: readProperty(request, 'user') ?? readProperty(context, 'user') },
  )
}

/**
 * The request in the context: where Nest puts it, where services put it that make the context themselves, where Mercurius has it, or
 * where graphql-ws has that of a subscription.
 */
export function requestOf(context: unknown): NestRequest | undefined {
  const request = readProperty(context, 'req')
  const candidates = [
    request,
    readProperty(context, 'request'),
    readProperty(readProperty(context, 'reply'), 'request'),
    readProperty(readProperty(request, 'extra'), 'request'),
    readProperty(readProperty(context, 'extra'), 'request'),
  ]
  return candidates.find((value) => isObject(readProperty(value, 'headers'))) as
    | NestRequest
    | undefined
}

export function operationOf(operation: unknown): string | undefined {
  const kind = readText(operation, 'operation')
  const name = readText(readProperty(operation, 'name'), 'value')
  return kind !== undefined && name !== undefined ? `${kind} ${name}` : kind
}

/** A path of GraphQL is a list that begins at its end. */
function pathOf(path: unknown): string | undefined {
  const keys: string[] = []
  for (let part = path; isObject(part) && keys.length < 50; part = readProperty(part, 'prev')) {
    keys.unshift(String(readProperty(part, 'key')))
  }
  return keys.length === 0 ? undefined : keys.join('.')
}

/** The statuses of the codes of Apollo Server and Nest, and of the usual ones of services. */
const statuses: Readonly<Record<string, number>> = {
  BAD_REQUEST: 400,
  BAD_USER_INPUT: 400,
  GRAPHQL_PARSE_FAILED: 400,
  GRAPHQL_VALIDATION_FAILED: 400,
  OPERATION_RESOLUTION_FAILURE: 400,
  PERSISTED_QUERY_NOT_FOUND: 400,
  PERSISTED_QUERY_NOT_SUPPORTED: 400,
  UNAUTHENTICATED: 401,
  UNAUTHORIZED: 401,
  FORBIDDEN: 403,
  NOT_FOUND: 404,
  CONFLICT: 409,
  TOO_MANY_REQUESTS: 429,
  INTERNAL_SERVER_ERROR: 500,
  DOWNSTREAM_SERVICE_ERROR: 502,
  SERVICE_UNAVAILABLE: 503,
}

/** In codes of services. */
const serverCode =
  /INTERNAL|UNAVAILABLE|TIMEOUT|UNEXPECTED|UNKNOWN|SERVER|DOWNSTREAM|UPSTREAM|EXTERNAL|GATEWAY|DATABASE/i

/**
 * The status that an error of GraphQL carries: `extensions.http.status`, else that of `extensions.code`. Another code is the service's
 * own answer to its client, unless it names a failure or the error wraps another one. `undefined` for errors without a code.
 */
export function graphqlStatus(error: unknown): number | undefined {
  const extensions = isError(error) ? readProperty(error, 'extensions') : undefined
  const status = readProperty(readProperty(extensions, 'http'), 'status')
  if (isErrorStatus(status)) return status
  const code = readText(extensions, 'code')
  if (code === undefined) return undefined
  const isWrapper = [readProperty(error, 'originalError'), readProperty(error, 'cause')].some(
    isError,
  )
  return statuses[code] ?? (isWrapper || serverCode.test(code) ? 500 : 400)
}

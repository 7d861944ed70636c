import {
  callMethod,
  readClientIp,
  readProperty,
  readText,
  type TrustProxy,
} from '@slack-logger/core/reading'
import type { NestRequest } from '../http/nest-filter.ts'
import type { RequestContext } from '../http/request-context.ts'
import { patternText, type MessageHandlers } from './message-handlers.ts'
import type { HandlerClass } from './modules.ts'

/** What a handler of Nest beyond HTTP works on: a message, a field of GraphQL, a job, a schedule. */
export class NestMessage {
  /** What takes precedence over the request. May throw, and is called where that is logged. */
  readonly read: () => RequestContext
  /** The request of HTTP with a query of GraphQL. */
  readonly request: NestRequest | undefined
  /** What `getUser` gets: that request, the client of a gateway, the context of a microservice. */
  readonly source: unknown
  readonly user: unknown

  constructor(read: () => RequestContext, origin: Partial<Omit<NestMessage, 'read'>> = {}) {
    this.read = read
    this.request = origin.request
    this.source = origin.source ?? origin.request
    this.user = origin.user
  }
}

/** What is used to read messages. */
export interface MessageReading {
  readonly trustProxy: TrustProxy
  /** `undefined` without the module, which finds their names. */
  readonly handlers?: MessageHandlers | undefined
  /** The class that a filter was added to. */
  readonly gateway?: HandlerClass
}

/** Reads the message of a gateway from the arguments of its handler: client, data and, at the end, the event. */
export function readGatewayMessage(
  values: readonly unknown[],
  { trustProxy, handlers, gateway }: MessageReading,
): NestMessage {
  const [client, data] = values
  const event = values.at(-1)
  // socket.io keeps the request with which the client connected, and `ws` only the connection.
  const handshake = readProperty(client, 'handshake')
  const headers = readProperty(handshake, 'headers')
  const remoteAddress =
    readText(handshake, 'address') ?? readText(readProperty(client, '_socket'), 'remoteAddress')
  return new NestMessage(
    () => ({
      method: 'WS',
      route: patternText(event),
      handler: gateway && handlers?.find(gateway, event),
      origin: readText(headers, 'origin'),
      clientIp: readClientIp({ remoteAddress, headers }, trustProxy),
      userAgent: readText(headers, 'user-agent'),
      body: data,
    }),
    { source: client, user: userOfClient(client) },
  )
}

/** Where guards and middleware of socket.io put the signed-in user. */
function userOfClient(client: unknown): unknown {
  return [client, 'data', 'request', 'handshake']
    .map((holder) => (typeof holder === 'string' ? readProperty(client, holder) : holder))
    .map((holder) => readProperty(holder, 'user'))
    .find((user) => user !== undefined)
}

/** Reads the message of a microservice from the arguments of its handler: data and the transport's context. */
export function readServiceMessage(
  values: readonly unknown[],
  { handlers }: MessageReading,
): NestMessage {
  const [data, context, call] = values
  const read = (): RequestContext => {
    const pattern = patternOf(context, call)
    const connection = readProperty(callMethod(context, 'getSocketRef'), 'netSocket')
    return {
      method: 'RPC',
      route: pattern === undefined ? undefined : patternText(pattern),
      handler: handlers?.find('rpc', pattern),
      clientIp: readText(connection, 'remoteAddress'),
      body: data,
    }
  }
  return new NestMessage(read, { source: context })
}

/** Of TCP and RabbitMQ, Redis, NATS, Kafka and MQTT, gRPC. */
function patternOf(context: unknown, call: unknown): unknown {
  return (
    callMethod(context, 'getPattern') ??
    callMethod(context, 'getChannel') ??
    callMethod(context, 'getSubject') ??
    callMethod(context, 'getTopic') ??
    callMethod(call, 'getPath')
  )
}

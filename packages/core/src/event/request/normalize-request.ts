import { redactBeginning } from '../../redaction/bounded-text.ts'
import { redacted } from '../../redaction/copy-value.ts'
import { createRedactor, type Redactor } from '../../redaction/redactor.ts'
import {
  isObject,
  keysOf,
  readFirstText,
  readObject,
  readProperty,
  readText,
} from '../../redaction/safe-read.ts'
import { isSecretParameter } from '../../redaction/urls.ts'
import type { RequestDescription } from '../log-event.ts'
import { readUser } from './user.ts'
import { readHeader, readRoute, readClientIp, type TrustProxy } from './read-request.ts'

/** How a request is described. */
export interface DescribeRequestOptions {
  readonly trustProxy: TrustProxy
  /** @default a redactor with the defaults */
  readonly redactor?: Redactor
}

const maxTextLength = 1_000
const maxQueryParameters = 100

const defaultRedactor = createRedactor()

/**
 * Describes a request: a live one of Node, Express, Fastify, Koa, Hono or fetch, what pino made of one, or plain data
 * (`{ method, path, route, origin, clientIp, user, userAgent, params, query, body, headers }`).
 *
 * @returns `undefined` for something that is no request
 */
export function describeRequest(
  request: unknown,
  { trustProxy, redactor = defaultRedactor }: DescribeRequestOptions,
): RequestDescription | undefined {
  const source = toSource(request)
  if (source === undefined) return undefined
  const text = (value: string | undefined): string | undefined =>
    value === undefined ? undefined : redactBeginning(value, maxTextLength, redactor.text)
  const data = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
    describeData(value, redactor)

  const url = splitUrl(readUrl(source))
  const description: RequestDescription = {
    method: text(readFirstText(source, ['method', 'requestMethod'])?.toUpperCase()),
    path: text(url.path),
    route: text(readRoute(source)),
    origin: text(readOrigin(source)),
    clientIp: text(readClientIp(source, trustProxy)),
    userAgent: text(readText(source, 'userAgent') ?? readHeader(source, 'user-agent')),
    user: readUser(source, redactor.text),
    params: data(readProperty(source, 'params') ?? readContext(source, 'params')),
    query: withoutSecrets(data(readProperty(source, 'query')) ?? data(url.query)),
    body: describeBody(readProperty(source, 'body'), redactor),
  }
  return isTelling(description) ? description : undefined
}

/** Koa's context delegates to its request, but for the body, which is the answer's. */
function toSource(request: unknown): object | undefined {
  if (typeof request === 'string') {
    const match = /^([A-Z]{3,10}) (\S{1,2000})/.exec(request)
    return match === null ? undefined : { method: match[1], url: match[2] }
  }
  if (!isObject(request)) return undefined
  if (readObject(request, 'response') !== undefined && readObject(request, 'app') !== undefined) {
    return readObject(request, 'request') ?? request
  }
  // Hono's context.
  return readText(request, 'method') === undefined
    ? (readObject(request, 'req') ?? request)
    : request
}

function readUrl(source: object): string | undefined {
  const url = readFirstText(source, ['originalUrl', 'url', 'path', 'requestUrl'])
  if (url !== undefined) return url
  // Hapi has a parsed one.
  const parsed = readObject(source, 'url')
  return parsed === undefined ? undefined : readFirstText(parsed, ['href', 'path', 'pathname'])
}

function splitUrl(url: string | undefined): { path?: string; query?: Record<string, unknown> } {
  if (url === undefined) return {}
  const relative = url.slice(0, 16_000).replace(/^[a-z][a-z\d+.-]{0,20}:\/\/[^/?#]*/i, '')
  const [beforeFragment = ''] = relative.split('#', 1)
  const questionMark = beforeFragment.indexOf('?')
  if (questionMark < 0) return { path: beforeFragment || '/' }
  return {
    path: beforeFragment.slice(0, questionMark) || '/',
    query: parseQuery(beforeFragment.slice(questionMark + 1)),
  }
}

function parseQuery(text: string): Record<string, unknown> {
  const query: Record<string, unknown> = {}
  const parameters = new URLSearchParams(text)
  for (const name of [...new Set(parameters.keys())].slice(0, maxQueryParameters)) {
    const values = parameters.getAll(name)
    const value = values.length === 1 ? values[0] : values
    Object.defineProperty(query, name, { value, enumerable: true, configurable: true })
  }
  return query
}

/** Koa's `origin` is the server's own, so of a live request only the header counts. */
function readOrigin(source: object): string | undefined {
  const told = readObject(source, 'socket') === undefined ? readText(source, 'origin') : undefined
  return told ?? readHeader(source, 'origin')
}

/** What is secret only as a parameter of an address. */
function withoutSecrets(
  query: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const secret = Object.keys(query ?? {}).filter((name) => isSecretParameter(name, query?.[name]))
  if (secret.length === 0) return query
  return { ...query, ...Object.fromEntries(secret.map((name) => [name, redacted])) }
}

function readContext(source: object, key: string): unknown {
  const context = readObject(source, 'ctx')
  return context === undefined ? undefined : readProperty(context, key)
}

function describeData(
  value: unknown,
  redactor: Redactor,
): Readonly<Record<string, unknown>> | undefined {
  if (!isObject(value)) return undefined
  const copy = redactor.value(value)
  return isObject(copy) && keysOf(copy).length > 0 ? { ...copy } : undefined
}

function describeBody(body: unknown, redactor: Redactor): unknown {
  if (body === undefined || body === null || body === '') return undefined
  // A body that nobody has read yet.
  if (isObject(body) && typeof readProperty(body, 'getReader') === 'function') return undefined
  if (isObject(body) && typeof readProperty(body, 'pipe') === 'function') return undefined
  const copy = redactor.value(body)
  return isObject(copy) && keysOf(copy).length === 0 ? undefined : copy
}

function isTelling({ method, path, route, clientIp, user, body }: RequestDescription): boolean {
  return [method, path, route, clientIp, user, body].some((part) => part !== undefined)
}

import { isIP } from 'node:net'
import { cutText, redactBeginning, redacted } from '../redaction/bounded-text.ts'
import { type Redactor, createRedactor, hideTexts } from '../redaction/redactor.ts'
import {
  callMethod,
  isList,
  isObject,
  keysOf,
  nonEmpty,
  readFirstText,
  readObject,
  readProperty,
  readText,
} from '../redaction/safe-read.ts'
import { isSecretParameter } from '../redaction/urls.ts'
import type { RequestDescription, RequestUser } from './log-event.ts'

/** How a request is described. */
interface DescribeRequestOptions {
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
  { trustProxy, redactor: given = defaultRedactor }: DescribeRequestOptions,
): RequestDescription | undefined {
  const source = toSource(request)
  if (source === undefined) return undefined
  const redactor = redactorFor(source, given)
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
    params: data(readParams(source)),
    query: withoutSecrets(data(readProperty(source, 'query')) ?? data(url.query)),
    body: describeBody(readProperty(source, 'body'), redactor),
  }
  const { method, path, route, clientIp, user, body } = description
  const isKnown = [method, path, route, clientIp, user, body].some((part) => part !== undefined)
  return isKnown ? description : undefined
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

function readParams(source: object): unknown {
  return readProperty(source, 'params') ?? readProperty(readProperty(source, 'ctx'), 'params')
}

/** The redactor, which also hides what is secret in the path of a request. */
export function redactorFor(request: unknown, redactor: Redactor): Redactor {
  const secrets = secretsInPath(request, redactor)
  return secrets.length === 0
    ? redactor
    : redactor.with({ change: (text) => hideTexts(text, secrets) })
}

/** The values of parameters of the path with secret names, as of `/verify-email/:token`. */
export function secretsInPath(request: unknown, { isSecretKey }: Redactor): readonly string[] {
  const source = toSource(request)
  if (source === undefined) return []
  const params = readParams(source)
  const named = isObject(params)
    ? keysOf(params).map((name) => [name, readProperty(params, name)] as const)
    : paramsOfRoute(source)
  return named
    .filter(([name, value]) => isSecretKey(name) && value !== redacted)
    .map(([, value]) => nonEmpty(value))
    .filter((value) => value !== undefined)
}

/** Where a logger left only the pattern and the path. */
function paramsOfRoute(source: object): readonly (readonly [string, string])[] {
  const pattern = readRoute(source)?.split('/') ?? []
  const segments = splitUrl(readUrl(source)).path?.split('/') ?? []
  if (pattern.length !== segments.length) return []
  return pattern.flatMap((segment, index) => {
    const name = /^(?::|\{)(\w+)/.exec(segment)?.[1]
    return name === undefined ? [] : [[name, segments[index] ?? ''] as const]
  })
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
  const logged = readObject(source, 'socket') === undefined ? readText(source, 'origin') : undefined
  return logged ?? readHeader(source, 'origin')
}

/** What is secret only as a parameter of an address. */
function withoutSecrets(
  query: Readonly<Record<string, unknown>> | undefined,
): Readonly<Record<string, unknown>> | undefined {
  const secret = Object.keys(query ?? {}).filter((name) => isSecretParameter(name, query?.[name]))
  if (secret.length === 0) return query
  return { ...query, ...Object.fromEntries(secret.map((name) => [name, redacted])) }
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
  const isStream = ['getReader', 'pipe'].some(
    (key) => typeof readProperty(body, key) === 'function',
  )
  if (isStream) return undefined
  const copy = redactor.value(body)
  return isObject(copy) && keysOf(copy).length === 0 ? undefined : copy
}

const idKeys = ['id', '_id', 'userId', 'user_id', 'uid', 'sub', 'pk']
const nameKeys = ['username', 'userName', 'name', 'displayName', 'login', 'preferred_username']
const emailKeys = ['email', 'mail', 'emailAddress']
const roleKeys = ['role', 'roles', 'scope']

const maxPartLength = 200

function readUser(request: object, redact: (text: string) => string): RequestUser | undefined {
  return describeUser(findUser(request), redact)
}

/** Who is signed in, wherever the framework or its plug-ins keep that; `undefined` for nobody. */
export function findUser(request: object): unknown {
  return candidates(request).find((candidate) => describeUser(candidate) !== undefined)
}

/** Passport and Fastify, express-jwt, hapi, express-oauth2-jwt-bearer, sessions, Koa. */
function candidates(request: object): readonly unknown[] {
  const context = readObject(request, 'ctx') ?? request
  const state = readObject(context, 'state')
  const session = readObject(request, 'session') ?? readObject(context, 'session')
  const auth = readProperty(request, 'auth')
  return [
    readProperty(request, 'user'),
    isObject(auth)
      ? (readProperty(auth, 'credentials') ?? readObject(auth, 'payload') ?? auth)
      : auth,
    readProperty(state, 'user'),
    readProperty(session, 'user'),
  ]
}

/**
 * Reduces a user to id, name, email and role, whichever names its properties have, so that no password hash or token of it is
 * ever logged. A text or a number is an id.
 */
export function describeUser(
  user: unknown,
  redact: (text: string) => string = (text) => text,
): RequestUser | undefined {
  if (!isObject(user)) {
    const id = printPart(user)
    return id === undefined ? undefined : { ...nobody, id: redact(id) }
  }
  const read = (keys: readonly string[]): string | undefined => {
    for (const key of keys) {
      const part = printPart(readProperty(user, key))
      if (part !== undefined) return redact(part)
    }
    return undefined
  }
  const description: RequestUser = {
    id: read(idKeys),
    name: read(nameKeys),
    email: read(emailKeys),
    role: read(roleKeys) ?? readFlagRole(user),
  }
  return Object.values(description).every((part) => part === undefined) ? undefined : description
}

const nobody: RequestUser = { id: undefined, name: undefined, email: undefined, role: undefined }

function readFlagRole(user: object): string | undefined {
  const isSet = (key: string): boolean => readProperty(user, key) === true
  if (isSet('isAdmin') || isSet('is_admin') || isSet('is_superuser')) return 'admin'
  return isSet('isStaff') || isSet('is_staff') ? 'staff' : undefined
}

function printPart(value: unknown): string | undefined {
  if (typeof value === 'string') return value === '' ? undefined : cutText(value, maxPartLength)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  if (isList(value)) {
    const parts = value
      .slice(0, 10)
      .map(printPart)
      .filter((part) => part !== undefined)
    return parts.length === 0 ? undefined : cutText(parts.join(', '), maxPartLength)
  }
  return isObject(value) ? printId(value) : undefined
}

/** MongoDB's ids and the like are objects with a text of their own, but `[object Object]` and the dump of a whole document are none. */
function printId(value: object): string | undefined {
  const text = callMethod(value, 'toHexString') ?? callMethod(value, 'toString')
  if (typeof text !== 'string' || text === '' || /^[[{]|\n/.test(text)) return undefined
  return cutText(text, maxPartLength)
}

/** Reads a header whatever holds them: Node's object, a fetch `Headers`, an object with names in any case. */
export function readHeader(request: object, name: string): string | undefined {
  const headers = readObject(request, 'headers') ?? readObject(request, 'header')
  if (headers === undefined) return undefined
  const value =
    readProperty(headers, name) ?? callMethod(headers, 'get', name) ?? readAnyCase(headers, name)
  return nonEmpty(isList(value) ? value[0] : value)
}

function readAnyCase(headers: object, name: string): unknown {
  const key = keysOf(headers).find((candidate) => candidate.toLowerCase() === name)
  return key === undefined ? undefined : readProperty(headers, key)
}

type MaybeRouted = Readonly<
  Partial<
    Record<
      'route' | 'routePath' | 'endpoint' | 'baseUrl' | 'routeOptions' | 'routerPath' | 'ctx',
      unknown
    >
  >
>

/** The pattern of the route, as in `/orders/:id`, where the framework has it. */
export function readRoute(request: MaybeRouted): string | undefined {
  try {
    return (
      nonEmpty(request.route) ??
      nonEmpty(request.routePath) ??
      nonEmpty(request.endpoint) ??
      expressRoute(request) ??
      fastifyRoute(request) ??
      koaRoute(request)
    )
  } catch {
    // A getter or a Proxy that throws.
    return undefined
  }
}

function expressRoute(request: MaybeRouted): string | undefined {
  const path = readText(request.route, 'path')
  if (path === undefined) return undefined
  const base = nonEmpty(request.baseUrl) ?? ''
  return base !== '' && path === '/' ? base : base + path
}

function fastifyRoute(request: MaybeRouted): string | undefined {
  return readText(request.routeOptions, 'url') ?? nonEmpty(request.routerPath)
}

function koaRoute(request: MaybeRouted): string | undefined {
  const context: MaybeRouted = isObject(request.ctx) ? request.ctx : request
  return readText(context, '_matchedRoute') ?? nonEmpty(context.routerPath)
}

/**
 * Whether, and how far, `X-Forwarded-For` is trusted: `true` takes its first address, a number says how many proxies of
 * ours stand in front.
 */
export type TrustProxy = boolean | number

/** Characters of the header that are read. */
const maxForwarded = 4096

/** The address of the client; a header, which anybody can send, counts only where proxies are trusted. */
export function readClientIp(request: object, trustProxy: TrustProxy): string | undefined {
  const logged = readFirstText(request, ['clientIp', 'client_ip'])
  if (logged !== undefined) return normalizeIp(logged)
  const socket = readSocket(request)
  const direct = readText(request, 'ip')
  if (direct !== undefined && socket === undefined) return normalizeIp(direct)

  const remote =
    readFirstText(request, ['remoteAddress', 'remoteIp']) ?? readText(socket, 'remoteAddress')
  const forwarded =
    trustProxy === false ? undefined : readForwarded(request, { trustProxy, remote })
  // Anything may stand in a header.
  const address = forwarded === undefined || isIP(forwarded) === 0 ? (direct ?? remote) : forwarded
  return address === undefined ? undefined : normalizeIp(address)
}

function readForwarded(
  request: object,
  { trustProxy, remote }: { trustProxy: TrustProxy; remote: string | undefined },
): string | undefined {
  const header = readHeader(request, 'x-forwarded-for') ?? readHeader(request, 'x-real-ip')
  if (header === undefined) return undefined
  // A client may send a long header, at the end of which the trusted proxies append their addresses.
  const part = trustProxy === true ? header.slice(0, maxForwarded) : header.slice(-maxForwarded)
  const addresses = part
    .split(',')
    .map(normalizeIp)
    .filter((address) => address !== '')
  if (trustProxy === true) return addresses.find((address) => isIP(address) !== 0)
  // Each proxy appends the address it was called from, so the trusted ones stand at the end.
  const hops = [remote && normalizeIp(remote), ...addresses.toReversed()]
  return hops[Math.min(Number(trustProxy), hops.length - 1)]
}

function readSocket(request: object): object | undefined {
  const raw = readObject(request, 'raw') ?? readObject(request, 'req') ?? request
  return readObject(raw, 'socket') ?? readObject(raw, 'connection')
}

/** Without port, brackets and the prefix of IPv4 inside IPv6. */
function normalizeIp(address: string): string {
  if (/^\d{1,3}(?:\.\d{1,3}){3}$/.test(address)) return address
  const bare = address
    .trim()
    .slice(0, 100)
    .replace(/^\[([^\]]*)\](?::\d{1,5})?$/, '$1')
    .replace(/^(\d{1,3}(?:\.\d{1,3}){3}):\d{1,5}$/, '$1')
  return /^::ffff:\d/i.test(bare) ? bare.slice('::ffff:'.length) : bare
}

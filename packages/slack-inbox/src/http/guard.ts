import { createHash, timingSafeEqual } from 'node:crypto'
import { bearerToken, type HttpRequest, type HttpResponse, textResponse } from './answer.ts'

export interface GuardOptions {
  /** Whether other machines may reach the inbox. */
  readonly isRemote: boolean
  /** What other machines need for the page and `/_inbox/`. */
  readonly accessToken: string | undefined
}

const cookieName = 'slack-inbox'

/** The error response to a request from another web page, for another host name, or without the access token. */
export function guard(request: HttpRequest, options: GuardOptions): HttpResponse | undefined {
  const host = request.headers['host'] ?? ''
  // DNS rebinding: a foreign name that resolves to this machine.
  if (!options.isRemote && !isLoopbackHost(host)) return textResponse('unknown host', 403)
  if (isCrossSite(request, host))
    return textResponse('requests from other web pages are not allowed', 403)
  return options.isRemote && needsAccessToken(request.path)
    ? authenticate(request, options)
    : undefined
}

/** Whether `host`, with or without a port, can only be this machine. */
export function isLoopbackHost(host: string): boolean {
  const name = host
    .replace(/:\d+$/, '')
    .replace(/^\[(.*)\]$/, '$1')
    .toLowerCase()
  return (
    name === 'localhost' ||
    name === '::1' ||
    name.endsWith('.localhost') ||
    /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(name)
  )
}

function isCrossSite({ headers, httpMethod, path }: HttpRequest, host: string): boolean {
  const { origin } = headers
  if (origin !== undefined) return !URL.canParse(origin) || new URL(origin).host !== host
  const site = headers['sec-fetch-site'] ?? 'none'
  const isElsewhere = site === 'cross-site' || site === 'same-site'
  const isLink = httpMethod === 'GET' && headers['sec-fetch-mode'] === 'navigate'
  return isElsewhere && !(isLink && !isApiPath(path))
}

function isApiPath(path: string): boolean {
  return ['/api/', '/services/', '/actions/', '/link/', '/upload/', '/_inbox/'].some((prefix) =>
    path.startsWith(prefix),
  )
}

/** The Web API, webhooks, response URLs, Socket Mode and uploads have secrets of their own. */
function needsAccessToken(path: string): boolean {
  return path.startsWith('/_inbox/') || !isApiPath(path)
}

/** The access token is a header, a cookie, or a parameter of the page's address, which sets the cookie. */
function authenticate(
  request: HttpRequest,
  { accessToken }: GuardOptions,
): HttpResponse | undefined {
  const parameter = request.query.get('token')
  if (parameter !== null && isSame(parameter, accessToken))
    return textResponse('', 303, {
      location: request.path,
      'set-cookie': `${cookieName}=${encodeURIComponent(parameter)}; HttpOnly; SameSite=Strict; Path=/`,
    })
  const isAuthentic = [bearerToken(request), cookie(request)].some((each) =>
    isSame(each, accessToken),
  )
  return isAuthentic ? undefined : textResponse('open the page with ?token=…', 401)
}

function cookie({ headers }: HttpRequest): string | undefined {
  const pairs = (headers['cookie'] ?? '').split(';').map((pair) => pair.trim())
  const value = pairs
    .find((pair) => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
  try {
    return value === undefined ? undefined : decodeURIComponent(value)
  } catch {
    // A malformed cookie is no access token.
    return undefined
  }
}

function isSame(given: string | undefined, expected: string | undefined): boolean {
  if (given === undefined || expected === undefined) return false
  return timingSafeEqual(digest(given), digest(expected))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

import { timingSafeEqual, createHash } from 'node:crypto'
import { textReply } from './answer.ts'
import type { Call, Reply } from './answer.ts'

/** Whom the inbox listens to. */
export interface GuardOptions {
  /** Whether machines other than this one may reach it. */
  readonly isRemote: boolean
  /** What opens the page and `/_inbox/` to other machines. */
  readonly accessToken: string | undefined
}

const cookieName = 'slack-inbox'

/** Refuses what another web page, another host's name or a stranger on the network sends. */
export function guard(call: Call, options: GuardOptions): Reply | undefined {
  const host = call.headers['host'] ?? ''
  // A name that resolves to this machine but is not its own: DNS rebinding.
  if (!options.isRemote && !isLoopbackHost(host)) return textReply('unknown host', 403)
  if (isForeign(call, host)) return textReply('requests of other web pages are refused', 403)
  return options.isRemote && isPrivatePath(call.path) ? admission(call, options) : undefined
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

function isForeign(call: Call, host: string): boolean {
  const { origin } = call.headers
  if (origin !== undefined) return !URL.canParse(origin) || new URL(origin).host !== host
  const site = call.headers['sec-fetch-site'] ?? 'none'
  const isElsewhere = site === 'cross-site' || site === 'same-site'
  const isLink = call.httpMethod === 'GET' && call.headers['sec-fetch-mode'] === 'navigate'
  return isElsewhere && !(isLink && !isApiPath(call.path))
}

function isApiPath(path: string): boolean {
  return ['/api/', '/services/', '/upload/', '/_inbox/'].some((prefix) => path.startsWith(prefix))
}

/** Web API, webhooks and uploads have secrets of their own. */
function isPrivatePath(path: string): boolean {
  return path.startsWith('/_inbox/') || !isApiPath(path)
}

/** The access token comes as a header, as a cookie, or once in the page's address, which sets the cookie. */
function admission(call: Call, { accessToken }: GuardOptions): Reply | undefined {
  const given = call.query.get('token')
  if (given !== null && isSame(given, accessToken))
    return textReply('', 303, {
      location: call.path,
      'set-cookie': `${cookieName}=${encodeURIComponent(given)}; HttpOnly; SameSite=Strict; Path=/`,
    })
  const bearer = /^bearer\s+(\S+)$/i.exec(call.headers['authorization'] ?? '')?.[1]
  const isAdmitted = [bearer, cookie(call)].some((each) => isSame(each, accessToken))
  return isAdmitted ? undefined : textReply('open the page with ?token=…', 401)
}

function cookie(call: Call): string | undefined {
  const pairs = (call.headers['cookie'] ?? '').split(';').map((pair) => pair.trim())
  const value = pairs
    .find((pair) => pair.startsWith(`${cookieName}=`))
    ?.slice(cookieName.length + 1)
  try {
    return value === undefined ? undefined : decodeURIComponent(value)
  } catch {
    // A malformed cookie admits nobody.
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

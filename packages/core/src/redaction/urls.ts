import { redacted, redactRanges, type TextRange } from './bounded-text.ts'
import { looksGenerated } from './values.ts'

/** How far a password with a slash in it is looked for. */
const maxUserinfoLength = 512

/** Also as JSON may write it: `https:\/\/`. */
const authorityStart = /\\?\/\\?\//g
const authorityEnd = /[/?#\s'"<>`\\]/
const tokenEnd = /[\s'"<>`]/

/** A port, the variable of one, an IPv6 address: where one of them ends the authority there is no password in front of it. */
const hasPort = /^[^:]*:(?:\d{0,5}$|[${<%[])|^\[/

/**
 * Replaces the password in `scheme://user:password@host`, also where the scheme is left out, and a token in the user's place.
 *
 * Passwords are often not encoded as they should be, so one may hold `@` or `/`: the last `@` of the authority ends it. An
 * authority without `@` is a host.
 */
export function redactUrlCredentials(text: string): string {
  return redactRanges(text, findCredentials(text))
}

function* findCredentials(text: string): Iterable<TextRange> {
  for (const { 0: slashes, index } of text.matchAll(authorityStart)) {
    const credential = findCredential(text, index + slashes.length)
    if (credential !== undefined) yield credential
  }
}

function findCredential(text: string, start: number): TextRange | undefined {
  const rest = text.slice(start, start + maxUserinfoLength)
  const authority = upTo(rest, authorityEnd)
  const at = authority.lastIndexOf('@')
  if (at < 0) return findPasswordWithSlash(rest, authority, start)
  const userinfo = authority.slice(0, at)
  const colon = userinfo.indexOf(':')
  if (looksLikeToken(colon < 0 ? userinfo : userinfo.slice(0, colon))) {
    return { start, end: start + at }
  }
  return colon < 0 || at === colon + 1 ? undefined : { start: start + colon + 1, end: start + at }
}

/** A token in the place of a user's name, and not the user's e-mail address. */
function looksLikeToken(user: string): boolean {
  return user.length >= 20 && !user.includes('%40') && looksGenerated(user)
}

function findPasswordWithSlash(
  rest: string,
  authority: string,
  start: number,
): TextRange | undefined {
  const colon = authority.indexOf(':')
  if (colon < 0 || authority.length === rest.length || hasPort.test(authority)) return undefined
  const at = upTo(rest, tokenEnd).indexOf('@', colon)
  return at < 0 ? undefined : { start: start + colon + 1, end: start + at }
}

function upTo(text: string, end: RegExp): string {
  const index = text.search(end)
  return index < 0 ? text : text.slice(0, index)
}

const parameters = /([?&](?:[\w-]{1,64}))=([^\s&#"'<>`]{16,})/g

/** Names that mean too much elsewhere, but in an address are what lets somebody in: of maps, of logins by another service. */
const names: ReadonlySet<string> = new Set([
  'key',
  'code',
  'signature',
  'hmac',
  'ticket',
  'assertion',
  'samlresponse',
])

/** Replaces what is secret only as a parameter of an address: `?key=…`, `/callback?code=…`. */
export function redactParameters(text: string): string {
  return text.replace(parameters, (found, name: string, value: string) =>
    isSecretParameter(name.slice(1), value) ? `${name}=${redacted}` : found,
  )
}

/** True for a value that nobody would have typed, under one of the names. */
export function isSecretParameter(name: string, value: unknown): boolean {
  return (
    typeof value === 'string' &&
    value.length >= 16 &&
    names.has(name.toLowerCase()) &&
    /\d/.test(value) &&
    /[a-z]/i.test(value)
  )
}

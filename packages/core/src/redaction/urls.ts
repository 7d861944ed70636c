import { redacted, redactRanges, type TextRange } from './bounded-text.ts'

/** How far a password with a slash in it is looked for. */
const maxUserinfoLength = 512

const authorityEnd = /[/?#\s'"<>`\\]/
const tokenEnd = /[\s'"<>`]/

/** Where a port ends the authority there is no password in front of it. */
const hasPort = /^[^:]*:\d{0,5}$/

/** A token in the place of a user's name, with or without a password behind it. */
const isToken = /^(?=[^:]{0,512}\d)[\w.~+%=-]{20,}(?::|$)/

/**
 * Replaces the password in `scheme://user:password@host`, also where the scheme is left out, and a token in the user's place.
 *
 * Passwords are often not encoded as they should be, so one may hold `@` or `/`: the last `@` of the authority ends it.
 */
export function redactUrlCredentials(text: string): string {
  return redactRanges(text, findCredentials(text))
}

function* findCredentials(text: string): Iterable<TextRange> {
  for (let at = text.indexOf('//'); at >= 0; at = text.indexOf('//', at + 2)) {
    const credential = findCredential(text, at + 2)
    if (credential !== undefined) yield credential
  }
}

function findCredential(text: string, start: number): TextRange | undefined {
  const rest = text.slice(start, start + maxUserinfoLength)
  const authority = upTo(rest, authorityEnd)
  const colon = authority.indexOf(':')
  const at = authority.lastIndexOf('@')
  if (isToken.test(authority.slice(0, at))) return { start, end: start + at }
  if (colon < 0) return undefined

  if (at >= 0) return at > colon + 1 ? { start: start + colon + 1, end: start + at } : undefined
  if (hasPort.test(authority)) return undefined
  const laterAt = upTo(rest, tokenEnd).indexOf('@', colon)
  return laterAt < 0 ? undefined : { start: start + colon + 1, end: start + laterAt }
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

const replacement = '[redacted]'

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
  let result = ''
  let shownTo = 0
  for (let at = text.indexOf('//'); at >= 0; at = text.indexOf('//', at + 2)) {
    const password = findPassword(text, at + 2)
    if (password === undefined || password.start < shownTo) continue
    result += text.slice(shownTo, password.start) + replacement
    shownTo = password.end
  }
  return shownTo === 0 ? text : result + text.slice(shownTo)
}

function findPassword(text: string, start: number): { start: number; end: number } | undefined {
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

import { type TextRange, redactRanges, redacted } from './safe-read.ts'

const keyBegin = '-----BEGIN [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'
const keyEnd = '-----END [A-Z0-9 ]{0,40}PRIVATE KEY(?: BLOCK)?-----'

/** A key without its end runs to the end of the text, one without its beginning from the start: the text was cut. */
const privateKeys = new RegExp(
  `${keyBegin}[^]*?(?:${keyEnd}|$)|^(?:(?!${keyBegin})[^])*?${keyEnd}`,
  'g',
)

/**
 * Tokens that begin in a way that no other text does.
 *
 * Lower bounds on the length are loose: better a harmless text too many than half a token that was cut off.
 */
const tokenForms: readonly string[] = [
  'xox[a-z](?:\\.xox[a-z])?-[\\w-]{8,}', // Slack
  'xapp-[\\w-]{8,}',
  '(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{12,}', // AWS
  'gh[opsur]_[A-Za-z0-9]{16,}', // GitHub
  'github_pat_\\w{16,}',
  'gl(?:pat|oas|dt|rt|cbt|ptt|ft|imt|agent|soat)-[\\w-]{16,}', // GitLab
  '[rs]k_(?:live|test)_[A-Za-z0-9]{8,}', // Stripe
  'whsec_[A-Za-z0-9+/=]{16,}',
  'npm_[A-Za-z0-9]{20,}',
  'AIza[\\w-]{24,}', // Google
  'ya29\\.[\\w-]{16,}',
  'GOCSPX-[\\w-]{16,}',
  'sk-(?:proj-|svcacct-|admin-|ant-|or-)?(?=[a-zA-Z_-]{0,64}\\d)[\\w-]{16,}', // OpenAI, Anthropic
  'SG\\.[\\w-]{16,}\\.[\\w-]{8,}', // SendGrid
  'SK[0-9a-f]{32}', // Twilio
  'shp(?:at|ca|pa|ss)_[a-fA-F0-9]{16,}', // Shopify
  'do[opr]_v1_[a-f0-9]{32,}', // DigitalOcean
  'hf_[A-Za-z0-9]{24,}', // Hugging Face
  'hv[sb]\\.[\\w-]{16,}', // Vault
  'pypi-[\\w-]{32,}',
  'dckr_pat_[\\w-]{16,}',
  'sq0(?:atp|csp)-[\\w-]{16,}', // Square
  'dapi[a-f0-9]{32}', // Databricks
  'lin_api_[A-Za-z0-9]{16,}',
  'ATATT3[\\w=-]{32,}', // Atlassian
  'eyJ[\\w-]{8,}(?:\\.[\\w-]+){1,4}\\.?', // JWT; eyJ is {" in Base64
  'key-[0-9a-f]{32}', // Mailgun
  '[0-9a-f]{32}-us\\d{1,2}', // Mailchimp
  'NRAK-[A-Z0-9]{16,}', // New Relic
  'glsa_[A-Za-z0-9]{16,}_[0-9a-f]{8}', // Grafana
  '[A-Za-z0-9]{14}\\.atlasv1\\.[\\w-]{16,}', // Terraform Cloud
  '(?:ntn|secret|gsk|figd|sbp|r8|sntry[su])_[A-Za-z0-9]{24,}[\\w=+/-]*', // Notion, Groq, Figma, Supabase, Replicate, Sentry
  'pscale_(?:tkn|pw|oauth)_[\\w.-]{16,}', // PlanetScale
  'pat[A-Za-z0-9]{14}\\.[0-9a-f]{32,}', // Airtable
  'dp\\.(?:pt|st|ct|sa|scim|audit)\\.[\\w.-]{16,}', // Doppler
  'vercel_blob_rw_\\w{16,}',
  'PMAK-[0-9a-f]{16,}-[0-9a-f]{16,}', // Postman
  'pul-[0-9a-f]{32,}', // Pulumi
  'rubygems_[0-9a-f]{32,}',
  'fm[12]_[\\w+/=-]{24,}', // Fly.io
  'xai-[A-Za-z0-9]{32,}',
  'EAACEdEose0cBA[A-Za-z0-9]+', // Facebook
  'amzn\\.mws\\.[0-9a-f-]{32,}',
  'AGE-SECRET-KEY-1[A-Z0-9]{32,}',
]

// The look-behind holds every character a token may have, so that a long run of them is entered once only.
const tokens = new RegExp(`(?<![\\w-])(?:${tokenForms.join('|')})`, 'g')

/** `Bearer …` and the like, if what follows looks like a credential and not like a word. */
const schemes =
  /(?<![A-Za-z])((?:bearer|basic|negotiate|digest|token|apikey)[ \t]{1,4})([A-Za-z0-9._~+/=-]{8,})/gi

export function redactPrivateKeys(text: string): string {
  return text.includes('-----') ? text.replace(privateKeys, redacted) : text
}

/** Redacts what has the form of a credential. */
export function redactTokens(text: string): string {
  return text
    .replace(tokens, redacted)
    .replace(schemes, (found, scheme: string, value: string) =>
      looksRandom(value) ? scheme + redacted : found,
    )
}

/** A word of prose has neither digits nor capitals inside nor signs: `basic authentication`, `Bearer realm`. */
export function looksRandom(value: string): boolean {
  return /\d|[a-z][A-Z]|[._~+/=]/.test(value.replace(/[.=]+$/, ''))
}

/** Where a card number may begin. A longer decimal fraction is none: `0.4111111111111111`. */
const beginnings = /(?=\d{4})(?<!\d|\d\.)/g

/** Groups of digits as cards print them, the longest first. */
const printedForms: readonly RegExp[] = [
  /\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}\1\d{1,3}(?!\d)/y,
  /\d{4}([ -])\d{4}\1\d{4}\1\d{1,4}(?!\d)/y,
  /\d{4}([ -])\d{6}\1\d{4,5}(?!\d)/y,
  /\d{13,19}(?!\d)/y,
]

/** Prefixes and lengths that the card networks have given out. */
const networks =
  /^(?:4(?:\d{12}|\d{15}|\d{18})|5[0-9]\d{14}|2[2-7]\d{14}|3[47]\d{13}|3[0689]\d{12}|35\d{14}|6\d{15}|6[27]\d{15,17})$/

/** Redacts payment card numbers: those that a network gives out and whose check digit (Luhn) is right. */
export function redactCardNumbers(text: string): string {
  return redactRanges(text, findCardNumbers(text))
}

function* findCardNumbers(text: string): Iterable<TextRange> {
  for (const { index } of text.matchAll(beginnings)) {
    const number = printedForms.map((form) => matchAt(text, index, form)).find(isCardNumber)
    if (number !== undefined) yield { start: index, end: index + number.length }
  }
}

function matchAt(text: string, index: number, form: RegExp): string {
  form.lastIndex = index
  return form.exec(text)?.[0] ?? ''
}

function isCardNumber(printed: string): boolean {
  const digits = printed.replace(/[ -]/g, '')
  return networks.test(digits) && passesLuhn(digits)
}

function passesLuhn(digits: string): boolean {
  let sum = 0
  for (const [place, digit] of digits.split('').toReversed().entries()) {
    const weighted = Number(digit) * (place % 2 === 0 ? 1 : 2)
    sum += weighted > 9 ? weighted - 9 : weighted
  }
  return sum % 10 === 0
}

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

const replacement = '[redacted]'

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
    isSecretParameter(name.slice(1), value) ? `${name}=${replacement}` : found,
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

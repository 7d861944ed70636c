import type { Redactor } from '@slack-logger/core'
import type { RequestContext } from '../context/request-context.ts'

/** What is logged of a request. */
export type RedactRequest = (request: RequestContext) => Readonly<Record<string, unknown>>

type RedactField = (value: unknown) => unknown

/** Fields that many requests have in common. */
const common = [
  'method',
  'route',
  'handler',
  'origin',
  'clientIp',
  'userAgent',
] as const satisfies readonly (keyof RequestContext)[]

/** Fields that each request has for itself. */
const own = [
  'path',
  'user',
  'params',
  'query',
  'body',
] as const satisfies readonly (keyof RequestContext)[]

const maxKnown = 300
const maxKnownLength = 200

/** Redacts a request as the redactor does; what many requests have in common is looked at once. */
export function createRequestRedactor(redactor: Redactor): RedactRequest {
  const fields = new Map<string, RedactField>()
  for (const field of common) fields.set(field, remembering(redactField(field, redactor)))
  for (const field of own) fields.set(field, redactField(field, redactor))
  return (request) => {
    const shown: Record<string, unknown> = {}
    let others: Record<string, unknown> | undefined
    for (const key of Object.keys(request)) {
      const value: unknown = request[key as keyof RequestContext]
      if (value === undefined) continue
      const redact = fields.get(key)
      if (redact === undefined) others = { ...others, [key]: value }
      else shown[key] = redact(value)
    }
    // What a program tells besides may be secret by its name, or by its neighbour's.
    return others === undefined ? shown : Object.assign(shown, redactor.value(others))
  }
}

function remembering(redact: RedactField): RedactField {
  const known = new Map<unknown, unknown>()
  return (value) => {
    const before = known.get(value)
    if (before !== undefined) return before
    const shown = redact(value)
    if (known.size >= maxKnown) known.clear()
    if (typeof value === 'string' && value.length <= maxKnownLength) known.set(value, shown)
    return shown
  }
}

/** A service may hide a field altogether, by its name. */
function redactField(field: string, redactor: Redactor): RedactField {
  const redactNamed = (value: unknown): unknown =>
    (redactor.value({ [field]: value }) as Record<string, unknown>)[field]
  return redactNamed('x') === 'x' ? redactor.value : redactNamed
}

import type { Redactor } from '@slack-logger/core'
import type { RequestContext } from '../context/request-context.ts'

/** What is logged of a request. */
export type RedactRequest = (request: RequestContext) => Readonly<Record<string, unknown>>

/** Fields that many requests have in common. */
const common = [
  'method',
  'path',
  'route',
  'handler',
  'origin',
  'clientIp',
  'userAgent',
] as const satisfies readonly (keyof RequestContext)[]

const maxKnown = 300
const maxKnownLength = 200

/** Redacts a request as the redactor does; what many requests have in common is looked at once. */
export function createRequestRedactor(redactor: Redactor): RedactRequest {
  const fields = new Map(common.map((field) => [field as string, redactField(field, redactor)]))
  return (request) => {
    const shown: Record<string, unknown> = {}
    const own: Record<string, unknown> = {}
    for (const key of Object.keys(request) as (keyof RequestContext)[]) {
      const value = request[key]
      const redact = fields.get(key)
      if (typeof value === 'string' && redact !== undefined) shown[key] = redact(value)
      else if (value !== undefined) own[key] = value
    }
    return Object.assign(shown, redactor.value(own))
  }
}

/** With its name, since a service may hide a field altogether. */
function redactField(field: string, redactor: Redactor): (value: string) => unknown {
  const known = new Map<string, unknown>()
  return (value) => {
    const before = known.get(value)
    if (before !== undefined) return before
    const shown = (redactor.value({ [field]: value }) as Record<string, unknown>)[field]
    if (known.size >= maxKnown) known.clear()
    if (value.length <= maxKnownLength) known.set(value, shown)
    return shown
  }
}

import type { Redactor } from '@slack-logger/core'
import { redactorFor } from '@slack-logger/core/reading'
import type { RequestContext } from '../http/request-context.ts'

/** Redacts a request for the log. */
export type RedactRequest = (request: RequestContext) => Readonly<Record<string, unknown>>

type RedactField = (value: unknown) => unknown

/** Fields with the same values in many requests. */
const repeatedFields = [
  'method',
  'route',
  'handler',
  'origin',
  'clientIp',
  'userAgent',
] as const satisfies readonly (keyof RequestContext)[]

/** Fields with other values in each request. */
const uniqueFields = [
  'path',
  'user',
  'params',
  'query',
  'body',
] as const satisfies readonly (keyof RequestContext)[]

const maxCached = 300
const maxCachedLength = 200

/** Redacts as `redactor.value` does, and caches the results of repeated values. */
export function createRequestRedactor(redactor: Redactor): RedactRequest {
  const fields = new Map<string, RedactField>()
  for (const field of repeatedFields) fields.set(field, withCache(redactField(field, redactor)))
  for (const field of uniqueFields) fields.set(field, redactField(field, redactor))
  return (request) => {
    const own = redactorFor(request, redactor)
    if (own !== redactor) return own.value(request) as Readonly<Record<string, unknown>>
    const shown: Record<string, unknown> = {}
    let others: Record<string, unknown> | undefined
    for (const key of Object.keys(request)) {
      const value: unknown = request[key as keyof RequestContext]
      if (value === undefined) continue
      const redact = fields.get(key)
      if (redact === undefined) others = { ...others, [key]: value }
      else shown[key] = redact(value)
    }
    // Other fields may be secret by their names or by their neighbours.
    return others === undefined ? shown : Object.assign(shown, redactor.value(others))
  }
}

function withCache(redact: RedactField): RedactField {
  const cache = new Map<unknown, unknown>()
  return (value) => {
    const cached = cache.get(value)
    if (cached !== undefined) return cached
    const shown = redact(value)
    if (cache.size >= maxCached) cache.clear()
    if (typeof value === 'string' && value.length <= maxCachedLength) cache.set(value, shown)
    return shown
  }
}

/** With the field's name only where the service redacts the field by its name. */
function redactField(field: string, redactor: Redactor): RedactField {
  const redactNamed = (value: unknown): unknown =>
    (redactor.value({ [field]: value }) as Record<string, unknown>)[field]
  return redactNamed('x') === 'x' ? redactor.value : redactNamed
}

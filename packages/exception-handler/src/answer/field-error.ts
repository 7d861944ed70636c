/** One thing that is wrong with a request. */
export interface FieldError {
  /** Where, as in `'items.0.name'`; empty if it is about the whole. */
  readonly field: string
  /** What, as the validator says it. */
  readonly reason: string
}

/** One request can have so many things wrong that nobody reads them all. */
export const maxFieldErrors = 1000

/** As a client reads one: `field: reason`. */
export function showFieldError({ field, reason }: FieldError): string {
  if (field === '') return reason
  return `${field}: ${reason.replaceAll('이 필드', field).replace(/^This field\b/, field)}`
}

/** A path of names, indexes or `{ key }` objects with dots between. */
export function joinPath(path: unknown): string {
  if (typeof path === 'string') return path
  if (!Array.isArray(path)) return ''
  return path.map((part: unknown) => String(isKeyed(part) ? part.key : part)).join('.')
}

function isKeyed(part: unknown): part is { readonly key: unknown } {
  return typeof part === 'object' && part !== null && 'key' in part
}

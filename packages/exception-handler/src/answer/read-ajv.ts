import { readProperty, readText } from '../read-safely.ts'
import type { FieldError } from './field-error.ts'

/** Reads one error of ajv, as Fastify reports them; `undefined` for anything else. */
export function readAjvError(item: unknown): FieldError | undefined {
  const reason = readText(item, 'message')
  const pointer = readProperty(item, 'instancePath')
  if (reason === undefined || typeof pointer !== 'string') return undefined
  const path = pointer.split('/').slice(1).map(unescapePointer)
  const property = namedProperty(readProperty(item, 'params'))
  return { field: [...path, ...(property === undefined ? [] : [property])].join('.'), reason }
}

/** A missing or a surplus property is an error of its parent for ajv, and of itself for people. */
function namedProperty(parameters: unknown): string | undefined {
  return (
    readText(parameters, 'missingProperty') ??
    readText(parameters, 'additionalProperty') ??
    readText(parameters, 'unevaluatedProperty')
  )
}

function unescapePointer(part: string): string {
  return part.replaceAll('~1', '/').replaceAll('~0', '~')
}

import { readList, readProperty, readText } from '../read-safely.ts'
import type { FieldError } from './field-error.ts'

const maxDepth = 8

/** Reads one ValidationError of class-validator with its children; `undefined` for anything else. */
export function readClassValidatorError(item: unknown, parents = ''): FieldError[] | undefined {
  const property = readText(item, 'property')
  const constraints = readProperty(item, 'constraints')
  const children = readList(item, 'children') ?? []
  if (property === undefined) return undefined
  if (!isObject(constraints) && children.length === 0) return undefined
  const field = parents === '' ? property : `${parents}.${property}`
  const own = isObject(constraints)
    ? Object.values(constraints).map((text) => ({
        field,
        reason: withoutField(String(text), property),
      }))
    : []
  if (field.split('.').length >= maxDepth) return own
  return [...own, ...children.flatMap((child) => readClassValidatorError(child, field) ?? [])]
}

/**
 * Reads one text of Nest's ValidationPipe, as in `'items.0.name must be a string'`.
 *
 * A text of the service's own names no field that could be told for sure.
 */
export function readClassValidatorText(text: string): FieldError {
  const match = standardText.exec(text)
  const field = match?.groups?.['field']
  if (field === undefined) return { field: '', reason: text }
  const name = field.slice(field.lastIndexOf('.') + 1)
  return { field, reason: withoutField(withoutField(text, field), name) }
}

const standardText =
  /^(?:each value in |nested property |property )?(?<field>[\w$][\w$.[\]-]{0,199}) (?:must|should|is|has|contains)\b/

function withoutField(text: string, field: string): string {
  return text.startsWith(`${field} `) ? text.slice(field.length + 1) : text
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null
}

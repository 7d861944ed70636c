import { format } from 'node:util'
import {
  isError,
  isInstanceOf,
  isObject,
  isPlainObject,
  keysOf,
  readProperty,
  readText,
} from '../redaction/safe-read.ts'
import { readStack } from './stack.ts'

/** A logged text with the values that were logged after it. */
export interface FilledText {
  readonly text: string
  /** The text before its values were put in, if any were. */
  readonly template: string | undefined
  /** The values that are no format arguments. */
  readonly rest: readonly unknown[]
}

const placeholders = /%[sdifjoOc%]/g

/**
 * Puts values into a text as `util.format` does, but for a percent sign that is only part of the text: one after a digit, as in
 * `20%off`, and one whose value does not fit, as an object does not fit `%d`.
 *
 * An Error is printed without its stack, and an object that holds an Error is no format argument.
 *
 * @returns `undefined` for a text without placeholders, and for one that a format filled before
 */
export function fillText(message: string, values: readonly unknown[]): FilledText | undefined {
  if (values.length === 0 || !hasPlaceholder(message)) return undefined
  // What looks like a placeholder may come from a value.
  return values.some((value) => isPutIn(message, value)) ? undefined : fill(message, values)
}

/**
 * The same for a text that another format has filled already, from what it was before.
 *
 * @returns `undefined` if the text is not as `util.format` leaves it, since a format may have masked something in it
 */
export function refillText(
  filled: unknown,
  { message, values }: { readonly message: unknown; readonly values: readonly unknown[] },
): FilledText | undefined {
  if (typeof message !== 'string' || !hasPlaceholder(message)) return undefined
  const found = message.match(/%[scdjifoO%]/g)?.length ?? 0
  const escaped = message.match(/%%/g)?.length ?? 0
  const used = values.slice(0, found - escaped)
  return used.length > 0 && format(message, ...used) === filled ? fill(message, used) : undefined
}

function fill(message: string, values: readonly unknown[]): FilledText {
  const used: unknown[] = []
  const escaped = message.replace(placeholders, (placeholder: string, at: number) => {
    if (placeholder === '%%') return placeholder
    const value = values[used.length]
    const isLeft = used.length < values.length
    if (!isLeft || /\d/.test(message.charAt(at - 1)) || !fits(value, placeholder)) {
      return `%${placeholder}`
    }
    const isPrinted = isError(value)
    used.push(isPrinted ? String(value) : value)
    return isPrinted ? '%s' : placeholder
  })
  if (used.length === 0) return { text: message, template: undefined, rest: values }
  return { text: tryFormat(escaped, ...used), template: message, rest: values.slice(used.length) }
}

/** `util.format`, but for a value that throws when it is printed: then the text without its values. */
export function tryFormat(text: string, ...values: readonly unknown[]): string {
  try {
    return format(text, ...values)
  } catch {
    // A `toString` or an inspection of one's own.
    return text
  }
}

function hasPlaceholder(text: string): boolean {
  return text.includes('%') && /%[sdifjoOc]/.test(text)
}

function isPutIn(message: string, value: unknown): boolean {
  return typeof value === 'string' && hasPlaceholder(value) && message.includes(value)
}

function fits(value: unknown, placeholder: string): boolean {
  if (placeholder === '%c') return typeof value === 'string'
  if (!/%[dif]/.test(placeholder)) return !holdsError(value)
  if (typeof value === 'string') return value.trim() !== '' && !Number.isNaN(Number(value))
  return typeof value !== 'object' || value === null || isInstanceOf(value, Date)
}

export function holdsError(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || isError(value)) return false
  return keysOf(value).some((key) => isError(readProperty(value, key)))
}

/** What the values of one call say. */
export interface ReadValues {
  readonly message: string
  readonly template: string | undefined
  readonly error: unknown
  readonly request: unknown
  readonly fields: Record<string, unknown>
}

/**
 * Reads the values of one call, as in `console.error('order %s failed', 17, error, { user })`: the text with its format arguments
 * and the other primitives, the first error, the request of a server, and the properties of plain objects as fields. All else is in
 * the field `values`.
 */
export function readValues(values: readonly unknown[]): ReadValues {
  const [first, ...others] = values
  const filled = typeof first === 'string' ? fillText(first, others) : undefined
  const shown = filled === undefined ? values : [filled.text, ...filled.rest]
  const error = values.find((value) => isLoggedError(value))
  const objects = shown.filter((value) => !isPrimitive(value) && value !== error)
  const plain = objects.filter((value) => isPlainObject(value) && !isLoggedError(value))
  const request = objects.find((value) => !plain.includes(value) && isRequest(value))
  const rest = objects.filter((value) => !plain.includes(value) && value !== request)
  const fields: Record<string, unknown> = {}
  for (const object of plain) copyFields(fields, object)
  if (rest.length > 0) fields['values'] = rest
  const message = shown.filter(isPrimitive).map(String).join(' ')
  return {
    message: message === '' ? takeText(fields) : message,
    template: filled?.template,
    error,
    request,
    fields,
  }
}

function isPrimitive(value: unknown): boolean {
  return value === null || (typeof value !== 'object' && typeof value !== 'function')
}

/** The text of an object that was logged without another one. */
function takeText(fields: Record<string, unknown>): string {
  const key = ['message', 'msg'].find((name) => readText(fields, name) !== undefined)
  if (key === undefined) return ''
  const text = String(fields[key])
  delete fields[key]
  return text
}

/** An Error, or what a logger or another process made of one. */
function isLoggedError(value: unknown): boolean {
  if (isError(value)) return true
  return (
    isPlainObject(value) &&
    readText(value, 'message') !== undefined &&
    readStack(value) !== undefined
  )
}

/** Adds the properties of an object that can be read. */
export function copyFields(fields: Record<string, unknown>, given: unknown): void {
  if (!isObject(given)) return
  for (const key of keysOf(given)) {
    // To assign it would change the prototype.
    if (key !== '__proto__') fields[key] = readProperty(given, key)
  }
}

/** The live request of a server. */
function isRequest(value: unknown): boolean {
  const isSent = readText(value, 'method') !== undefined && readText(value, 'url') !== undefined
  return isSent && typeof readProperty(value, 'headers') === 'object'
}

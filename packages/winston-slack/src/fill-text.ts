import { format } from 'node:util'

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
 * Puts values into a text as `util.format` and winston's `format.splat` do, but for a percent sign that is only part of the text:
 * one after a digit, as in `20%off`, and one whose value does not fit, as an object does not fit `%d`.
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
 * The same for a text that `format.splat` has filled already, from what it was before.
 *
 * @returns `undefined` if the text is not as `format.splat` leaves it, since another format may have masked something in it
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
    used.push(value instanceof Error ? String(value) : value)
    return value instanceof Error ? '%s' : placeholder
  })
  if (used.length === 0) return { text: message, template: undefined, rest: values }
  return { text: format(escaped, ...used), template: message, rest: values.slice(used.length) }
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
  return typeof value !== 'object' || value === null || value instanceof Date
}

export function holdsError(value: unknown): value is object {
  if (typeof value !== 'object' || value === null || value instanceof Error) return false
  return Object.values(value).some((part) => part instanceof Error)
}

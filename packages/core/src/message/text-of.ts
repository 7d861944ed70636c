import { inspect } from 'node:util'

const inspectOptions = {
  breakLength: Infinity,
  customInspect: false,
  depth: 4,
  maxStringLength: 10_000,
}

/** The text of any value; never throws, whatever the value's own code does. */
export function textOf(value: unknown): string {
  if (typeof value === 'string') return value
  try {
    return hasOwnText(value) ? String(value) : inspect(value, inspectOptions)
  } catch {
    return describeUnprintable(value)
  }
}

/** Objects and arrays without a text of their own would read `[object Object]`. */
function hasOwnText(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  const { toString } = value as { toString?: unknown }
  return toString !== Object.prototype.toString && toString !== Array.prototype.toString
}

/** The value's own code failed, so its kind is all that can be told. */
function describeUnprintable(value: unknown): string {
  try {
    return inspect(value, inspectOptions)
  } catch {
    return `[${typeof value}]`
  }
}

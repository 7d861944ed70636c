import type { JsonObject } from './json.ts'

/** A text argument; empty where it is missing. */
export function text(args: JsonObject, name: string): string {
  const value = args[name]
  return typeof value === 'string' ? value : ''
}

/** A text argument; undefined where it is missing or empty. */
export function optionalText(args: JsonObject, name: string): string | undefined {
  return text(args, name) || undefined
}

/** Whether a flag is set: forms write it as text. */
export function flag(args: JsonObject, name: string): boolean {
  const value = args[name]
  return value === true || value === 1 || /^(true|1)$/i.test(text(args, name))
}

/** A number; undefined where it is missing. */
export function number(args: JsonObject, name: string): number | undefined {
  const value = args[name]
  if (typeof value === 'number') return value
  return typeof value === 'string' && value !== '' ? Number(value) : undefined
}

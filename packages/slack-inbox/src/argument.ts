import type { JsonObject } from './json.ts'

/** A text argument; empty where it is missing. */
export function text(args: JsonObject, name: string): string {
  const value = args[name]
  return typeof value === 'string' ? value : ''
}

/** Whether a flag is set: forms write it as text. */
export function flag(args: JsonObject, name: string): boolean {
  const value = args[name]
  return value === true || value === 'true' || value === '1' || value === 1
}

/** What JSON can say. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object, as it came: nothing is known about its properties. */
export interface JsonObject {
  readonly [property: string]: Json | undefined
}

/** Whether `value` is an object with properties: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Deeper than any message, and shallow enough for every recursion over it. */
const maxDepth = 64

/** The value that `text` says, or undefined where it is no JSON or nested deeper than any message is. */
export function parseJson(text: string): Json | undefined {
  if (isTooDeep(text)) return undefined
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

function isTooDeep(text: string): boolean {
  let depth = 0
  // Strings are skipped whole: brackets in them are text.
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"?|[[{]|[\]}]/gs)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    if (depth > maxDepth) return true
  }
  return false
}

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

/** The value that `text` says, or undefined where it is no JSON. */
export function parseJson(text: string): Json | undefined {
  try {
    const value: Json = JSON.parse(text)
    return value
  } catch {
    return undefined
  }
}

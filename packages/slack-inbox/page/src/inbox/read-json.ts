import type { Json, JsonObject } from '../../../src/json.ts'

export type { Json, JsonObject }

/** The text in a property, if it is one: messages are untrusted, so every property may be anything. */
export function textIn(object: JsonObject | undefined, name: string): string | undefined {
  const value = object?.[name]
  return typeof value === 'string' ? value : undefined
}

export function numberIn(object: JsonObject | undefined, name: string): number | undefined {
  const value = object?.[name]
  return typeof value === 'number' ? value : undefined
}

export function objectIn(object: JsonObject | undefined, name: string): JsonObject | undefined {
  const value = object?.[name]
  return isObject(value) ? value : undefined
}

export function objectsIn(object: JsonObject | undefined, name: string): readonly JsonObject[] {
  return listIn(object, name).filter((item) => isObject(item))
}

/** The list in a property; empty if it is none. */
export function listIn(object: JsonObject | undefined, name: string): readonly Json[] {
  const value = object?.[name]
  return Array.isArray(value) ? value : []
}

/** Whether `value` is an object with properties: no array, no null. */
export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

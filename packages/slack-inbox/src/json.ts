/** A JSON value. */
export type Json = string | number | boolean | null | readonly Json[] | JsonObject

/** A JSON object as received: its properties are unknown. */
export interface JsonObject {
  readonly [property: string]: Json | undefined
}

/** Whether `value` is an object with properties: no array, no null. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** Whether Slack treats `value` as not given. */
export function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === ''
}

/** Deeper than any message, and shallow enough for every recursive function here. */
const maxDepth = 64

/** Parses `text`; undefined if it is no JSON or nested deeper than 64 levels. */
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
  // Strings are matched as a whole: brackets in them are text.
  for (const [token] of text.matchAll(/"[^"\\]*(?:\\.[^"\\]*)*"?|[[{]|[\]}]/gs)) {
    if (token === '{' || token === '[') depth += 1
    else if (token === '}' || token === ']') depth -= 1
    if (depth > maxDepth) return true
  }
  return false
}

/** `value` itself, or, if it is text, the JSON in it. Text that is no JSON stays text. */
export function decodeJson(value: Json | undefined): Json | undefined {
  return typeof value === 'string' && value !== '' ? (parseJson(value) ?? value) : value
}

/** The objects among `items`. */
export function onlyObjects(items: readonly Json[]): readonly JsonObject[] {
  return items.filter((item) => isObject(item))
}

/** Every object in `value`, outermost first. */
export function* objectsIn(value: Json | undefined): Generator<JsonObject> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value
    for (const item of items) if (typeof item === 'object') yield* objectsIn(item)
  } else if (isObject(value)) {
    yield value
    for (const each of Object.values(value)) if (typeof each === 'object') yield* objectsIn(each)
  }
}

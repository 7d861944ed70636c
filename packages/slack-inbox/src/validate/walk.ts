import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { below } from './issue.ts'

/** Every object in `value`, outermost first, where nobody asks for its place. */
export function* plainObjectsIn(value: Json | undefined): Generator<JsonObject> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value
    for (const item of items) if (typeof item === 'object') yield* plainObjectsIn(item)
  } else if (isObject(value)) {
    yield value
    for (const each of Object.values(value))
      if (typeof each === 'object') yield* plainObjectsIn(each)
  }
}

/** An object and where it is. */
export interface Located {
  readonly object: JsonObject
  readonly pointer: string
}

/** Every object in `value`, outermost first, with its pointer. */
export function* objectsIn(value: Json | undefined, pointer = ''): Generator<Located> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value
    for (const [index, item] of items.entries())
      if (typeof item === 'object') yield* objectsIn(item, below(pointer, index))
  } else if (isObject(value)) {
    yield { object: value, pointer }
    for (const [name, each] of Object.entries(value))
      if (typeof each === 'object') yield* objectsIn(each, below(pointer, name))
  }
}

/** How many characters of text `value` shows. */
export function shownCharacters(value: Json | undefined): number {
  let count = 0
  for (const object of plainObjectsIn(value))
    for (const name of ['text', 'caption', 'title', 'alt_text', 'fallback'])
      count += lengthOf(object[name])
  return count
}

function lengthOf(value: Json | undefined): number {
  return typeof value === 'string' ? value.length : 0
}

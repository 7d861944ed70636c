import { isObject } from '../json.ts'
import type { Json, JsonObject } from '../json.ts'
import { below } from './issue.ts'

/** Every object in `value`, outermost first, with its pointer. */
export function* objectsIn(
  value: Json | undefined,
  pointer = '',
): Generator<{ readonly object: JsonObject; readonly pointer: string }> {
  if (Array.isArray(value)) {
    const items: readonly Json[] = value
    for (const [index, item] of items.entries()) yield* objectsIn(item, below(pointer, index))
  } else if (isObject(value)) {
    yield { object: value, pointer }
    for (const [name, each] of Object.entries(value)) yield* objectsIn(each, below(pointer, name))
  }
}

/** How many characters of text `value` shows. */
export function shownCharacters(value: Json | undefined): number {
  let count = 0
  for (const { object } of objectsIn(value))
    for (const name of ['text', 'caption', 'title', 'alt_text', 'fallback'])
      count += lengthOf(object[name])
  return count
}

function lengthOf(value: Json | undefined): number {
  return typeof value === 'string' ? value.length : 0
}

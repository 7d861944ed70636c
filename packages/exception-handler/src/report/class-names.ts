import { readProperty, readText } from '../read-safely.ts'

const maxAncestors = 10

/** True if an error, or a class it descends from, has one of the names. */
export function isNamed(error: unknown, names: ReadonlySet<string>): boolean {
  if (names.size === 0 || typeof error !== 'object' || error === null) return false
  if (names.has(readText(error, 'name') ?? '')) return true
  let prototype = prototypeOf(error)
  for (let depth = 0; prototype !== null && depth < maxAncestors; depth += 1) {
    if (names.has(readText(readProperty(prototype, 'constructor'), 'name') ?? '')) return true
    prototype = prototypeOf(prototype)
  }
  return false
}

function prototypeOf(value: object): object | null {
  try {
    return Object.getPrototypeOf(value) as object | null
  } catch {
    return null
  }
}

import { readProperty, readText } from '../read-safely.ts'

/** True for an error that has one of some names itself, or whose class or a class above it does. */
export type NameTest = (error: unknown) => boolean

const maxAncestors = 10

/** A test for the names of error classes, descendants included. */
export function createNameTest(names: readonly string[]): NameTest {
  const wanted = new Set(names)
  if (wanted.size === 0) return () => false
  // A class is asked once: its ancestors do not change.
  const knownClasses = new WeakMap<object, boolean>()
  return (error) => {
    if (typeof error !== 'object' || error === null) return false
    if (wanted.has(readText(error, 'name') ?? '')) return true
    const prototype = prototypeOf(error)
    if (prototype === null) return false
    const before = knownClasses.get(prototype)
    if (before !== undefined) return before
    const isWanted = isClassNamed(prototype, wanted)
    knownClasses.set(prototype, isWanted)
    return isWanted
  }
}

function isClassNamed(prototype: object, names: ReadonlySet<string>): boolean {
  let holder: object | null = prototype
  for (let depth = 0; holder !== null && depth < maxAncestors; depth += 1) {
    if (names.has(readText(readProperty(holder, 'constructor'), 'name') ?? '')) return true
    holder = prototypeOf(holder)
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

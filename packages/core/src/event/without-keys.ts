import { keysOf } from './read-safely.ts'

/**
 * What is left of an object without some of its keys.
 *
 * Nothing is read yet: the redacting copy does that, and knows what to do with a getter that throws.
 */
export function withoutKeys(
  holder: object,
  isLeftOut: (key: string) => boolean,
  change: (key: string, value: unknown) => unknown = (_key, value) => value,
): Record<string, unknown> {
  const rest: Record<string, unknown> = {}
  for (const key of keysOf(holder)) {
    if (isLeftOut(key)) continue
    const get = (): unknown => change(key, Reflect.get(holder, key))
    Object.defineProperty(rest, key, { get, enumerable: true, configurable: true })
  }
  return rest
}

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
    const get = (): unknown => change(key, Reflect.get(holder, key))
    // Still there for who asks by name: `name: 'cookie'` tells what the `value` beside it is.
    Object.defineProperty(rest, key, { get, enumerable: !isLeftOut(key), configurable: true })
  }
  return rest
}

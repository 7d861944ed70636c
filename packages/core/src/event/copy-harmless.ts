import { isPlain } from './describe-special.ts'
import { isObject } from './read-safely.ts'
import { labelledKeys } from './secret-neighbours.ts'

/** What is secret in a value. */
export interface CopyRules {
  readonly text: (value: string) => string
  readonly isSecretKey: (key: string) => boolean
}

const maxKeys = 10
const maxLength = 100

/**
 * The copy of what most parameters of requests are: a few short texts, under short keys, with nothing to hide. To copy all else with
 * care takes many times as long.
 */
export function copyHarmless(value: unknown, rules: CopyRules): object | undefined {
  if (!isObject(value)) return undefined
  const copy: Record<string, string> = {}
  try {
    if (!isPlain(value) || 'toJSON' in value) return undefined
    const keys = Object.keys(value)
    if (keys.length > maxKeys) return undefined
    for (const key of keys) {
      const item = (value as Readonly<Record<string, unknown>>)[key]
      if (!isHarmlessText(item, rules) || !isHarmlessKey(key, rules)) return undefined
      copy[key] = item
    }
    return copy
  } catch {
    // A Proxy, or a getter that throws.
    return undefined
  }
}

function isHarmlessText(value: unknown, { text }: CopyRules): value is string {
  return typeof value === 'string' && value.length <= maxLength && text(value) === value
}

function isHarmlessKey(key: string, { isSecretKey }: CopyRules): boolean {
  return isShortKey(key) && !labelledKeys.has(key) && !isSecretKey(key)
}

/** Shorter than any key that holds a secret itself. */
export function isShortKey(key: string): boolean {
  return key.length < 8
}

import { redactBeginning } from './bounded-text.ts'
import {
  argumentKeys,
  findSecretArgument,
  hasSecretLabel,
  isSecretFlag,
  labelledKeys,
  pairUp,
} from './neighbours.ts'
import { isList, isObject, keysOf, readProperty, readText } from './safe-read.ts'
import { describeSpecial, isPlain } from './special-values.ts'

/** What is put in the place of a secret. */
export const redacted = '[redacted]'

const maxDepth = 6
const maxBreadth = 60
const maxNodes = 1000
const maxStringLength = 4000
const maxTextLength = 64_000
const maxKeyLength = 100

/**
 * A deep copy as JSON values, redacted and bounded in depth, breadth and size.
 *
 * Never throws and runs no method of the value but `toJSON`.
 */
export function copyValue(value: unknown, rules: CopyRules): unknown {
  if (typeof value === 'string') return redactBeginning(value, maxStringLength, rules.text)
  return copyHarmless(value, rules) ?? new ValueCopy(rules).copy(value, 0)
}

class ValueCopy {
  readonly #rules: CopyRules
  /** At most as many as it goes deep. */
  readonly #ancestors: object[] = []
  #nodes = maxNodes
  #textLength = maxTextLength

  constructor(rules: CopyRules) {
    this.#rules = rules
  }

  copy(value: unknown, depth: number): unknown {
    this.#nodes -= 1
    if (typeof value === 'object' && value !== null) return this.#object(value, depth)
    if (typeof value === 'number') return this.#number(value)
    if (typeof value === 'boolean') return value
    const text = describePrimitive(value)
    return text === undefined ? null : this.#text(text)
  }

  #text(value: string): string {
    const maxLength = Math.min(maxStringLength, this.#textLength)
    const text = redactBeginning(value, maxLength, this.#rules.text)
    this.#textLength = Math.max(0, this.#textLength - text.length)
    return text
  }

  #number(value: number): unknown {
    if (!Number.isFinite(value)) return String(value)
    // A card number may come as a number.
    return value > 1e12 && this.#rules.text(String(value)) === redacted ? redacted : value
  }

  #object(value: object, depth: number): unknown {
    if (this.#ancestors.includes(value)) return '[Circular]'
    const special = describeSpecial(value)
    if (special === undefined) return this.#plain(value, value, depth)
    if (special.text !== undefined) return this.#text(special.text)
    const { plain } = special
    if (typeof plain !== 'object' || plain === null) return this.copy(plain, depth + 1)
    return this.#plain(plain, value, depth)
  }

  /** @param value What `plain` stands for. */
  #plain(plain: object, value: object, depth: number): unknown {
    if (depth >= maxDepth || this.#nodes <= 0) return isList(plain) ? '[Array]' : '[Object]'

    this.#ancestors.push(value)
    const copy = isList(plain) ? this.#list(plain, depth) : this.#properties(plain, depth)
    this.#ancestors.pop()
    return copy
  }

  #list(list: readonly unknown[], depth: number): unknown[] {
    const length = Number(readProperty(list, 'length'))
    const copies: unknown[] = []
    let previous: unknown
    for (let index = 0; index < Math.min(length, maxBreadth) && this.#nodes > 0; index += 1) {
      const item = readProperty(list, index)
      const isSecret = isSecretFlag(previous, this.#rules.isSecretKey)
      copies.push(isSecret ? redacted : this.copy(item, depth + 1))
      previous = item
    }
    if (copies.length < length) copies.push(`… ${length - copies.length} more`)
    return copies
  }

  #properties(holder: object, depth: number): Record<string, unknown> {
    const copy: Record<string, unknown> = {}
    const keys = keysOf(holder)
    const isLabelSecret =
      keys.some((key) => labelledKeys.has(key)) && hasSecretLabel(holder, this.#rules.isSecretKey)
    let copied = 0
    for (const key of keys) {
      if (copied >= maxBreadth || this.#nodes <= 0) break
      copied += 1
      const value = this.#property(holder, key, depth)
      const isLabelled = isLabelSecret && labelledKeys.has(key) && isWorthHiding(value)
      if (value !== undefined) setOwn(copy, this.#key(key), isLabelled ? redacted : value)
    }
    if (copied < keys.length) copy['…'] = `${keys.length - copied} more`
    return copy
  }

  #property(holder: object, key: string, depth: number): unknown {
    let value: unknown
    try {
      value = Reflect.get(holder, key)
    } catch (error) {
      return this.#text(`[unreadable: ${reasonOf(error)}]`)
    }
    if (value === undefined || typeof value === 'function') return undefined
    if (isList(value)) return this.#listUnder(key, value, depth)
    if (this.#rules.isSecretKey(key) && isSecretValue(key, value)) return redacted
    return this.copy(value, depth + 1)
  }

  #listUnder(key: string, list: readonly unknown[], depth: number): unknown {
    if (key === 'rawHeaders') return this.#properties(pairUp(list), depth)
    if (this.#rules.isSecretKey(key)) return redacted
    if (!argumentKeys.has(key)) return this.copy(list, depth + 1)
    const secretAt = findSecretArgument(list, this.#rules.isSecretKey)
    if (secretAt < 0) return this.copy(list, depth + 1)
    const shown = Array.from({ length: secretAt + 1 }, (_, index) => readProperty(list, index))
    return [...shown.map((item) => this.copy(item, depth + 2)), redacted]
  }

  #key(key: string): string {
    return isShortKey(key) ? key : redactBeginning(key, maxKeyLength, this.#rules.text)
  }
}

function describePrimitive(value: unknown): string | undefined {
  if (typeof value === 'string') return value
  if (typeof value === 'bigint') return `${value}n`
  if (typeof value === 'symbol') return String(value)
  if (typeof value !== 'function') return undefined
  return `[Function ${readText(value, 'name') ?? 'anonymous'}]`
}

/** Whether something hides behind a secret key: `hasPassword: true` and `tokens: 512` tell nothing. */
function isSecretValue(key: string, value: unknown): boolean {
  if (typeof value === 'number') return !/s$/i.test(key)
  return isWorthHiding(value)
}

function isWorthHiding(value: unknown): boolean {
  return value !== null && value !== undefined && typeof value !== 'boolean' && value !== ''
}

/** Plain assignment to `__proto__` would set the prototype. */
function setOwn(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, { value, enumerable: true, configurable: true })
  } else {
    target[key] = value
  }
}

function reasonOf(error: unknown): string {
  if (typeof error === 'string') return error
  return typeof error === 'object' && error !== null
    ? (readText(error, 'message') ?? 'it throws')
    : 'it throws'
}

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

import { isList, readProperty } from './safe-read.ts'

type KeyTest = (key: string) => boolean

/** Names of properties that say what the value beside them is: `{ name: 'cookie', value: '…' }`. */
const labelKeys = ['name', 'key', 'header', 'field', 'property', 'param', 'path', 'label'] as const

/** Names of properties that hold what such a label names. */
export const labelledKeys: ReadonlySet<string> = new Set([
  'value',
  'input',
  'received',
  'rejectedValue',
  'stringValue',
  'args',
])

/** Names of properties that hold the arguments of a command. */
export const argumentKeys: ReadonlySet<string> = new Set(['args', 'arguments'])

const maxLabelLength = 100
const maxItems = 200

/** True if a property says that the value beside it is secret. */
export function hasSecretLabel(holder: object, isSecretKey: KeyTest): boolean {
  return labelKeys.some((key) => {
    const label = readProperty(holder, key)
    const name = isList(label) ? readProperty(label, lengthOf(label) - 1) : label
    return typeof name === 'string' && name.length <= maxLabelLength && isSecretKey(name)
  })
}

/** In a command line the secret follows its name: `['--password', '…']`. */
export function isSecretFlag(previous: unknown, isSecretKey: KeyTest): boolean {
  return typeof previous === 'string' && previous.startsWith('--') && isSecretKey(previous)
}

/**
 * Where the name of a secret stands among the arguments of a command, -1 if there is none; what follows it may be secret:
 * `['SET', 'session', '…']`, `['HELLO', 3, 'AUTH', 'app', '…']`.
 */
export function findSecretArgument(list: readonly unknown[], isSecretKey: KeyTest): number {
  for (let index = 0; index < Math.min(lengthOf(list), maxItems); index += 1) {
    const item = readProperty(list, index)
    if (typeof item === 'string' && item.length <= maxLabelLength && isSecretKey(item)) return index
  }
  return -1
}

/** Node's flat list of the names and values of headers. */
export function pairUp(list: readonly unknown[]): Record<string, unknown> {
  const pairs: Record<string, unknown> = {}
  for (let index = 0; index + 1 < Math.min(lengthOf(list), maxItems); index += 2) {
    const name = readProperty(list, index)
    if (typeof name !== 'string') continue
    const value = readProperty(list, index + 1)
    Object.defineProperty(pairs, name, { value, enumerable: true, configurable: true })
  }
  return pairs
}

function lengthOf(list: readonly unknown[]): number {
  const length = readProperty(list, 'length')
  return typeof length === 'number' ? length : 0
}

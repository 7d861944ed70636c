import type { KeyTest } from './keys.ts'
import { isList, readProperty } from './safe-read.ts'

/** Names of properties that name the value beside them: `{ name: 'cookie', value: '…' }`. */
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

/** True if a property names the value beside it as secret. */
export function hasSecretLabel(holder: object, isSecretKey: KeyTest): boolean {
  return labelKeys.some((key) => {
    const label = readProperty(holder, key)
    return isSecretName(isList(label) ? readItems(label).at(-1) : label, isSecretKey)
  })
}

/** In a command line the secret follows its name: `['--password', '…']`. */
export function isSecretFlag(previous: unknown, isSecretKey: KeyTest): boolean {
  return typeof previous === 'string' && previous.startsWith('--') && isSecretKey(previous)
}

/**
 * The arguments of a command up to the name of a secret, what follows it may be secret: `['SET', 'session', '…']`,
 * `['HELLO', 3, 'AUTH', 'app', '…']`. `undefined` if there is none.
 */
export function readUpToSecret(
  list: readonly unknown[],
  isSecretKey: KeyTest,
): readonly unknown[] | undefined {
  const items = readItems(list)
  const secretAt = items.findIndex((item) => isSecretName(item, isSecretKey))
  return secretAt < 0 ? undefined : items.slice(0, secretAt + 1)
}

/** Node's flat list of the names and values of headers. */
export function pairUp(list: readonly unknown[]): Record<string, unknown> {
  const items = readItems(list)
  const pairs: [string, unknown][] = []
  for (let index = 0; index + 1 < items.length; index += 2) {
    const name = items[index]
    if (typeof name === 'string') pairs.push([name, items[index + 1]])
  }
  return Object.fromEntries(pairs)
}

function isSecretName(name: unknown, isSecretKey: KeyTest): boolean {
  return typeof name === 'string' && name.length <= maxLabelLength && isSecretKey(name)
}

function readItems(list: readonly unknown[]): readonly unknown[] {
  const length = Math.min(Number(readProperty(list, 'length')), maxItems)
  return Array.from({ length }, (_, index) => readProperty(list, index))
}

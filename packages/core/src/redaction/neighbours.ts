import { redacted } from './bounded-text.ts'
import type { Certainty, NameTest } from './keys.ts'
import { isList, readProperty } from './safe-read.ts'
import { looksRandom } from './values.ts'

/** Names of properties that name the value beside them: `{ name: 'cookie', value: '…' }`. */
const labelKeys = [
  'name',
  'key',
  'header',
  'field',
  'property',
  'param',
  'path',
  'label',
  'k',
  'variable',
  'attribute',
  'option',
] as const

/** Names that name a kind as well, as the `type` of a field of a form or of a payment does. */
const kindKeys = ['type', 'id', 'kind'] as const

/** Names of properties that hold what such a label names. */
export const labelledKeys: ReadonlySet<string> = new Set([
  'value',
  'val',
  'v',
  'content',
  'input',
  'received',
  'rejectedValue',
  'stringValue',
  'args',
])

/** Names of properties that hold the arguments of a command. */
export const argumentKeys: ReadonlySet<string> = new Set(['args', 'arguments'])

/** Names of properties that hold the command line of a process, as Node's errors of child processes do. */
export const commandLineKeys: ReadonlySet<string> = new Set([
  'spawnargs',
  'argv',
  'execArgv',
  'command',
  'cmd',
  'args',
  'arguments',
])

/** Names of properties that may hold headers as one flat list, as Node's `rawHeaders` and undici do. */
const headerKeys = /^raw(?:Headers|Trailers)$|headers$/i

const maxLabelLength = 100
const maxItems = 200

/** True if a property names the value beside it as secret. */
export function hasSecretLabel(holder: object, judge: NameTest): boolean {
  return (
    labelKeys.some((key) => {
      const certainty = judgeLabel(readProperty(holder, key), judge)
      return certainty === 'secret' || certainty === 'likely'
    }) || kindKeys.some((key) => judgeLabel(readProperty(holder, key), judge) === 'secret')
  )
}

function judgeLabel(label: unknown, judge: NameTest): Certainty {
  return judgeItem(isList(label) ? readItems(label).at(-1) : label, judge)
}

/** In a list the secret may follow its name: `['--password', '…']`, `['x-api-key', '…']`. */
export function isNamedBy(item: unknown, previous: unknown, judge: NameTest): boolean {
  if (typeof item !== 'string' || judgeItem(previous, judge) !== 'secret') return false
  return String(previous).startsWith('-') || looksRandom(item)
}

/**
 * The arguments of a command up to the name of a secret, what follows it may be secret: `['SET', 'session', '…']`,
 * `['HELLO', 3, 'AUTH', 'app', '…']`. `undefined` if there is none.
 */
export function readUpToSecret(
  list: readonly unknown[],
  judge: NameTest,
): readonly unknown[] | undefined {
  const items = readItems(list)
  const secretAt = items.findIndex((item) => {
    const certainty = judgeItem(item, judge)
    return certainty === 'secret' || certainty === 'likely'
  })
  return secretAt < 0 || String(items[secretAt]).startsWith('-')
    ? undefined
    : items.slice(0, secretAt + 1)
}

/**
 * A list of names and values as an object: `[['authorization', '…']]`, and headers in one flat list. `undefined` if it is none, or
 * if no name in it is that of a secret.
 */
export function pairUp(
  key: string,
  list: readonly unknown[],
  judge: NameTest,
): Record<string, unknown> | undefined {
  const items = readItems(list)
  if (items.length === 0) return undefined
  if (items.every(isPair)) {
    return items.some(([name]) => judge(name) !== 'none') ? Object.fromEntries(items) : undefined
  }
  const names = items.filter((_, index) => index % 2 === 0)
  if (!headerKeys.test(key) || items.length % 2 > 0 || !names.every(isName)) return undefined
  return Object.fromEntries(names.map((name, index) => [String(name), items[index * 2 + 1]]))
}

function isPair(item: unknown): item is [string, unknown] {
  return isList(item) && Number(readProperty(item, 'length')) === 2 && isName(readProperty(item, 0))
}

function isName(item: unknown): boolean {
  return typeof item === 'string' && /^:?[A-Za-z][\w.-]{0,99}$/.test(item)
}

/** Options with one letter that take a password in common commands, but a port in others: `-p 8080:80`. */
const passwordOption = /^-(?:p|P|w|a|pw)$/
const passwordInOption = /^-p(?=.)(?!ort|ath)/
const userOption = /^(?:-u|--user|--proxy-user)$/

/** Where somebody signs in, a password is hidden even if it is a word: in `mkdir -p dist` it is none. */
const signIn = /^(?:login|-u|-U|--user(?:name)?)$/

/** The arguments of a process, with the passwords in them hidden: `-p …`, `-p…`, `-u name:…`. */
export function redactCommandLine(list: readonly unknown[]): readonly unknown[] {
  const items = readItems(list)
  const isSignIn = items.some((item) => typeof item === 'string' && signIn.test(item))
  return items.map((item, index) => {
    const previous = items[index - 1]
    if (typeof item !== 'string' || typeof previous !== 'string') return item
    if (passwordOption.test(previous)) {
      return isPort(item) || !(isSignIn || looksRandom(item)) ? item : redacted
    }
    if (userOption.test(previous)) return item.replace(/^([^:]{1,64}:).+/, `$1${redacted}`)
    const glued = passwordInOption.test(item) ? item.slice(2) : ''
    return glued !== '' && looksRandom(glued) && !isPort(glued) ? `-p${redacted}` : item
  })
}

function isPort(value: string): boolean {
  return /^[\d:./-]+$|^[/.~]/.test(value)
}

function judgeItem(name: unknown, judge: NameTest): Certainty {
  const isLabel = typeof name === 'string' && name.length <= maxLabelLength && name[0] !== '/'
  return isLabel ? judge(name) : 'none'
}

function readItems(list: readonly unknown[]): readonly unknown[] {
  const length = Math.min(Number(readProperty(list, 'length')), maxItems)
  return Array.from({ length }, (_, index) => readProperty(list, index))
}

export function holdsObjectsOnly(list: readonly unknown[]): boolean {
  return readItems(list).every((item) => typeof item === 'object')
}

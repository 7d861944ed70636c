import { classNameOf, isError, readText } from './read-safely.ts'

/** Names that every error of a language may have, or that say no more than that something went wrong. */
const commonNames: ReadonlySet<string> = new Set([
  'Error',
  'error',
  'Exception',
  'Object',
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'URIError',
  'AggregateError',
])

/** Names that say nothing of their own. */
const emptyNames: ReadonlySet<string> = new Set(['Error', 'error', 'Exception', 'Object'])

/** Where serialised errors have their class; a live one may use the same names for something else. */
const serializedTypeKeys = [
  'type',
  'kind',
  'class',
  'exc_type',
  'exception_type',
  'exception.type',
  'error.type',
  'error.kind',
]

const identifier = /^[A-Za-z_$][\w$.:\\-]{2,127}$/

const maxNameLength = 128

/**
 * The most telling of an error's names.
 *
 * A name that somebody chose wins over one that was inherited: `PaymentError extends TypeError` is a PaymentError, set as
 * `name` or not. Minified class names tell nothing and lose to any other.
 */
export function chooseErrorType(value: object): string | undefined {
  if (isJustError(value)) return 'Error'
  const name = readName(value)
  return isChosen(name) ? name : inheritedName(value, name)
}

function isChosen(name: string | undefined): name is string {
  return name !== undefined && !commonNames.has(name)
}

function inheritedName(value: object, name: string | undefined): string | undefined {
  const className = classNameOf(value)
  const chosen = isError(value) ? className : (readSerializedType(value) ?? className)
  if (chosen !== undefined && isTelling(chosen)) return chosen
  if (name !== undefined) return name === 'Object' ? undefined : name
  return chosen === 'Error' ? chosen : undefined
}

/** As most are, which is seen at once where the rest reads with care. */
function isJustError(value: { readonly name?: unknown; readonly constructor?: unknown }): boolean {
  try {
    const { name, constructor } = value
    return name === 'Error' && constructor === Error
  } catch {
    return false
  }
}

/** Some libraries name an error `Error [ERR_SOMETHING]`, and pg names its own `error`. */
function readName(value: object): string | undefined {
  const name = readText(value, 'name')?.slice(0, maxNameLength)
  if (name === 'error') return 'Error'
  return name?.endsWith(']') === true ? name.replace(/ \[\w+\]$/, '') : name
}

function isTelling(name: string): boolean {
  return !emptyNames.has(name) && identifier.test(name)
}

function readSerializedType(value: object): string | undefined {
  for (const key of serializedTypeKeys) {
    const type = readText(value, key)
    if (type !== undefined && identifier.test(type)) return type
  }
  return undefined
}

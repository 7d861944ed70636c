import {
  classNameOf,
  isError,
  isList,
  isObject,
  keysOf,
  readFirstText,
  readProperty,
  readText,
} from '../../redaction/safe-read.ts'
import { readStack, splitStack, stackKeys, type StackSection } from '../stack/stack-sections.ts'

/** What can be told of one thrown thing before its causes are looked at. */
export interface ErrorShape {
  readonly type: string
  /** `undefined` if it has none at all: a plain object. */
  readonly message: string | undefined
  readonly code: string | undefined
  /** Of this error alone. */
  readonly stack: string | undefined
  /** The cause, whatever it is; `undefined` if there is none. */
  readonly cause: unknown
  /** Causes that stand in the text of the stack only. */
  readonly printedCauses: readonly StackSection[]
  /** The first errors of an AggregateError, and how many there are. */
  readonly errors: readonly unknown[]
  readonly errorCount: number
}

// Loggers, other languages and log schemas keep the same thing under different names.
const messageKeys = [
  'message',
  'msg',
  'exc_value',
  'exception_message',
  'exception.message',
  'error.message',
  'errorMessage',
  'error_description',
  'detail',
  'description',
  'reason',
  'title',
  'error',
]
const causeKeys = [
  'cause',
  'jse_cause',
  'originalError',
  'original',
  'driverError',
  'innerError',
  'inner',
  'previous',
  'reason',
  'error',
  'err',
]

/** Properties that an error description tells by itself. */
export const describedKeys: ReadonlySet<string> = new Set([
  'name',
  'message',
  'code',
  'cause',
  ...stackKeys,
  'exc_type',
  'exc_value',
  'exception.type',
  'exception.message',
  'error.type',
  'error.message',
])

/** Reads an Error, or an object that was one before it was serialised. */
export function readErrorShape(value: object): ErrorShape {
  const sections = splitStack(readStack(value) ?? '')
  const [own, ...printedCauses] = sections
  return {
    type: chooseErrorType(value) ?? own?.type ?? describeKind(value),
    message: readMessage(value, sections),
    code: readCode(value),
    stack: own?.text,
    cause: readCause(value),
    printedCauses,
    ...readErrors(value),
  }
}

function readMessage(value: object, sections: readonly StackSection[]): string | undefined {
  const message = readProperty(value, 'message')
  if (typeof message === 'string' && (message !== '' || isError(value))) {
    return withoutCauses(message, sections)
  }
  return (
    readFirstText(value, messageKeys) ?? sections[0]?.message ?? (isError(value) ? '' : undefined)
  )
}

/** Pino's serialiser appends the messages of all causes. */
function withoutCauses(message: string, [own, ...causes]: readonly StackSection[]): string {
  if (causes.length === 0) return message
  const header = own?.message
  if (header !== undefined && message.startsWith(`${header}: `)) return header
  const tail = causes.map((cause) => `: ${cause.message ?? ''}`).join('')
  return message.endsWith(tail) ? message.slice(0, -tail.length) : message
}

function readCode(value: object): string | undefined {
  // The legacy number of a DOMException says less than its name.
  if (classNameOf(value) === 'DOMException') return undefined
  const code = readProperty(value, 'code')
  return typeof code === 'number' ? String(code) : readText(value, 'code')
}

function readCause(value: object): unknown {
  for (const key of causeKeys) {
    const held = readProperty(value, key)
    if (held === undefined) continue
    const cause = callIfFunction(value, held)
    const counts = key === 'cause' ? isWorthTelling(cause) : isError(cause) || hasStack(cause)
    if (counts) return cause
  }
  return undefined
}

/** VError's `cause` is a method. */
function callIfFunction(value: object, cause: unknown): unknown {
  if (typeof cause !== 'function') return cause
  try {
    return Reflect.apply(cause, value, [])
  } catch (error) {
    return error
  }
}

function isWorthTelling(cause: unknown): boolean {
  if (cause === undefined || cause === null || cause === '') return false
  return isError(cause) || !isObject(cause) || keysOf(cause).length > 0
}

function hasStack(value: unknown): boolean {
  return isObject(value) && readText(value, 'stack') !== undefined
}

function describeKind(value: object): string {
  if (isError(value)) return 'Error'
  const className = classNameOf(value)
  return className === undefined || className === 'Object' ? 'object' : className
}

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

/** How many of the errors in an error are told. */
export const maxErrors = 3

const none = { errors: [], errorCount: 0 }

/** The errors of an AggregateError; lists of plain details, as validators have them, are properties instead. */
export function readErrors(value: object): Pick<ErrorShape, 'errors' | 'errorCount'> {
  const serialized = readProperty(value, 'aggregateErrors')
  const errors = isList(serialized) ? serialized : readProperty(value, 'errors')
  const isAggregate = [classNameOf(value), readProperty(value, 'type')].includes('AggregateError')
  if (isList(errors)) {
    const first = readProperty(errors, 0)
    return isAggregate || isErrorLike(first) ? takeFirst(errors, indexes(errors)) : none
  }
  if (!isObject(errors)) return none
  // Mongoose has one error for each path.
  const paths = keysOf(errors)
  const [firstPath = ''] = paths
  return isErrorLike(readProperty(errors, firstPath)) ? takeFirst(errors, paths) : none
}

function takeFirst(
  holder: object,
  keys: readonly PropertyKey[],
): Pick<ErrorShape, 'errors' | 'errorCount'> {
  const errors = keys.slice(0, maxErrors).map((key) => readProperty(holder, key))
  const length = isList(holder) ? readProperty(holder, 'length') : keys.length
  return { errors, errorCount: typeof length === 'number' ? length : errors.length }
}

function indexes(list: object): readonly number[] {
  const length = Number(readProperty(list, 'length') ?? 0)
  return [0, 1, 2].filter((index) => index < length)
}

function isErrorLike(value: unknown): boolean {
  return isError(value) || (isObject(value) && readText(value, 'stack') !== undefined)
}

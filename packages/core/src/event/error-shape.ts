import {
  classNameOf,
  isError,
  isObject,
  keysOf,
  readFirstText,
  readProperty,
  readText,
} from './read-safely.ts'
import { chooseErrorType } from './error-type.ts'
import { readErrors } from './inner-errors.ts'
import { readStack, stackKeys } from './stack-text.ts'
import type { StackSection } from './stack-sections.ts'
import { splitStack } from './stack-sections.ts'

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

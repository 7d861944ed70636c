import {
  classNameOf,
  isEnumerable,
  isError,
  isList,
  isObject,
  keysOf,
  readFirstText,
  readProperty,
  readText,
} from '../../redaction/safe-read.ts'
import { isMinifiedName, readStack, splitStack, stackKeys, type StackSection } from '../stack.ts'
import { codeInMessage } from './error-text.ts'

/** One thrown thing as it was found, before its causes are described. */
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
  // Of Stripe and of Supabase.
  'detail',
  'context',
] as const

/** Properties that have a place of their own in an error description. */
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

const emptyShape: ErrorShape = {
  type: 'Error',
  message: '',
  code: undefined,
  stack: undefined,
  cause: undefined,
  printedCauses: [],
  errors: [],
  errorCount: 0,
}

/** The shape of a thrown thing that is neither an object nor a stack. */
export function shapeOfValue(thrown: unknown, message: string | undefined): ErrorShape {
  if (isList(thrown)) return { ...emptyShape, type: 'array', message }
  return { ...emptyShape, type: thrown === null ? 'null' : typeof thrown, message }
}

/** The shape of an error of which only a printed stack is left. */
export function shapeOfSections(
  section: StackSection,
  printedCauses: readonly StackSection[] = [],
): ErrorShape {
  const { code, message = '', text } = section
  const type = typeOfSection(section) ?? 'Error'
  const shown = code ?? codeInMessage(message)
  return { ...emptyShape, type, code: shown, message, stack: text, printedCauses }
}

/** Reads an Error, or an object that was one before it was serialized. */
export function readErrorShape(value: object): ErrorShape {
  const sections = splitStack(readStack(value) ?? '')
  const [own] = sections
  return {
    type:
      printedName(value, own) ??
      chooseErrorType(value) ??
      typeOfSection(own) ??
      describeKind(value),
    message: readMessage(value, sections),
    code: readCode(value),
    stack: own?.text,
    cause: readCause(value),
    printedCauses: readPrintedCauses(value, sections),
    ...readErrors(value),
  }
}

/** A name that a class has by a getter: of it pino keeps the constructor's as `type`, and the name in the stack. */
function printedName(value: object, own: StackSection | undefined): string | undefined {
  const name = chosenName(own?.type)
  const isName = name !== undefined && /^\w+$/.test(name) && !commonNames.has(name)
  if (!isName || isError(value)) return undefined
  const isFromPino =
    readProperty(value, 'name') === undefined && readText(value, 'type') !== undefined
  return isFromPino ? name : undefined
}

/** The class that a printed error begins with. */
export function typeOfSection(section: Pick<StackSection, 'type'> | undefined): string | undefined {
  return section?.type === undefined ? undefined : (chosenName(section.type) ?? 'Error')
}

/** Of a cause without a stack pino leaves the message, behind the error's own. */
function readPrintedCauses(
  value: object,
  [own, ...causes]: readonly StackSection[],
): readonly StackSection[] {
  const [cause] = causes
  const message = readText(value, 'message') ?? ''
  const start = `${own?.message ?? ''}: `
  if (causes.length !== 1 || cause?.text !== '' || !message.startsWith(start)) return causes
  return [{ ...cause, message: message.slice(start.length) }]
}

function readMessage(value: object, sections: readonly StackSection[]): string | undefined {
  const message = readProperty(value, 'message')
  if (typeof message === 'string' && (message !== '' || isError(value))) {
    return withoutCauses(message, sections)
  }
  return readOwnMessage(value) ?? sections[0]?.message ?? (isError(value) ? '' : undefined)
}

/** The message as it stands in the error's properties; `undefined` if only its stack may have it. */
export function readOwnMessage(value: object): string | undefined {
  const message = readProperty(value, 'message')
  if (typeof message === 'string' && (message !== '' || isError(value))) return message
  return readFirstText(value, messageKeys)
}

/** Pino's serializer appends the messages of all causes. */
function withoutCauses(message: string, [own, ...causes]: readonly StackSection[]): string {
  const header = own?.message
  // VError's own message has those of its causes.
  if (causes.length === 0 || message === header) return message
  if (header !== undefined && message.startsWith(`${header}: `)) return header
  const tail = causes.map((cause) => `: ${cause.message ?? ''}`).join('')
  return message.endsWith(tail) ? message.slice(0, -tail.length) : message
}

export function readCode(value: object): string | undefined {
  const code = readProperty(value, 'code')
  if (typeof code === 'string') return code === '' ? undefined : code
  if (typeof code !== 'number') return undefined
  // A DOMException's number is a legacy code.
  const isLegacy = [classNameOf(value), readProperty(value, 'type')].includes('DOMException')
  return isLegacy ? undefined : String(code)
}

/** The cause, whatever it is; `undefined` if there is none. */
export function readCause(value: object): unknown {
  if (!mayHaveCause(value)) return undefined
  for (const key of causeKeys) {
    const property = readProperty(value, key)
    if (property === undefined) continue
    const cause = callIfFunction(value, property)
    const counts = key === 'cause' ? isWorthDescribing(cause) : isErrorLike(cause)
    if (counts) return cause
  }
  return undefined
}

/** The cause in the property `cause` if it has a message, as of an Error. */
export function readPrintedCause(value: object): object | undefined {
  const cause = callIfFunction(value, readProperty(value, 'cause'))
  return isObject(cause) && typeof readProperty(cause, 'message') === 'string' ? cause : undefined
}

/** The error in any other property that serializers keep. */
export function readNestedError(value: object): unknown {
  if (!mayHaveCause(value)) return undefined
  return causeKeys
    .filter((key) => key !== 'cause' && isEnumerable(value, key))
    .map((key) => readProperty(value, key))
    .find(isErrorLike)
}

type MaybeCauses = Readonly<Partial<Record<(typeof causeKeys)[number], unknown>>>

/** Reads each name by itself: most errors have no cause, and a loop over the names takes many times longer. */
function mayHaveCause(value: MaybeCauses): boolean {
  try {
    const { cause, jse_cause, originalError, original, driverError, innerError } = value
    const { inner, previous, reason, error, err, detail, context } = value
    const first = cause ?? jse_cause ?? originalError ?? original ?? driverError ?? innerError
    const second = inner ?? previous ?? reason ?? error ?? err ?? detail ?? context ?? undefined
    return (first ?? second) !== undefined
  } catch {
    return true
  }
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

function isWorthDescribing(cause: unknown): boolean {
  if (cause === undefined || cause === null || cause === '') return false
  return isError(cause) || !isObject(cause) || keysOf(cause).length > 0
}

function describeKind(value: object): string {
  if (isError(value)) return 'Error'
  const className = classNameOf(value)
  return className === undefined || className === 'Object' ? 'object' : className
}

/** Names that carry no information. */
const emptyNames: ReadonlySet<string> = new Set(['Error', 'error', 'Exception', 'Object'])

/** Names that no program chose: those of the language, and {@link emptyNames}. */
const commonNames: ReadonlySet<string> = new Set([
  ...emptyNames,
  'TypeError',
  'RangeError',
  'ReferenceError',
  'SyntaxError',
  'EvalError',
  'URIError',
  'AggregateError',
])

/** Where serialized errors have their class; a live one may use the same names for something else. */
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

/** esbuild and Rollup number classes of one name, and esbuild puts `_` before one that names itself. */
const numberedName = /^_(?=[A-Z])|(?<=Error|Exception)(?:\$\d{1,3}|\d)$/g

const digit9 = 0x39

const maxNameLength = 128

/** A name as the program has it in every build; `undefined` for a minifier's. */
function chosenName(name: string | undefined): string | undefined {
  if (name === undefined || isMinifiedName(name)) return undefined
  const mayBeNumbered = name.startsWith('_') || name.charCodeAt(name.length - 1) <= digit9
  return mayBeNumbered ? name.replaceAll(numberedName, '') : name
}

/**
 * The most specific of an error's names.
 *
 * A name that somebody chose wins over one that was inherited: `PaymentError extends TypeError` is a PaymentError, set as
 * `name` or not. Minified class names carry no information and lose to any other.
 */
export function chooseErrorType(value: object): string | undefined {
  if (isJustError(value)) return 'Error'
  const name = readName(value)
  if (name !== undefined && !commonNames.has(name)) return name
  const className = classNameOf(value)
  const isPlain = className === undefined || className === 'Object'
  const chosen = chosenName(isPlain ? (readSerializedType(value) ?? className) : className)
  if (chosen !== undefined && !emptyNames.has(chosen) && identifier.test(chosen)) return chosen
  if (name !== undefined) return name === 'Object' ? undefined : name
  return chosen === 'Error' ? chosen : undefined
}

/** A shortcut for most errors. */
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
  return chosenName(name?.endsWith(']') === true ? name.replace(/ \[\w+\]$/, '') : name)
}

function readSerializedType(value: object): string | undefined {
  for (const key of serializedTypeKeys) {
    const type = readText(value, key)
    if (type !== undefined && identifier.test(type)) return type
  }
  return undefined
}

/** How many of the errors in an error are described. */
const maxErrors = 3

const none = { errors: [], errorCount: 0 }

/** The errors of an AggregateError; lists of plain details, as validators have them, are properties instead. */
function readErrors(value: object): Pick<ErrorShape, 'errors' | 'errorCount'> {
  const serialized = readProperty(value, 'aggregateErrors')
  const errors = isList(serialized) ? serialized : readProperty(value, 'errors')
  if (errors === undefined) return none
  const keys = keysOfErrors(errors)
  const isAggregate = [classNameOf(value), readProperty(value, 'type')].includes('AggregateError')
  const isListed = isAggregate && isList(errors)
  if (!isListed && !isErrorLike(readProperty(errors, keys[0] ?? 0))) return none
  const first = keys.slice(0, maxErrors).map((key) => readProperty(errors, key))
  const length = isList(errors) ? readProperty(errors, 'length') : keys.length
  return { errors: first, errorCount: typeof length === 'number' ? length : first.length }
}

/** The errors of an AggregateError that serializers keep, whole. */
export function readErrorList(value: object): readonly unknown[] {
  const { errorCount } = readErrors(value)
  if (errorCount === 0) return []
  const serialized = readProperty(value, 'aggregateErrors')
  const errors = isList(serialized) ? serialized : readProperty(value, 'errors')
  return isList(errors) ? errors.slice(0, maxListed) : []
}

/** Of which the kinds are compared. */
const maxListed = 20

function keysOfErrors(errors: unknown): readonly PropertyKey[] {
  // Mongoose has one error for each path.
  if (isObject(errors)) return keysOf(errors)
  const length = Number(readProperty(errors, 'length') ?? 0)
  return [0, 1, 2].filter((index) => index < length)
}

function isErrorLike(value: unknown): boolean {
  return isError(value) || (isObject(value) && readText(value, 'stack') !== undefined)
}

import { type PlainRecord, PlainReader } from './plain.ts'

/** A parsed line of JSON or logfmt. */
export type Line = Readonly<Record<string, unknown>>

/** The value of a field; one with a point in its name may be in an object. */
export function valueAt(line: Line, key: string | undefined): unknown {
  if (key === undefined) return undefined
  const value = line[key]
  if (value !== undefined) return value
  const point = key.indexOf('.')
  const inner = point < 0 ? undefined : line[key.slice(0, point)]
  return typeof inner === 'object' && inner !== null
    ? (inner as Line)[key.slice(point + 1)]
    : undefined
}

/** An error of a record. */
export interface FoundError {
  readonly error: unknown
  /** The fields that it was made of. */
  readonly keys: readonly string[]
  /** What was logged with it, where both were in one text. */
  readonly message?: string
}

/** Which fields of a line hold the error, its stack and the text. */
interface ErrorKeys {
  readonly error?: string
  readonly stack?: string
  readonly message?: string
}

/** The error of a record in the form that the core reads; `undefined` if there is none, or only in parts that the core knows. */
export function findError(given: Line, found: ErrorKeys): FoundError | undefined {
  const value = valueAt(given, found.error)
  if (found.error !== undefined && typeof value !== 'string')
    return { error: readForeign(value) ?? value, keys: [found.error] }
  const message = valueAt(given, found.message)
  const stack = textOf(valueAt(given, found.stack))
  const text = [value, stack, message].find(
    (one): one is string => typeof one === 'string' && one.includes('\n'),
  )
  const traced = text === undefined ? undefined : readTrace(text)
  const keys = [found.error, found.stack].filter((one) => one !== undefined)
  if (traced !== undefined)
    return { error: traced.error, keys, ...(text === message && { message: traced.message }) }
  // AWS Lambda's runtime has the error in place of the text.
  const inMessage = readForeign(message)
  if (inMessage !== undefined) return { error: inMessage, keys, message: '' }
  if (typeof value !== 'string') return undefined
  // A stack of Go has frames only.
  const printed = { name: 'Error', message: value, stack: `${value}\n${stack}` }
  return { error: stack === undefined ? value : printed, keys }
}

/** JSON leaves nothing of an Error; winston and Python may only say that there is one. */
export function isNothing(value: unknown): boolean {
  if (value == null || typeof value === 'boolean') return true
  return typeof value === 'object' && Object.keys(value).length === 0
}

function textOf(value: unknown): string | undefined {
  if (Array.isArray(value) && value.every((line) => typeof line === 'string'))
    return value.join('\n')
  return typeof value === 'string' ? value : undefined
}

function readTrace(text: string): PlainRecord | undefined {
  let found: PlainRecord | undefined
  const plain = new PlainReader((record) => {
    if (record.error !== undefined) found ??= record
  })
  for (const line of text.split('\n')) plain.read(line)
  plain.flush()
  return found
}

const nameKeys = 'name type class className exceptionType exc_type errorType'.split(' ')
const messageKeys = 'message localizedMessage exc_value errorMessage'.split(' ')
/** Log4j, Logback, Quarkus, structlog; Ruby and Lambda have lines of text. */
const frameKeys = 'extendedStackTrace stepArray frames stack_trace stackTrace'.split(' ')
const causeKeys = ['cause', 'causedBy']

/** An error of another language whose frames are objects or lines; `undefined` for any other value. */
function readForeign(value: unknown): object | undefined {
  // structlog's list has the causes first.
  const given = Array.isArray(value) ? (value as unknown[]).at(-1) : value
  if (typeof given !== 'object' || given === null) return undefined
  const error = given as Line
  const frames = frameKeys.map((key) => error[key]).find((list) => Array.isArray(list))
  const name = textIn(error, nameKeys)
  const message = textIn(error, messageKeys) ?? ''
  if (name === undefined || (frames === undefined && error['class'] === undefined)) return undefined
  const lines = ((frames ?? []) as readonly unknown[]).map(frameOf).filter((line) => line !== '')
  const header = message === '' ? name : `${name}: ${message}`
  const cause = causeKeys.map((key) => readForeign(error[key])).find((one) => one !== undefined)
  const hasHeader = lines[0]?.trim().startsWith(name) === true
  const stack = [...(hasHeader ? [] : [header]), ...lines].join('\n')
  return { name, message, stack, ...(cause !== undefined && { cause }) }
}

function frameOf(frame: unknown): string {
  if (typeof frame === 'string') return frame
  const given = (frame ?? {}) as Line
  const owner = textIn(given, ['class', 'className'])
  const called = textIn(given, ['method', 'methodName', 'name', 'func', 'function']) ?? '?'
  const file = textIn(given, ['file', 'fileName', 'filename', 'source'])
  const line = ['line', 'lineNumber', 'lineno']
    .map((key) => given[key])
    .find((one) => typeof one === 'number' || typeof one === 'string')
  const place = file === undefined ? 'Unknown Source' : `${file}:${line ?? 0}`
  return `    at ${owner === undefined ? called : `${owner}.${called}`} (${place})`
}

function textIn(given: Line, keys: readonly string[]): string | undefined {
  return keys.map((key) => given[key]).find((value) => typeof value === 'string')
}

/** The properties in which `readErrorParts` looks for types and causes. */
type Loose = Readonly<Partial<Record<(typeof typeKeys | typeof causeKeys)[number], unknown>>> & {
  readonly constructor: unknown
  readonly code?: unknown
  readonly message?: unknown
  readonly stack?: unknown
}

const firstFrame = '\n    at '
const causeMarker = '\ncaused by: '
const typeKeys = ['name', 'type', 'kind', 'class', 'exc_type', 'exception_type'] as const
const causeKeys = [
  'cause',
  'originalError',
  'original',
  'driverError',
  'innerError',
  'inner',
  'previous',
  'reason',
  'error',
  'err',
  'errors',
  'aggregateErrors',
] as const

/** All of an error that its parts are made of, a hundred times cheaper than the parts: what has the same has the same parts. */
export interface ErrorOutline extends Readonly<Record<(typeof typeKeys)[number], unknown>> {
  readonly constructor: unknown
  readonly code: unknown
  readonly message: unknown
  readonly stack: string
  /** Digested, since there may be many. */
  readonly causes: string
}

/** `undefined` for a thing of which it cannot be told so cheaply. */
export function outlineError(error: Loose): ErrorOutline | undefined {
  try {
    const { stack } = error
    const causes = digestCauses(error, 0)
    if (typeof stack !== 'string' || causes === undefined) return undefined
    return {
      constructor: error.constructor,
      name: error.name,
      type: error.type,
      kind: error.kind,
      class: error.class,
      exc_type: error.exc_type,
      exception_type: error.exception_type,
      code: error.code,
      message: error.message,
      stack,
      causes,
    }
  } catch {
    // A getter or a Proxy that throws: the parts are read with care, and every time anew.
    return undefined
  }
}

/** An outline as one text, without the values in its messages. */
export function digestOutline(outline: ErrorOutline): string {
  return `${digestType(outline)}${outline.causes}\n${digestStack(outline.stack)}`
}

/** Whether two outlines are sure to have the same digest, at a tenth of what it takes to make one. */
export function areAlike(one: ErrorOutline, other: ErrorOutline): boolean {
  return (
    areTypesAlike(one, other) &&
    one.causes === other.causes &&
    one.code === other.code &&
    (one.message === other.message || codeOf(one) === codeOf(other)) &&
    (one.stack === other.stack || areStacksAlike(one.stack, other.stack))
  )
}

/** Whether an error says all of itself that an outline does, so that nothing tells it from the one that was outlined. */
export function isOutlineOf(outline: ErrorOutline, error: Loose): boolean {
  try {
    return (
      isTelling(outline.message) &&
      isTelling(outline.stack) &&
      outline.message === error.message &&
      outline.stack === error.stack &&
      outline.code === error.code &&
      areTypesAlike(outline, error) &&
      outline.causes === digestCauses(error, 0)
    )
  } catch {
    // A getter or a Proxy that throws.
    return false
  }
}

const isTelling = (text: unknown): boolean => typeof text === 'string' && text !== ''

function areTypesAlike(one: ErrorOutline, other: Loose): boolean {
  return (
    one.constructor === other.constructor &&
    one.name === other.name &&
    one.type === other.type &&
    one.kind === other.kind &&
    one.class === other.class &&
    one.exc_type === other.exc_type &&
    one.exception_type === other.exception_type
  )
}

/** Of errors of one kind, most differ in the message at most. */
function areStacksAlike(one: string, other: string): boolean {
  const start = one.indexOf(firstFrame)
  if (start < 0 || hasCauseBefore(one, start)) return false
  const otherStart = other.length - (one.length - start)
  return (
    other.indexOf(firstFrame) === otherStart &&
    other.endsWith(one.slice(start)) &&
    !hasCauseBefore(other, otherStart) &&
    digestHeader(one) === digestHeader(other)
  )
}

function hasCauseBefore(stack: string, end: number): boolean {
  return stack.lastIndexOf(causeMarker, end) >= 0
}

function digestOf(error: Loose, depth: number): string | undefined {
  const stack = digestCausesStack(error)
  const causes = digestCauses(error, depth)
  return stack === undefined || causes === undefined
    ? undefined
    : digestType(error) + stack + causes
}

function digestCausesStack(error: Loose): string | undefined {
  // V8 makes the text of a stack when it is read first: here it would be made for nothing.
  if (error instanceof Error) return ''
  return typeof error.stack === 'string' ? digestHeader(error.stack) : undefined
}

/** One by one, since a loop over names is many times slower, and most errors have none. */
function hasCause(error: Loose): boolean {
  const { cause, originalError, original, driverError, innerError, inner } = error
  const first = cause ?? originalError ?? original ?? driverError ?? innerError ?? inner
  return (first ?? rareCauseOf(error) ?? undefined) !== undefined
}

function rareCauseOf({ previous, reason, error, err, errors, aggregateErrors }: Loose): unknown {
  return previous ?? reason ?? error ?? err ?? errors ?? aggregateErrors
}

function digestType(error: Loose): string {
  const { name, type, kind, class: className, exc_type: excType, exception_type: kindOf } = error
  const own = `${nameOf(error.constructor)}\n${textOf(name)}\n${codeOf(error)}\n`
  const serialized = type ?? kind ?? className ?? excType ?? kindOf
  return serialized === undefined
    ? own
    : `${own}${[type, kind, className, excType, kindOf].map(textOf).join('\n')}\n`
}

function digestCauses(error: Loose, depth: number): string | undefined {
  if (depth >= maxCauses || !hasCause(error)) return ''
  let digest = ''
  for (const key of causeKeys) {
    const cause = error[key]
    if (cause === undefined || cause === null) continue
    const nested = digestCause(cause, depth)
    if (nested === undefined) return undefined
    digest += `\n${key} ${nested}`
  }
  return digest
}

function digestCause(cause: unknown, depth: number): string | undefined {
  if (typeof cause === 'string') return `string ${codeInMessage(cause) ?? ''}`
  // Of several errors the first counts.
  if (Array.isArray(cause)) return cause.length > 0 ? digestCause(cause[0], depth) : ''
  if (typeof cause === 'object' && cause !== null) return digestOf(cause, depth + 1)
  return typeof cause === 'function' ? undefined : typeof cause
}

const codeOf = ({ code, message }: Loose): string =>
  code === undefined && typeof message === 'string' ? (codeInMessage(message) ?? '') : textOf(code)

/** The frames, and of each error printed there its type; no messages, which differ in values. */
function digestStack(stack: string): string {
  const text = stack.length > maxStackLength ? stack.slice(0, maxStackLength) : stack
  if (!text.includes(causeMarker)) return digestSection(text)
  return text.split(causeMarker).map(digestSection).join(causeMarker)
}

function digestSection(text: string): string {
  const start = text.indexOf(firstFrame)
  // Stacks of other languages have their messages elsewhere.
  if (start < 0) return text
  return digestHeader(text) + text.slice(start)
}

function digestHeader(text: string): string {
  const newline = text.indexOf('\n')
  const line = newline < 0 ? text : text.slice(0, newline)
  const colon = line.indexOf(':')
  const type = colon < 0 ? line : line.slice(0, colon)
  return `${type} ${codeInMessage(line.slice(colon + 2)) ?? ''}`
}

const textOf = (value: unknown): string =>
  typeof value === 'string' || typeof value === 'number' ? String(value) : ''

const nameOf = (constructor: unknown): string =>
  typeof constructor === 'function' ? constructor.name : ''

export const maxCauses = 5

/** More of a stack than its frames that count take. */
export const maxStackLength = 16_000

/** A serialised cause keeps its code in the text only: `'connect ECONNREFUSED 10.0.0.1:5432'`. */
export function codeInMessage(message: string): string | undefined {
  return /^(?:[a-z]{2,16} )?(E[A-Z][A-Z\d]{2,20})\b/.exec(message)?.[1]
}

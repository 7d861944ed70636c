import { readErrorShape, type ErrorShape } from '../event/error-shape.ts'
import { parseStack } from '../event/parse-stack.ts'
import { isList } from '../event/read-safely.ts'
import { splitStack, type StackSection } from '../event/stack-sections.ts'
import { placeOf, type Place } from './error-place.ts'

/** What of an error makes it the same problem as another. */
export interface ErrorParts {
  readonly type: string
  /** Of the deepest cause; the error's own if it has none. */
  readonly rootType: string
  readonly rootCode: string | undefined
  readonly place: Place
  /** Without what serialisers append of the causes. */
  readonly message: string
}

export const maxCauses = 5
/** More of a stack than its frames that count take. */
export const maxStackLength = 16_000

interface Link {
  readonly type: string
  readonly code: string | undefined
  readonly message: string
  readonly stack: string | undefined
  readonly next: unknown
  readonly printedCauses: readonly StackSection[]
}

/** Reads type, root cause and place of a thrown thing, whatever it is. */
export function readErrorParts(thrown: unknown): ErrorParts {
  const first = toLink(thrown)
  const root = findRoot(first)
  const stack = first.stack?.slice(0, maxStackLength)
  return {
    type: first.type,
    rootType: root.type,
    rootCode: root.code ?? codeInMessage(root.message),
    place: placeOf(stack === undefined ? [] : parseStack(stack)),
    message: first.message,
  }
}

function findRoot(first: Link): Pick<Link, 'type' | 'code' | 'message'> {
  let link = first
  for (let depth = 0; depth < maxCauses && link.next !== undefined; depth += 1) {
    link = toLink(link.next)
  }
  const printed = link.printedCauses.at(-1)
  if (printed === undefined) return link
  return { type: printed.type ?? 'Error', code: printed.code, message: printed.message ?? '' }
}

function toLink(thrown: unknown): Link {
  if (typeof thrown === 'object' && thrown !== null && !isList(thrown)) {
    return fromShape(readErrorShape(thrown))
  }
  if (typeof thrown !== 'string') return { ...emptyLink, type: kindOf(thrown) }
  const [own, ...printedCauses] = splitStack(thrown)
  if (own === undefined || parseStack(own.text).length === 0) {
    return { ...emptyLink, type: 'string', message: thrown }
  }
  const { type = 'Error', code, message = '', text } = own
  return { ...emptyLink, type, code, message, stack: text, printedCauses }
}

function fromShape({ type, code, message, stack, cause, printedCauses, errors }: ErrorShape): Link {
  // An AggregateError's cause, if it tells none, is the first of its errors.
  const next = cause ?? (printedCauses.length > 0 ? undefined : errors[0])
  return { type, code, message: message ?? '', stack, next, printedCauses }
}

function kindOf(thrown: unknown): string {
  if (isList(thrown)) return 'array'
  return thrown === null ? 'null' : typeof thrown
}

const emptyLink: Link = {
  type: 'Error',
  code: undefined,
  message: '',
  stack: undefined,
  next: undefined,
  printedCauses: [],
}

/** A serialised cause keeps its code in the text only: `'connect ECONNREFUSED 10.0.0.1:5432'`. */
export function codeInMessage(message: string): string | undefined {
  return /^(?:[a-z]{2,16} )?(E[A-Z][A-Z\d]{2,20})\b/.exec(message)?.[1]
}

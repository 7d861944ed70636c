import { cutEnd, redactBeginning } from './bounded-text.ts'
import { describeProperties } from './error-properties.ts'
import type { ErrorShape } from './error-shape.ts'
import { readErrorShape } from './error-shape.ts'
import type { ErrorDescription } from './log-event.ts'
import { parseStack } from './parse-stack.ts'
import { isList } from './read-safely.ts'
import type { Redactor } from './redact.ts'
import { createRedactor } from './redact.ts'
import { shortenStack } from './shorten-stack.ts'
import type { StackSection } from './stack-sections.ts'
import { splitStack } from './stack-sections.ts'

/** How an error is described. */
export interface DescribeErrorOptions {
  /** @default a redactor with the defaults */
  readonly redactor?: Redactor
}

const maxCauses = 5
const maxFollowedCauses = 100
/** Aggregates of aggregates. */
const maxAggregateDepth = 2
const maxMessageLength = 10_000
const maxTypeLength = 200
/** Of the text made from an object that has no message. */
const maxObjectLength = 1_000

/** One error of a chain: the thing itself, if it is there, and what it looks like. */
interface Link {
  readonly value: object | undefined
  readonly shape: ErrorShape
}

const defaultRedactor = createRedactor()

/**
 * Describes a thrown thing, whatever it is: an Error, what a serialiser left of one, a text, a number, nothing.
 *
 * Never throws, and neither time nor result grow with what was thrown.
 */
export function describeError(
  thrown: unknown,
  options: DescribeErrorOptions = {},
): ErrorDescription {
  return new ErrorDescriber(options.redactor ?? defaultRedactor).describe(thrown, 0)
}

class ErrorDescriber {
  readonly #redactor: Redactor
  readonly #seen = new Set<object>()

  constructor(redactor: Redactor) {
    this.#redactor = redactor
  }

  describe(thrown: unknown, aggregateDepth: number): ErrorDescription {
    const { links, moreCauses } = this.#followCauses(thrown)
    let cause: ErrorDescription | undefined
    for (const link of links.toReversed()) {
      cause = this.#describeLink(link, { cause, moreCauses, aggregateDepth })
    }
    return cause ?? this.#describeLink(toLink(thrown), { cause, moreCauses, aggregateDepth })
  }

  #followCauses(thrown: unknown): { links: readonly Link[]; moreCauses: number } {
    const links: Link[] = []
    let next = thrown
    do {
      if (typeof next === 'object' && next !== null) {
        if (this.#seen.has(next)) break
        this.#seen.add(next)
      }
      const link = toLink(next)
      links.push(link)
      next = link.shape.cause
    } while (next !== undefined && links.length < maxFollowedCauses)

    const printed = links.at(-1)?.shape.printedCauses ?? []
    links.push(...printed.map(fromSection))
    // Of many causes the last tells most.
    return {
      links: [...links.slice(0, maxCauses + 1), ...links.slice(maxCauses + 1).slice(-1)],
      moreCauses: Math.max(0, links.length - maxCauses - 2),
    }
  }

  #describeLink(
    { value, shape }: Link,
    { cause, moreCauses, aggregateDepth }: Surroundings,
  ): ErrorDescription {
    const { text } = this.#redactor
    const stack =
      shape.stack === undefined ? undefined : shortenStack(shape.stack, this.#redactor.text)
    const frames = stack === undefined ? [] : parseStack(stack)
    const errors = aggregateDepth < maxAggregateDepth ? shape.errors : []
    const descriptions = errors.map((error) => this.describe(error, aggregateDepth + 1))
    return {
      type: redactBeginning(shape.type, maxTypeLength, text),
      message: this.#message(value, shape, descriptions),
      code: shape.code === undefined ? undefined : redactBeginning(shape.code, maxTypeLength, text),
      stack,
      frames,
      culprit: frames.find((frame) => frame.isInApp),
      cause,
      moreCauses: cause === undefined ? 0 : moreCauses,
      errors: descriptions,
      moreErrors: Math.max(0, shape.errorCount - descriptions.length),
      properties:
        value === undefined || isList(value)
          ? {}
          : describeProperties(value, shape, this.#redactor),
    }
  }

  #message(
    value: object | undefined,
    { message }: ErrorShape,
    errors: readonly ErrorDescription[],
  ): string {
    if (message === undefined && value !== undefined) {
      const copy = this.#redactor.value(value)
      return cutEnd(typeof copy === 'string' ? copy : JSON.stringify(copy), maxObjectLength)
    }
    // Node's AggregateError of failed connection attempts has no message of its own.
    if (message === undefined || message === '') return errors[0]?.message ?? ''
    return redactBeginning(message, maxMessageLength, this.#redactor.text)
  }
}

interface Surroundings {
  readonly cause: ErrorDescription | undefined
  readonly moreCauses: number
  readonly aggregateDepth: number
}

function toLink(thrown: unknown): Link {
  if (typeof thrown === 'object' && thrown !== null) {
    if (!isList(thrown)) return { value: thrown, shape: readErrorShape(thrown) }
    return { value: thrown, shape: { ...emptyShape, type: 'array', message: undefined } }
  }
  if (typeof thrown !== 'string') {
    const type = thrown === null ? 'null' : typeof thrown
    return { value: undefined, shape: { ...emptyShape, type, message: printValue(thrown) } }
  }
  const [own, ...printedCauses] = splitStack(thrown)
  const isStack = own !== undefined && (printedCauses.length > 0 || parseStack(own.text).length > 0)
  if (isStack) return { value: undefined, shape: { ...fromSection(own).shape, printedCauses } }
  return { value: undefined, shape: { ...emptyShape, type: 'string', message: thrown } }
}

function printValue(value: unknown): string {
  if (typeof value === 'bigint') return `${value}n`
  return typeof value === 'function' ? '[function]' : String(value)
}

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

function fromSection({ type, code, message, text }: StackSection): Link {
  const shape = { ...emptyShape, type: type ?? 'Error', code, message: message ?? '', stack: text }
  return { value: undefined, shape }
}

import { cutEnd, redactBeginning, redacted } from '../../redaction/bounded-text.ts'
import { createRedactor, type Redactor } from '../../redaction/redactor.ts'
import {
  classNameOf,
  isError,
  isList,
  isObject,
  keysOf,
  readProperty,
  withoutKeys,
  readText,
} from '../../redaction/safe-read.ts'
import type { ErrorDescription } from '../log-event.ts'
import { parseStack, shortenStack, splitStack } from '../stack.ts'
import {
  describedKeys,
  type ErrorShape,
  readErrorShape,
  shapeOfSections,
  shapeOfValue,
} from './error-shape.ts'
import { readUpstreamStatus } from './http-status.ts'

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
 * Describes a thrown thing, whatever it is: an Error, what a serializer left of one, a text, a number, nothing.
 *
 * Never throws, and neither time nor result grow with what was thrown.
 */
export function describeError(
  thrown: unknown,
  { redactor = defaultRedactor }: { readonly redactor?: Redactor } = {},
): ErrorDescription {
  return new ErrorDescriber(redactor.with({ change: hideBoundValues })).describe(thrown, 0)
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
    links.push(...printed.map((section) => ({ value: undefined, shape: shapeOfSections(section) })))
    // Of many causes the last is the most useful.
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
    const stack = shape.stack === undefined ? undefined : shortenStack(shape.stack, text)
    const frames = stack === undefined ? [] : parseStack(stack)
    const errors = aggregateDepth < maxAggregateDepth ? shape.errors : []
    const descriptions = errors.map((error) => this.describe(error, aggregateDepth + 1))
    const upstreamStatus = readUpstreamStatus(value)
    return {
      type: redactBeginning(shape.type, maxTypeLength, text),
      // An answer that was thrown is shown by its status.
      message:
        upstreamStatus !== undefined && shape.message === undefined
          ? ''
          : this.#message(value, shape, descriptions),
      code: shape.code === undefined ? undefined : redactBeginning(shape.code, maxTypeLength, text),
      ...(upstreamStatus !== undefined && { upstreamStatus }),
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
          : describeProperties(value, shape, redactorOfProperties(value, this.#redactor)),
    }
  }

  #message(
    value: object | undefined,
    { message }: ErrorShape,
    errors: readonly ErrorDescription[],
  ): string {
    if (message === undefined && value !== undefined) {
      const keys = keysOf(value)
      // A logger's redaction left its class only.
      if (keys.length === 1 && keys[0] === 'type') return ''
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
    const shape = isList(thrown) ? shapeOfValue(thrown, undefined) : readErrorShape(thrown)
    return { value: thrown, shape }
  }
  return { value: undefined, shape: readShapeOfValue(thrown) }
}

function readShapeOfValue(thrown: unknown): ErrorShape {
  if (typeof thrown === 'bigint') return shapeOfValue(thrown, `${thrown}n`)
  if (typeof thrown === 'function') return shapeOfValue(thrown, '[function]')
  if (typeof thrown !== 'string') return shapeOfValue(thrown, String(thrown))
  const [own, ...printedCauses] = splitStack(thrown)
  const isStack = own !== undefined && (printedCauses.length > 0 || parseStack(own.text).length > 0)
  return isStack ? shapeOfSections(own, printedCauses) : shapeOfValue(thrown, thrown)
}

/** What of an HTTP client's request and response helps; the rest is headers, sockets and settings by the hundred. */
const exchangeKeys: Readonly<Record<string, readonly string[]>> = {
  config: ['method', 'url', 'baseURL', 'timeout'],
  request: ['method', 'path', 'host', 'url'],
  response: ['status', 'statusCode', 'statusText', 'statusMessage', 'data', 'body'],
  options: ['method', 'url'],
  meta: ['statusCode', 'body'],
}

/** Own properties of an error beside those with a place of their own in its description. */
function describeProperties(
  value: object,
  shape: ErrorShape,
  redactor: Redactor,
): Readonly<Record<string, unknown>> {
  if (keysOf(value).length === 0) return {}
  const rest = withoutKeys(value, (key) => isDescribed(value, key, shape), summarize)
  const copy = redactor.value(rest)
  return isObject(copy) ? { ...copy } : {}
}

function isDescribed(value: object, key: string, shape: ErrorShape): boolean {
  if (describedKeys.has(key)) return true
  if (key === 'type') return !isError(value) && readProperty(value, key) === shape.type
  // winston writes its level into the Error that is logged.
  if (key === 'level') return isError(value) && typeof readProperty(value, key) === 'string'
  if (key === 'errors' || key === 'aggregateErrors') return shape.errorCount > 0
  // The cause may stand under several names: Sequelize has `parent` and `original`.
  return (
    shape.cause !== undefined && isObject(shape.cause) && readProperty(value, key) === shape.cause
  )
}

/** The part of an HTTP client's exchange that helps; anything else as it is. */
export function summarize(key: string, value: unknown): unknown {
  const kept = exchangeKeys[key]
  if (kept === undefined || !isObject(value) || !isExchange(value)) return value
  const summary: Record<string, unknown> = {}
  for (const part of kept) {
    const partValue = readProperty(value, part)
    if (partValue !== undefined) summary[part] = partValue
  }
  return summary
}

function isExchange(value: object): boolean {
  if (classNameOf(value) !== 'Object') return true
  return ['headers', '_header'].some((key) => readProperty(value, key) !== undefined)
}

/** Where a database or its library writes the values of a statement into a text: what stands between `start` and `end` is hidden. */
interface ValuePhrase {
  /** Much faster to look for than the form. */
  readonly hint: string
  readonly start: RegExp
  readonly end: RegExp
}

/* oxfmt-ignore */
const phrases: readonly ValuePhrase[] = [
  // Drizzle, up to the frames of a stack
  { hint: 'Failed query: ', start: /\nparams: (?!$)/g, end: /\n[ \t]*at |$/g },
  // PostgreSQL
  { hint: ')=(', start: /Key \([^)\n]{1,500}\)=\(/g, end: /\) (?:already exists|is not present|is still referenced|conflicts with)/g },
  { hint: 'Failing row contains', start: /Failing row contains \(/g, end: /\)\.?(?:\n|$)/g },
  { hint: 'portal parameter', start: /portal parameter \$\d{1,5} = '/g, end: /'(?:$|\n|,)/g },
  { hint: 'for type ', start: /invalid input syntax for type [\w ]{1,60}: "/g, end: /"(?:$|\n)/g },
  { hint: 'for enum ', start: /invalid input value for enum [\w."]{1,130}: "/g, end: /"(?:$|\n)/g },
  { hint: 'out of range', start: /\bvalue "(?=[^"\n]{0,1000}" is out of range for type )/g, end: /"/g },
  { hint: 'out of range', start: /field value out of range: "/g, end: /"/g },
  // MySQL
  { hint: 'Duplicate entry', start: /Duplicate entry '/g, end: /' for key /g },
  { hint: ' value: ', start: /(?:Incorrect|Truncated incorrect) [\w ]{1,30} value: '/g, end: /'(?: for column |$|\n)/g },
  // SQL Server
  { hint: 'duplicate key value is', start: /The duplicate key value is \(/g, end: /\)\./g },
  // MongoDB
  { hint: 'dup key: ', start: /dup key: \{/g, end: /\}(?:$|\n|,|\)| )/g },
]

/** Takes time in proportion to the text: where one phrase has no end, a later one has none either. */
function hideBetween(text: string, { start, end }: ValuePhrase): string {
  let result = ''
  let from = 0
  for (;;) {
    start.lastIndex = from
    if (start.exec(text) === null) break
    const valueAt = start.lastIndex
    end.lastIndex = valueAt
    const found = end.exec(text)
    if (found === null) break
    result += text.slice(from, valueAt) + redacted
    from = found.index
  }
  return result + text.slice(from)
}

/** A statement by itself, behind a library's words, or in front of the error as knex writes it. */
const statement =
  /^\s*(?:[\w.]{1,60}: )?(?:Failed query: |Executing \([^)]{1,60}\): )?(?:insert\s+into|replace\s+into|delete\s+from|update\s.{1,500}?\sset|select\s.{1,2000}?\sfrom|with\s.{1,200}?\sas|merge\s+into)\s/is

/** Texts and numbers in a statement. */
const literals =
  /'(?:[^'\\]|\\.|'')*(?:'|$)|(?<=[=<>(,]\s{0,4}|\b(?:between|limit|offset)\s{1,4})-?\d+(?:\.\d+)?\b/gis

/** Prisma shows the call with its arguments, and the lines of code around it. */
const prismaCall = /Invalid `[^`\n]{1,200}` invocation/

const prismaLiterals = /"(?:[^"\\\n]|\\.)*"|(?<=: )-?\d+(?:\.\d+)?\b/g

/** A text without the values of statements, which stay: a value is a customer's data, and says nothing about the mistake. */
export function hideBoundValues(text: string): string {
  let result = text
  for (const phrase of phrases) {
    if (result.includes(phrase.hint)) result = hideBetween(result, phrase)
  }
  if (statement.test(result)) result = result.replace(literals, '?')
  return prismaCall.test(result) ? result.replace(prismaLiterals, '?') : result
}

/** Under which names errors of databases have values. */
const valueKeys: ReadonlySet<string> = new Set([
  'parameters',
  'params',
  'bindings',
  'values',
  'value',
  'fields',
  'keyValue',
  'instance',
  'op',
  'insertedDocs',
])

/** The redactor for the properties of an error: in that of a database it hides the values of the statement, too. */
export function redactorOfProperties(error: object, redactor: Redactor): Redactor {
  if (!isOfDatabase(error)) return redactor
  return redactor.with({ isSecretKey: (key) => valueKeys.has(key) || redactor.isSecretKey(key) })
}

function isOfDatabase(error: object): boolean {
  const hasStatement = ['sql', 'query', 'statement'].some(
    (key) => readText(error, key) !== undefined,
  )
  // Of MongoDB, also after a serializer.
  const names = [readText(error, 'name'), readText(error, 'type'), classNameOf(error)]
  return hasStatement || names.some((name) => name?.startsWith('Mongo') === true)
}

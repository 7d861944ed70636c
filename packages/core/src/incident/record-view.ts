import { chooseErrorType, readCode } from '../event/error/error-shape.ts'
import {
  readAbort,
  isErrorStatus,
  type OwnStatus,
  readOwnStatus,
} from '../event/error/http-status.ts'
import { readStackOrigin } from '../event/error/stack-origin.ts'
import { findIds } from '../event/ids.ts'
import { readRoute } from '../event/request.ts'
import {
  type FingerprintInput,
  messageOfError,
  readProblem,
  readRequestLine,
  type RequestLine,
} from '../grouping/fingerprint.ts'
import { isList, isObject, readObject, readProperty } from '../redaction/safe-read.ts'

interface ViewedRecord extends FingerprintInput {
  readonly logger?: string | undefined
}

/** The properties of a record that rules match and incidents count. Each is read when it is first asked for. */
export class RecordView {
  /** On pino's scale. */
  readonly severity: number
  readonly #record: ViewedRecord
  #error: unknown
  #isErrorRead = false
  #requestLine: RequestLine | undefined
  #isRequestRead = false

  constructor(record: ViewedRecord, severity: number) {
    this.#record = record
    this.severity = severity
  }

  get message(): string {
    return this.#record.message
  }

  /** Differs between occurrences of one problem at different endpoints or with different messages. */
  get variation(): string {
    const message = messageOfError(this.error) || this.message
    return `${this.endpoint ?? ''}|${message.slice(0, maxMessageLength)}`
  }

  get logger(): string | undefined {
    return this.#record.logger
  }

  /** What was thrown. */
  get error(): unknown {
    if (!this.#isErrorRead) this.#error = readProblem(this.#record).error
    this.#isErrorRead = true
    return this.#error
  }

  get errorType(): string | undefined {
    return isObject(this.error) ? chooseErrorType(this.error) : undefined
  }

  get code(): string | undefined {
    return isObject(this.error) ? readCode(this.error) : undefined
  }

  /**
   * The status of this service's answer to its own client, as far as the record shows it; never what another server answered, nor
   * a status below 500 on an error that nobody's request waited for.
   */
  get status(): number | undefined {
    const own = readOwnStatus(this.error)
    if (own === undefined || own.status >= 500) return own?.status
    const answered = this.#answered
    if (answered !== undefined && answered >= 500) return answered
    return this.#isFailure || !this.#isAnswer(own) ? undefined : own.status
  }

  /** Whether the client of this service went away. */
  get isAborted(): boolean {
    return readAbort(this.error) === 'client' && !this.#isFailure
  }

  get method(): string | undefined {
    return this.#line?.method
  }

  /** The path of the request without its query, and the route's pattern. */
  get paths(): readonly string[] {
    const path = this.#line && beforeQuery(this.#line.path)
    return [path, readRoute(this.request ?? nothing)].filter((each) => each !== undefined)
  }

  /** As in `'POST /orders/:id'`, with `:id` for numbers and other ids where no route is known. */
  get endpoint(): string | undefined {
    const line = this.#line
    if (line === undefined) return undefined
    return `${line.method} ${readRoute(this.request ?? nothing) ?? withoutIds(line.path)}`
  }

  /** The id of the signed-in user. */
  get userId(): string | undefined {
    const { fields = nothing } = this.#record
    const user = readObject(this.request ?? nothing, 'user') ?? readObject(fields, 'user')
    const id = user === undefined ? readProperty(fields, 'userId') : readProperty(user, 'id')
    return textsOf(id)[0]
  }

  /** What was logged as `tag` or in the list `tags`. */
  get tags(): readonly string[] {
    const { fields = nothing } = this.#record
    const tags = readProperty(fields, 'tags')
    return [readProperty(fields, 'tag'), ...(isList(tags) ? tags : [tags])].flatMap(textsOf)
  }

  field(name: string): string | undefined {
    return textsOf(readProperty(this.#record.fields ?? nothing, name))[0]
  }

  /** As in `'POST /orders/17'`. */
  get requestLine(): string | undefined {
    return this.#line && `${this.#line.method} ${beforeQuery(this.#line.path)}`
  }

  get #line(): RequestLine | undefined {
    if (!this.#isRequestRead) this.#requestLine = readRequestLine(this.#record)
    this.#isRequestRead = true
    return this.#requestLine
  }

  /** The logged request. */
  get request(): object | undefined {
    const { request, fields = nothing } = this.#record
    if (isObject(request)) return request
    return this.#line?.request ?? readObject(fields, 'req')
  }

  /** Whether an error is the answer to a client: it happened in a request, or is made for an answer and in no job. */
  #isAnswer(own: OwnStatus): boolean {
    if (this.#hasRequest || this.#answered !== undefined) return true
    const { during } = readStackOrigin(this.error)
    if (during === 'job') return false
    const { request, fields = nothing } = this.#record
    return (
      own.isForAnswer || during === 'request' || findIds(fields, request).requestId !== undefined
    )
  }

  /** The status of the answer, where it was logged as one of an error: by the exception handler, pino-http, Fastify. */
  get #answered(): number | undefined {
    const { fields = nothing } = this.#record
    return [
      readProperty(fields, 'status'),
      readProperty(fields, 'statusCode'),
      readProperty(readProperty(fields, 'res'), 'statusCode'),
    ].find(isErrorStatus)
  }

  get #hasRequest(): boolean {
    return this.#line !== undefined || isObject(this.#record.request)
  }

  /**
   * Whether it is a failure whatever the status: nothing caught the error, as winston's handlers, the exception handler's `onUncaught`
   * and listeners of services log it, or the exception handler's `shouldAlert` decided so.
   */
  get #isFailure(): boolean {
    const { fields = nothing } = this.#record
    return (
      readProperty(fields, 'exception') === true ||
      readProperty(fields, 'rejection') === true ||
      readProperty(fields, 'shouldAlert') === true ||
      uncaughtOrigins.has(readProperty(fields, 'origin')) ||
      (unhandled.test(this.message) && !this.#hasRequest)
    )
  }
}

const nothing = {}

const uncaughtOrigins: ReadonlySet<unknown> = new Set(['uncaughtException', 'unhandledRejection'])
/** What services write beside errors that nothing caught. */
const unhandled = /\b(?:uncaught|unhandled)/i

const maxPathLength = 200
const maxMessageLength = 300

const idSegment = /\/(?:\d+|[\da-fA-F-]{16,36})(?=\/|$)/g

function withoutIds(path: string): string {
  return beforeQuery(path.slice(0, maxPathLength)).replace(idSegment, '/:id')
}

function beforeQuery(path: string): string {
  const query = path.indexOf('?')
  return query < 0 ? path : path.slice(0, query)
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []
}

import { chooseErrorType } from '../event/error/error-shape.ts'
import { isAborted, statusOf } from '../event/error/http-status.ts'
import {
  type FingerprintInput,
  messageOfError,
  readProblem,
  readRequestLine,
} from '../grouping/problem.ts'
import {
  isList,
  isObject,
  keysOf,
  readObject,
  readProperty,
  readText,
} from '../redaction/safe-read.ts'
import { readRoute } from '../event/request/read-request.ts'

/** A record as far as rules about records ask for it: each part is read when a rule first asks. */
export class Subject {
  /** On pino's scale. */
  readonly severity: number
  readonly #record: FingerprintInput & { readonly logger?: string | undefined }
  #error: { readonly value: unknown } | undefined

  constructor(
    record: FingerprintInput & { readonly logger?: string | undefined },
    severity: number,
  ) {
    this.#record = record
    this.severity = severity
  }

  get message(): string {
    return this.#record.message
  }

  /** What tells occurrences of one problem apart: where it happened, and what was said. */
  get variation(): string {
    const said = messageOfError(this.#thrown) || this.message
    return `${this.endpoint ?? ''}|${said.slice(0, maxSaid)}`
  }

  get logger(): string | undefined {
    return this.#record.logger
  }

  get errorType(): string | undefined {
    return isObject(this.#thrown) ? chooseErrorType(this.#thrown) : undefined
  }

  get code(): string | undefined {
    if (!isObject(this.#thrown)) return undefined
    const code = readProperty(this.#thrown, 'code')
    return typeof code === 'number' ? String(code) : readText(this.#thrown, 'code')
  }

  get status(): number | undefined {
    return statusOf(this.#thrown)
  }

  get isAborted(): boolean {
    return isAborted(this.#thrown)
  }

  get method(): string | undefined {
    return readRequestLine(this.#record)?.method
  }

  /** The path of the request without its query, and the endpoint's pattern. */
  get paths(): readonly string[] {
    const path = readRequestLine(this.#record)?.path.split('?', 1)[0]
    return [path, readRoute(this.#request)].filter((each) => each !== undefined)
  }

  /** As in `'POST /orders/:id'`: numbers and other ids of a path are no endpoints. */
  get endpoint(): string | undefined {
    if (!this.#hasContext) return undefined
    const line = readRequestLine(this.#record)
    if (line === undefined) return undefined
    const path = readRoute(this.#request) ?? withoutIds(line.path.slice(0, maxPath))
    return `${line.method} ${path}`
  }

  /** The id of who was signed in. */
  get userId(): string | undefined {
    if (!this.#hasContext) return undefined
    const { fields = {} } = this.#record
    const user = readObject(this.#request, 'user') ?? readObject(fields, 'user')
    const id = user === undefined ? readProperty(fields, 'userId') : readProperty(user, 'id')
    return textsOf(id)[0]
  }

  /** What was logged as `tag` or in the list `tags`. */
  get tags(): readonly string[] {
    const { fields = {} } = this.#record
    const tags = readProperty(fields, 'tags')
    return [readProperty(fields, 'tag'), ...(isList(tags) ? tags : [tags])].flatMap(textsOf)
  }

  field(name: string): string | undefined {
    return textsOf(readProperty(this.#record.fields ?? {}, name))[0]
  }

  /** Whether anything was logged beside a text and an error. */
  get #hasContext(): boolean {
    const { request, fields = nothing } = this.#record
    return isObject(request) || keysOf(fields).length > 0
  }

  get #request(): object {
    const { request, fields = {} } = this.#record
    return isObject(request) ? request : (readObject(fields, 'req') ?? nothing)
  }

  get #thrown(): unknown {
    this.#error ??= { value: readProblem(this.#record).error }
    return this.#error.value
  }
}

const nothing = {}
const maxPath = 200
const maxSaid = 300

function withoutIds(path: string): string {
  const [beforeQuery = ''] = path.split('?', 1)
  return beforeQuery.replaceAll(/(?<=\/)(?:\d+|[\da-f-]{16,36})(?=\/|$)/gi, ':id')
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []
}

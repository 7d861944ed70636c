import { chooseErrorType } from '../event/error-type.ts'
import { isAborted, statusOf } from '../event/http-status.ts'
import { isList, isObject, readObject, readProperty, readText } from '../event/read-safely.ts'
import { readRoute } from '../event/request-route.ts'
import { readProblem, readRequestLine, type FingerprintInput } from './fingerprint-input.ts'

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
    const { request, fields = {} } = this.#record
    const path = readRequestLine(this.#record)?.path.split('?', 1)[0]
    const holder = isObject(request) ? request : (readObject(fields, 'req') ?? {})
    return [path, readRoute(holder)].filter((each) => each !== undefined)
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

  get #thrown(): unknown {
    this.#error ??= { value: readProblem(this.#record).error }
    return this.#error.value
  }
}

function textsOf(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'number' || typeof value === 'boolean' ? [String(value)] : []
}

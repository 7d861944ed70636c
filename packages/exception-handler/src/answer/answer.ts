import { ownMessage } from './answer-message.ts'
import { answerHeaders } from './answer-headers.ts'
import { defaultText, type Locale } from './default-texts.ts'
import { carriedStatus } from './error-status.ts'
import { showFieldError, type FieldError } from './field-error.ts'
import { readMalformedBody } from './malformed-body.ts'
import { isMissingRecord } from './missing-record.ts'
import { isPlainError } from './plain-error.ts'
import { readValidation } from './read-validation.ts'

/** What the client of a failed request gets. */
export interface Answer {
  readonly status: number
  readonly body: AnswerBody
  /** Those that the error brought, as `Retry-After` and `WWW-Authenticate`, in lower case. */
  readonly headers: Readonly<Record<string, string>>
}

/** The body of every answer to a failed request. */
export interface AnswerBody {
  /** One text for people. */
  readonly message: string
  /** Everything that a validator found wrong; empty for any other failure. */
  readonly errors: readonly FieldError[]
}

/** How an error becomes an answer. */
export interface AnswerOptions {
  readonly locale: Locale
  /** Texts of the service's own by status, instead of the default ones. */
  readonly texts: Readonly<Record<number, string>>
  /** The status the response bore when the error came, for frameworks that honour it. */
  readonly responseStatus?: number | undefined
}

/** The answer to an error: status, message and errors. */
export function buildAnswer(error: unknown, options: AnswerOptions): Answer {
  if (options.responseStatus === undefined && isPlainError(error)) return bareAnswer(options)
  const { status, errors } = classify(error, options)
  const [first] = errors
  const text = options.texts[status] ?? defaultText(status, options.locale)
  // Whoever fails to authenticate must not learn from the message what was wrong.
  const own = status === 401 ? undefined : first ? showFieldError(first) : ownMessage(error, status)
  return {
    status,
    body: { message: own ?? text, errors: status === 401 ? [] : errors },
    headers: answerHeaders(error),
  }
}

/** The answer when nothing else can be said. */
export function bareAnswer({ locale, texts }: AnswerOptions): Answer {
  const message = texts[500] ?? defaultText(500, locale)
  return { status: 500, body: { message, errors: [] }, headers: {} }
}

function classify(
  error: unknown,
  { locale, responseStatus }: AnswerOptions,
): { readonly status: number; readonly errors: readonly FieldError[] } {
  const carried = carriedStatus(error)
  if (carried !== undefined && carried >= 500) return { status: carried, errors: [] }
  const malformed = carried === 400 ? readMalformedBody(error, locale) : undefined
  const errors = malformed === undefined ? readValidation(error) : [malformed]
  if (errors !== undefined) return { status: carried ?? 400, errors }
  const status = carried ?? (isMissingRecord(error) ? 404 : (responseStatus ?? 500))
  return { status, errors: [] }
}

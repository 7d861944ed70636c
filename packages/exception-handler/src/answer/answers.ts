import {
  isErrorStatus,
  isObject,
  isTagged,
  isUpstreamError,
  readProperty,
  readText,
} from '@slack-logger/core/reading'

/** Errors and their answer: a row of the table of answers. */
export interface AnswerRule {
  /** The errors: all conditions that are given must hold. A function decides itself. */
  readonly when: AnswerCondition | ((error: unknown) => boolean)
  /** From 400 to 599. */
  readonly status: number
  /**
   * The message for the client; `false` for the default message of the status.
   *
   * @default the error's own message, if the service wrote it
   */
  readonly message?: string | false
}

/** What an error must have. */
export interface AnswerCondition {
  /** The name of the error, of its class or of a superclass; any of several. */
  readonly name?: string | readonly string[]
  /** The property `code`; any of several. */
  readonly code?: string | number | readonly (string | number)[]
  /** What the message must match. */
  readonly message?: RegExp
}

/** The first row for an error. */
export type FindAnswer = (error: unknown) => AnswerRule | undefined

const badRequest = { status: 400, message: false } as const
const unauthorized = { status: 401, message: false } as const
const forbidden = { status: 403, message: false } as const
const notFound = { status: 404, message: false } as const
const conflict = { status: 409, message: false } as const
const tooLarge = { status: 413, message: false } as const
const tooMany = { status: 429, message: false } as const

/* oxfmt-ignore */
/** The answers to errors of well-known libraries, all of which a client's input causes. The service's own rows come first. */
const libraryAnswers: readonly AnswerRule[] = [
  // Records that do not exist: Prisma, Lucid, TypeORM, Sequelize, Mongoose, Kysely, Bookshelf, MikroORM, Objection, Slonik, Django
  { when: { code: ['P2001', 'P2015', 'P2018', 'P2025', 'E_ROW_NOT_FOUND'] }, ...notFound },
  { when: { name: ['EntityNotFoundError', 'EntityNotFound'] }, ...notFound },
  { when: { name: ['SequelizeEmptyResultError', 'EmptyResultError'] }, status: 404 },
  { when: { name: 'DocumentNotFoundError', message: /^No document found for query / }, ...notFound },
  { when: { name: 'DocumentNotFoundError' }, status: 404 },
  { when: { name: 'NoResultError', message: /^no result$/ }, ...notFound },
  { when: { name: 'NoResultError' }, status: 404 },
  { when: { name: 'EmptyError', message: /^EmptyResponse$/ }, ...notFound },
  { when: { name: 'NotFoundError', message: /^(?:\S+ not found \(|NotFoundError$|Resource not found\.?$)/ }, ...notFound },
  { when: { name: 'NotFoundError' }, status: 404 },
  { when: { name: ['ObjectDoesNotExist', 'DoesNotExist'], message: /matching query does not exist/ }, ...notFound },
  { when: { name: ['ObjectDoesNotExist', 'DoesNotExist'] }, status: 404 },

  // Unique values that exist: PostgreSQL, MySQL, MongoDB, Prisma, Oracle, SQLite, SQL Server, Sequelize, MikroORM, Objection
  { when: { code: ['23505', 'ER_DUP_ENTRY', 11000, 'P2002', 'ORA-00001'] }, ...conflict },
  { when: { code: ['SQLITE_CONSTRAINT_UNIQUE', 'SQLITE_CONSTRAINT_PRIMARYKEY'] }, ...conflict },
  { when: { code: ['SQLITE_CONSTRAINT', 'ERR_SQLITE_ERROR'], message: /UNIQUE constraint failed/ }, ...conflict },
  { when: { code: 'EREQUEST', message: /^(?:Violation of (?:UNIQUE|PRIMARY) KEY constraint|Cannot insert duplicate key row)/ }, ...conflict },
  { when: { name: ['SequelizeUniqueConstraintError', 'UniqueConstraintViolationException', 'UniqueViolationError'] }, ...conflict },

  // Ids and values that the database cannot read: PostgreSQL, Prisma, Mongoose, MongoDB, SQL Server
  { when: { code: ['22P02', '22007', '22008', 'P2023'] }, ...badRequest },
  { when: { code: '22003', message: /^value ".*" is out of range for type / }, ...badRequest },
  { when: { name: 'CastError', message: /^Cast to / }, ...badRequest },
  { when: { name: ['BSONError', 'BSONTypeError'], message: /24 character hex string/ }, ...badRequest },
  { when: { code: 'EREQUEST', message: /^Conversion failed when converting / }, ...badRequest },

  // Tokens: jsonwebtoken, jose, fast-jwt, hono/jwt, aws-jwt-verify, Firebase, Passport
  { when: { name: ['TokenExpiredError', 'NotBeforeError'] }, ...unauthorized },
  { when: { name: 'JsonWebTokenError', message: /^(?:jwt |invalid |iat required)/ }, ...unauthorized },
  { when: { code: ['ERR_JWT_EXPIRED', 'ERR_JWT_CLAIM_VALIDATION_FAILED', 'ERR_JWT_INVALID', 'ERR_JWS_INVALID', 'ERR_JWE_INVALID'] }, ...unauthorized },
  { when: { code: ['ERR_JWS_SIGNATURE_VERIFICATION_FAILED', 'ERR_JWE_DECRYPTION_FAILED', 'ERR_JOSE_ALG_NOT_ALLOWED', 'ERR_JWKS_NO_MATCHING_KEY'] }, ...unauthorized },
  { when: { code: ['FAST_JWT_EXPIRED', 'FAST_JWT_INACTIVE', 'FAST_JWT_MALFORMED', 'FAST_JWT_INVALID_SIGNATURE', 'FAST_JWT_INVALID_ALGORITHM'] }, ...unauthorized },
  { when: { code: ['FAST_JWT_INVALID_TYPE', 'FAST_JWT_INVALID_CLAIM_TYPE', 'FAST_JWT_INVALID_CLAIM_VALUE', 'FAST_JWT_MISSING_REQUIRED_CLAIM'] }, ...unauthorized },
  { when: { name: ['JwtTokenInvalid', 'JwtTokenExpired', 'JwtTokenNotBefore', 'JwtTokenIssuedAt', 'JwtTokenIssuer', 'JwtTokenAudience'] }, ...unauthorized },
  { when: { name: ['JwtTokenSignatureMismatched', 'JwtHeaderInvalid', 'JwtAlgorithmMismatch'] }, ...unauthorized },
  { when: { name: ['JwtExpiredError', 'JwtNotBeforeError', 'JwtParseError', 'JwtInvalidClaimError', 'JwtInvalidSignatureError'] }, ...unauthorized },
  { when: { code: ['auth/id-token-expired', 'auth/id-token-revoked', 'auth/invalid-id-token', 'auth/session-cookie-expired', 'auth/session-cookie-revoked'] }, ...unauthorized },
  { when: { name: 'AuthenticationError', message: /^Unauthorized$/ }, ...unauthorized },

  // Refusals: cors, csurf and csrf-csrf, rate-limiter-flexible
  { when: { message: /^(?:Not allowed by CORS|The CORS policy for this site does not allow access from the specified Origin)\b/i }, ...forbidden },
  { when: { code: 'EBADCSRFTOKEN' }, ...forbidden },
  { when: { name: 'RateLimiterRes' }, ...tooMany },

  // Uploads: multer, formidable, busboy under any of them, `fetch` (Hono)
  { when: { name: 'MulterError', code: 'LIMIT_FILE_SIZE' }, ...tooLarge },
  { when: { name: 'MulterError' }, ...badRequest },
  { when: { name: 'FormidableError', code: [1006, 1007, 1009, 1015, 1016] }, ...tooLarge },
  { when: { name: 'FormidableError', code: 1003 }, status: 415, message: false },
  { when: { name: 'FormidableError', code: [1002, 1008, 1010, 1011, 1012, 1013, 1014] }, ...badRequest },
  { when: { message: /^(?:Unexpected end of (?:form|file|multipart data)|(?:Part|Header) terminated early due to unexpected end of multipart data)$/ }, ...badRequest },
  { when: { message: /^(?:Multipart: Boundary not found|Malformed part header|Malformed urlencoded form|Malformed content type|Missing Content-Type)$/ }, ...badRequest },
  { when: { message: /^(?:Failed to parse body as FormData|Content-Type was not one of "multipart\/form-data")/ }, ...badRequest },
  { when: { message: /^Unsupported content[ -]type(?:\.$|: )/i }, status: 415, message: false },
]

const maxAncestors = 10

/**
 * A search in rows, the first of which wins.
 *
 * Rows are looked up by code or name, those of a class once for all its errors: most errors have none that a row has.
 */
function createFindAnswer(rows: readonly AnswerRule[]): FindAnswer {
  const keyed = new Map<unknown, readonly number[]>()
  const others: number[] = []
  for (const [index, { when }] of rows.entries()) {
    const keys = typeof when === 'function' ? [] : listOf(when.code ?? when.name)
    if (keys.length === 0) others.push(index)
    for (const key of keys) keyed.set(key, [...(keyed.get(key) ?? []), index])
  }
  const byClass = new WeakMap<object, readonly number[]>()
  const findByClass = (error: unknown): readonly number[] => {
    const prototype = prototypeOf(error)
    if (prototype === null) return others
    const known = byClass.get(prototype)
    if (known !== undefined) return known
    const found = classNamesOf(prototype).flatMap((name) => keyed.get(name) ?? [])
    const sorted = sortedSet([...found, ...others])
    byClass.set(prototype, sorted)
    return sorted
  }
  return (error) => {
    const ofClass = findByClass(error)
    const ofName = keyed.get(readProperty(error, 'name'))
    const ofCode = keyed.get(readProperty(error, 'code'))
    const isOfClass = ofName === undefined && ofCode === undefined
    const found = isOfClass ? ofClass : sortedSet([ofClass, ofName ?? [], ofCode ?? []].flat())
    for (const index of found) {
      const row = rows[index]
      if (row !== undefined && applies(row, error)) return row
    }
    return undefined
  }
}

function sortedSet(indexes: readonly number[]): readonly number[] {
  return [...new Set(indexes)].toSorted((one, other) => one - other)
}

function applies({ when }: AnswerRule, error: unknown): boolean {
  if (typeof when === 'function') return when(error)
  const { name, code, message } = when
  const given = readProperty(error, 'code')
  if (code !== undefined && !listOf(code).some((one) => one === given)) return false
  if (name !== undefined && !isNamed(error, listOf(name))) return false
  // Unlike `test`, it begins at the start each time, whatever the flags.
  return message === undefined || (readText(error, 'message') ?? '').search(message) >= 0
}

function listOf<Item>(items: Item | readonly Item[] | undefined): readonly Item[] {
  if (items === undefined) return []
  return Array.isArray(items) ? (items as readonly Item[]) : [items as Item]
}

function isNamed(error: unknown, names: readonly string[]): boolean {
  const all = [readText(error, 'name'), ...classNamesOf(prototypeOf(error))]
  return all.some((name) => name !== undefined && names.includes(name))
}

/** The names of a class and its superclasses. */
function classNamesOf(prototype: object | null): readonly string[] {
  const names: string[] = []
  let holder = prototype
  for (let depth = 0; holder !== null && depth < maxAncestors; depth += 1) {
    const name = readText(readProperty(holder, 'constructor'), 'name')
    if (name !== undefined) names.push(name)
    holder = prototypeOf(holder)
  }
  return names
}

function prototypeOf(value: unknown): object | null {
  if (typeof value !== 'object' || value === null) return null
  try {
    return Object.getPrototypeOf(value) as object | null
  } catch {
    return null
  }
}

const findLibraryAnswer = createFindAnswer(libraryAnswers)

/** The built-in row for an error, or for that of the driver which a query builder or an ORM wrapped. */
export function libraryAnswer(error: unknown): AnswerRule | undefined {
  const row = findLibraryAnswer(error) ?? findWrapped(error)
  // The errors of the DOM and of HTTP clients have names that libraries have, too.
  if (row === undefined || isTagged(error, 'DOMException') || isUpstreamError(error)) {
    return undefined
  }
  return row
}

function findWrapped(error: unknown): AnswerRule | undefined {
  const wrapped = driverErrorIn(error)
  return wrapped === undefined ? undefined : findLibraryAnswer(wrapped)
}

/**
 * The error of a database's driver in that of a library. A mere `cause` is not enough: what the service itself wraps is no answer to
 * the client.
 */
function driverErrorIn(error: unknown): unknown {
  const ofLibrary =
    readProperty(error, 'driverError') ??
    readProperty(error, 'original') ??
    readProperty(error, 'nativeError')
  if (ofLibrary !== undefined) return ofLibrary
  // Drizzle has the statement beside it.
  return readText(error, 'query') === undefined ? undefined : readProperty(error, 'cause')
}

/**
 * Checks the service's rows.
 *
 * @throws TypeError for a wrong one, which it names.
 */
export function resolveAnswers(rows: readonly AnswerRule[]): FindAnswer {
  if (!Array.isArray(rows)) throw new TypeError('Expected `answers` to be a list of rows')
  for (const [index, row] of rows.entries()) checkRow(row, `answers[${index}]`)
  return createFindAnswer(rows)
}

function checkRow(row: unknown, name: string): void {
  const [when, status, message] = ['when', 'status', 'message'].map((key) => readProperty(row, key))
  expectTo(`${name}.status`, 'be a status from 400 to 599', isErrorStatus(status))
  const isMessage = message === undefined || message === false || typeof message === 'string'
  expectTo(`${name}.message`, 'be a text or false', isMessage)
  if (typeof when === 'function') return
  const conditions = Object.entries(isObject(when) ? when : {})
  expectTo(`${name}.when`, 'be a function, or to have name, code or message', conditions.length > 0)
  for (const [key, value] of conditions) {
    const isRight = conditionChecks.get(key)?.(value)
    expectTo(`${name}.when`, `have no ${key}`, isRight !== undefined)
    expectTo(`${name}.when.${key}`, 'be one or several, or for the message a RegExp', isRight)
  }
}

function expectTo(name: string, what: string, isRight: boolean | undefined): void {
  if (isRight !== true) throw new TypeError(`Expected \`${name}\` to ${what}`)
}

const conditionChecks: ReadonlyMap<string, (value: unknown) => boolean> = new Map([
  ['name', (value) => listOf(value).every((one) => typeof one === 'string')],
  ['code', (value) => listOf(value).every((one) => ['string', 'number'].includes(typeof one))],
  ['message', (value: unknown) => value instanceof RegExp],
])

import {
  callMethod,
  cutText,
  isError,
  isTagged,
  readProperty,
  readText,
} from '@slack-logger/core/reading'
import { STATUS_CODES } from 'node:http'

const maxMessageLength = 1000

/** The message that the service wrote for its client; `undefined` if there is none, or a library wrote it. */
export function ownMessage(error: unknown, status: number): string | undefined {
  if (!isMeantForClient(error, status)) return undefined
  const message = readMessage(error)
  if (message === undefined || isStandardMessage(error, { status, message })) return undefined
  return cutText(message, maxMessageLength)
}

/** Messages are shown below 500, unless they come from a bug; from 501 on only those of errors made for answering; of a 500 never. */
function isMeantForClient(error: unknown, status: number): boolean {
  if (status === 500) return false
  const isExposed = readProperty(error, 'expose')
  if (typeof isExposed === 'boolean') return isExposed
  if (status < 500) return !isBug(error)
  return (
    typeof readProperty(error, 'getResponse') === 'function' ||
    readProperty(error, 'isBoom') === true
  )
}

/** The response may have a status below 500 already when a bug shows. */
function isBug(error: unknown): boolean {
  return isError(error) && bugs.some((bug) => error instanceof bug)
}

const bugs = [TypeError, ReferenceError, RangeError, SyntaxError, URIError, EvalError]

function readMessage(error: unknown): string | undefined {
  const response = callMethod(error, 'getResponse')
  // Hono's errors have a method of that name as well, which returns a Response.
  if (response !== undefined && !isTagged(response, 'Response')) {
    return typeof response === 'string' ? response : readText(response, 'message')
  }
  const payload = readProperty(readProperty(error, 'output'), 'payload')
  return readText(payload, 'message') ?? readText(error, 'message')
}

/** True for a message of HTTP, of a framework, of a body parser or of an ORM. */
function isStandardMessage(
  error: unknown,
  { status, message }: { readonly status: number; readonly message: string },
): boolean {
  return (
    message.toLowerCase() === STATUS_CODES[status]?.toLowerCase() ||
    frameworkMessage.test(message) ||
    readText(error, 'code')?.startsWith('FST_') === true ||
    bodyParserType.test(readText(error, 'type') ?? '') ||
    findMissingRecord(error)?.standardMessage.test(message) === true
  )
}

/** Of Nest and Express, Fastify, Express, Nest's guards, and of the parsers whose errors Nest passes on without their code. */
const frameworkMessage =
  /^Cannot [A-Z]+ \/|^Route [A-Z]+:.* not found$|^Failed to decode param|^Forbidden resource$|^Body cannot be empty when|^Unsupported Media Type|^request (?:body is|entity) too large$|^unsupported (?:charset|content encoding) "|^Decompression failed$/i

const bodyParserType = /^(?:entity|encoding|charset|request|parameters|querystring|stream)\./

/** The error of an ORM for a record that does not exist. */
interface MissingRecord {
  readonly names?: readonly string[]
  readonly codes?: readonly (string | number)[]
  /** Messages of the ORM itself, which name tables and keys. */
  readonly standardMessage: RegExp
}

const always = /(?:)/

const missingRecords: readonly MissingRecord[] = [
  // Prisma
  { codes: ['P2001', 'P2015', 'P2018', 'P2025'], standardMessage: always },
  // TypeORM
  { names: ['EntityNotFoundError', 'EntityNotFound'], standardMessage: always },
  // Sequelize
  { names: ['SequelizeEmptyResultError', 'EmptyResultError'], standardMessage: /^$/ },
  // Mongoose
  { names: ['DocumentNotFoundError'], standardMessage: /^No document found for query / },
  // MikroORM, Objection, Slonik
  {
    names: ['NotFoundError'],
    standardMessage: /^(?:\S+ not found \(|NotFoundError$|Resource not found\.?$)/,
  },
  // Kysely
  { names: ['NoResultError'], standardMessage: /^no result$/ },
  // Lucid
  { codes: ['E_ROW_NOT_FOUND'], standardMessage: always },
  // Bookshelf
  { names: ['EmptyError'], standardMessage: /^EmptyResponse$/ },
  // Services ported from Django
  {
    names: ['ObjectDoesNotExist', 'DoesNotExist'],
    standardMessage: /matching query does not exist/,
  },
]

export function isMissingRecord(error: unknown): boolean {
  return findMissingRecord(error) !== undefined
}

function findMissingRecord(error: unknown): MissingRecord | undefined {
  if (isTagged(error, 'DOMException')) return undefined
  const name = readText(error, 'name') ?? ''
  const className = readText(readProperty(error, 'constructor'), 'name') ?? ''
  const code = readProperty(error, 'code')
  return missingRecords.find(
    ({ names, codes }) =>
      names?.includes(name) === true ||
      names?.includes(className) === true ||
      codes?.some((known) => known === code) === true,
  )
}

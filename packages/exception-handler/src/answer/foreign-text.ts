import {
  callMethod,
  isObject,
  isTagged,
  isUpstreamError,
  readProperty,
  readText,
} from '@slack-logger/core/reading'
import { constants } from 'node:os'

/** Where errors keep the one that they wrap. */
const wrappedKeys = [
  'cause',
  'original',
  'parent',
  'driverError',
  'nativeError',
  'originalError',
  'innerError',
] as const

const maxDepth = 5

/**
 * True for a message that a driver or the system wrote, or that quotes one of them or another service: the error itself or one
 * that it wraps is theirs. The service's own text stays, also if it wraps such an error.
 */
export function quotesForeignError(error: unknown, message: string): boolean {
  // http-errors and Boom change the error that they are given, and Nest keeps it as its response.
  if (isOfDriver(error) || isForeign(callMethod(error, 'getResponse'))) return true
  return systemText.test(message) || driverText.test(message) || quotesWrapped(error, message, 0)
}

function quotesWrapped(holder: unknown, message: string, depth: number): boolean {
  if (depth >= maxDepth) return false
  return wrappedKeys.some((key) => {
    const wrapped = readProperty(holder, key)
    if (!isObject(wrapped)) return false
    return (
      (isForeign(wrapped) && quotes(message, wrapped)) || quotesWrapped(wrapped, message, depth + 1)
    )
  })
}

/** What of a foreign error must not be in a message. */
const quotedKeys = [
  'message',
  'path',
  'address',
  'hostname',
  'detail',
  'sqlMessage',
  'sql',
  'query',
]
const minQuoteLength = 4

function quotes(message: string, foreign: object): boolean {
  return quotedKeys.some((key) => {
    const text = readText(foreign, key)
    if (text === undefined) return false
    const isQuoted = text.length >= minQuoteLength && message.includes(text)
    return isQuoted || (key === 'message' && text.includes(message))
  })
}

/** What the system writes about files and connections, also where only its text was passed on. */
const systemText =
  /\b(?:E(?:ACCES|ADDRINUSE|CONNABORTED|CONNREFUSED|CONNRESET|EXIST|HOSTUNREACH|ISDIR|MFILE|NETUNREACH|NOENT|NOSPC|NOTDIR|NOTEMPTY|NOTFOUND|PERM|PIPE|TIMEDOUT|AI_AGAIN))\b/

/** What databases, their libraries, child processes and `fetch` write. */
const driverText =
  /\b(?:duplicate key value violates|violates (?:unique|foreign[- ]key|not[- ]null|check) constraint|UNIQUE constraint failed|FOREIGN KEY constraint fail|E11000 duplicate key|Duplicate entry '|Unknown column '|syntax error at or near|invalid input syntax for type|Cast to \w+ failed for value|(?:relation|column|table) "?[\w.]+"? does not exist)|Invalid `prisma\.|^Failed query: |^SQLITE_|^Can't reach database server|^Access denied for user '|^password authentication failed|^Connection terminated|^timeout exceeded when trying to connect|Timeout acquiring a connection|^Command failed: |^fetch failed$/

/** Codes of MySQL, SQLite, Prisma, Oracle and SQL Server, and of TLS. */
const driverCode =
  /^(?:ER_[A-Z\d_]+|(?:ERR_)?SQLITE_[A-Z_]+|P\d{4}|ORA-\d+|EREQUEST|ELOGIN|(?:ERR_TLS|ERR_SSL|CERT|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)_[A-Z_]+)$/

const driverName =
  /^(?:Mongo\w*|KafkaJS\w*|PostgresError|DatabaseError|SqliteError|ReplyError|RedisError|MaxRetriesPerRequestError|KnexTimeoutError)$/

/** Properties that only errors of the system, of drivers and of what is built on them have. */
const driverKeys = [
  'syscall',
  'errno',
  'severity',
  'sqlState',
  'sqlMessage',
  'sql',
  'query',
  'clientVersion',
  // Of a child process.
  'cmd',
] as const

function isForeign(error: unknown): boolean {
  if (!isObject(error) || isTagged(error, 'Response')) return false
  return isUpstreamError(error) || isOfDriver(error)
}

function isOfDriver(error: unknown): boolean {
  if (!isObject(error)) return false
  const code = readText(error, 'code') ?? ''
  return (
    Object.hasOwn(constants.errno, code) ||
    driverCode.test(code) ||
    driverName.test(readText(error, 'name') ?? '') ||
    driverKeys.some((key) => isGiven(readProperty(error, key))) ||
    isAboutFile(error)
  )
}

function isGiven(value: unknown): boolean {
  return typeof value === 'string' || typeof value === 'number'
}

/** Of a view engine: its message has the path of the template. */
function isAboutFile(error: object): boolean {
  const path = readText(error, 'path') ?? readText(error, 'filename')
  return (
    path !== undefined && /[\\/]/.test(path) && (readText(error, 'message') ?? '').includes(path)
  )
}

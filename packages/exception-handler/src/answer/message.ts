import {
  callMethod,
  cutText,
  isError,
  isTagged,
  readProperty,
  readText,
} from '@slack-logger/core/reading'
import { STATUS_CODES } from 'node:http'
import { quotesForeignError } from './foreign-text.ts'
import { isParserText } from './malformed-body.ts'

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
    const text = typeof response === 'string' ? response : readResponseText(response)
    return text === undefined ? undefined : withoutClassName(error, text)
  }
  const payload = readProperty(readProperty(error, 'output'), 'payload')
  return readText(payload, 'message') ?? readText(error, 'message')
}

/** Nest's documentation shows `{ status, error: 'This is a custom message' }`; elsewhere `error` is the name of the status. */
function readResponseText(response: unknown): string | undefined {
  return readText(response, 'message') ?? readText(response, 'error')
}

/** @nestjs/throttler writes its class in front: 'ThrottlerException: Too Many Requests'. */
function withoutClassName(error: unknown, text: string): string {
  const className = readText(readProperty(error, 'constructor'), 'name') ?? ''
  return className !== '' && text.startsWith(`${className}: `)
    ? text.slice(className.length + 2)
    : text
}

/** True for a message of HTTP, of a framework, a parser, a driver or another library. */
function isStandardMessage(
  error: unknown,
  { status, message }: { readonly status: number; readonly message: string },
): boolean {
  return (
    isReason(status, message) ||
    frameworkMessage.test(message) ||
    readText(error, 'code')?.startsWith('FST_') === true ||
    bodyParserType.test(readText(error, 'type') ?? '') ||
    isParserText(message) ||
    quotesForeignError(error, message)
  )
}

function isReason(status: number, message: string): boolean {
  return message.toLowerCase() === STATUS_CODES[status]?.toLowerCase()
}

/**
 * Of Nest and Express, Fastify, Express, Nest's guards and health checks, of view engines, and of the parsers of bodies and uploads
 * whose errors Nest passes on without their code.
 */
const frameworkMessage =
  /^Cannot [A-Z]+ \/|^Route [A-Z]+:.* not found$|^Failed to decode param|^Failed to lookup view |^Forbidden resource$|^Service Unavailable Exception$|^Http Exception$|^Body cannot be empty when|^Unsupported Media Type|^request (?:body is|entity) too large$|^unsupported (?:charset|content encoding) "|^Decompression failed$|^File too large$|^Too many (?:parts|files|fields)$|^Field (?:name|value) too long$|^Unexpected field(?: - |$)|^Unexpected file field|^Field name missing$|^Multipart: |^Unexpected end of (?:form|multipart data)$|^Malformed part header$/i

const bodyParserType = /^(?:entity|encoding|charset|request|parameters|querystring|stream)\./

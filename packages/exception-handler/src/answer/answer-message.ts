import { STATUS_CODES } from 'node:http'
import { callMethod, cutText, isError, isTagged, readProperty, readText } from '../read-safely.ts'
import { isMapperText } from './missing-record.ts'

const maxMessageLength = 1000

/** The message that the service set for its client; `undefined` where a library wrote it, or nobody. */
export function ownMessage(error: unknown, status: number): string | undefined {
  if (!isMeantForClient(error, status)) return undefined
  const message = readMessage(error)
  if (message === undefined || isStandardMessage(error, { status, message })) return undefined
  return cutText(message, maxMessageLength)
}

/**
 * Below 500 a message tells the client what to do better; from 501 on only errors made for answering are meant to be read, and
 * that of a 500 never is.
 */
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

/** A mistake of the program says nothing to a client, even where the response already bore another status. */
function isBug(error: unknown): boolean {
  return isError(error) && bugs.some((bug) => error instanceof bug)
}

const bugs = [TypeError, ReferenceError, RangeError, SyntaxError, URIError, EvalError]

function readMessage(error: unknown): string | undefined {
  const response = callMethod(error, 'getResponse')
  // Hono's errors have a method of that name as well; it gives a Response.
  if (response !== undefined && !isTagged(response, 'Response')) {
    return typeof response === 'string' ? response : readText(response, 'message')
  }
  const payload = readProperty(readProperty(error, 'output'), 'payload')
  return readText(payload, 'message') ?? readText(error, 'message')
}

function isStandardMessage(
  error: unknown,
  { status, message }: { readonly status: number; readonly message: string },
): boolean {
  const phrase = STATUS_CODES[status]?.toLowerCase()
  return (
    message.toLowerCase() === phrase ||
    frameworkText.test(message) ||
    readText(error, 'code')?.startsWith('FST_') === true ||
    bodyParserType.test(readText(error, 'type') ?? '') ||
    isMapperText(error, message)
  )
}

/** Nest's and Express's, Fastify's, Express's, those of Nest's guards, and the parsers' that Nest passes on without their code. */
const frameworkText =
  /^Cannot [A-Z]+ \/|^Route [A-Z]+:.* not found$|^Failed to decode param|^Forbidden resource$|^Body cannot be empty when|^Unsupported Media Type|^request (?:body is|entity) too large$|^unsupported (?:charset|content encoding) "|^Decompression failed$/i

const bodyParserType = /^(?:entity|encoding|charset|request|parameters|querystring|stream)\./

import type { Context } from 'hono'
import { isTagged, readProperty, readText } from '../read-safely.ts'
import { readForm } from './hono-form.ts'

/** What the service has read of a request's body. */
export interface HonoBody {
  readonly body?: unknown
  /** Whether the error says that the body is no JSON. */
  readonly isMalformed: boolean
}

interface Outcome {
  readonly value?: unknown
  readonly reason?: unknown
}

/** Larger bodies in bytes are not decoded for a log. */
const maxDecodedBytes = 1_000_000

/** A parse of another body, as of an upstream's answer; the request's own text Hono parses itself. */
const parsedByFetch = /^\s+at parseJSONFromBytes \(node:internal\//m

/** True if the service has read a request's body, or has begun to. */
export function hasReadBody({ req }: Context): boolean {
  return Object.keys(req.bodyCache).length > 0
}

/** What the service has of a request's body; what nobody read stays unread, and what is still arriving is not waited for. */
export async function readHonoBody({ req }: Context, error: unknown): Promise<HonoBody> {
  const { bodyCache } = req
  const form = await outcomeOf(readProperty(bodyCache, 'formData'))
  if (isTagged(form.value, 'FormData')) {
    return { body: readForm(form.value as FormData), isMalformed: false }
  }
  const text = await outcomeOf(readProperty(bodyCache, 'text'))
  const isMeantAsJson = isJson(req.header('content-type'), error)
  if (typeof text.value === 'string') return parseBody(text.value, { error, isMeantAsJson })
  const bytes = await outcomeOf(readProperty(bodyCache, 'arrayBuffer'))
  if (isMeantAsJson && isTagged(bytes.value, 'ArrayBuffer')) {
    return readBytes(bytes.value as ArrayBuffer, error)
  }
  const json = await outcomeOf(readProperty(bodyCache, 'json'))
  return {
    body: json.value ?? readProperty(bodyCache, 'parsedBody'),
    isMalformed: error instanceof SyntaxError && json.reason === error,
  }
}

function isJson(contentType: string | undefined, error: unknown): boolean {
  return error instanceof SyntaxError || contentType?.includes('json') === true
}

function readBytes(bytes: ArrayBuffer, error: unknown): HonoBody {
  return bytes.byteLength > maxDecodedBytes
    ? { isMalformed: false }
    : parseBody(new TextDecoder().decode(bytes), { error, isMeantAsJson: true })
}

/** A text that is meant as JSON and is none stays out of the log, since redaction by names finds no secret in it. */
function parseBody(
  text: string,
  { error, isMeantAsJson }: { readonly error: unknown; readonly isMeantAsJson: boolean },
): HonoBody {
  try {
    return { body: JSON.parse(text) as unknown, isMalformed: false }
  } catch (reason) {
    return { ...(!isMeantAsJson && { body: text }), isMalformed: isSameFailure(error, reason) }
  }
}

/** `context.req.json()` throws the parser's bare error, and keeps none. */
function isSameFailure(error: unknown, reason: unknown): boolean {
  return (
    error instanceof SyntaxError &&
    error.message === readText(reason, 'message') &&
    !parsedByFetch.test(readText(error, 'stack') ?? '')
  )
}

/** What has become of a promise by now; nothing while it is pending. */
async function outcomeOf(promise: unknown): Promise<Outcome> {
  try {
    return { value: await Promise.race([promise, Promise.resolve()]) }
  } catch (reason) {
    return { reason }
  }
}

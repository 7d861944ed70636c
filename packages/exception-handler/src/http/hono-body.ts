import { isTagged, readProperty, readText } from '@slack-logger/core/reading'
import type { Context } from 'hono'

interface HonoBody {
  readonly body?: unknown
  /** Whether the error is that of parsing this body as JSON. */
  readonly isMalformed: boolean
}

/** Bodies of more bytes are not decoded for the log. */
const maxDecodedBytes = 1_000_000
const maxFormEntries = 200

/** In the stack of parsing another body, as an upstream's answer; Hono parses the request's text itself. */
const parsedByFetch = /^\s+at parseJSONFromBytes \(node:internal\//m

/** True if the service has read a request's body, or has begun to. */
export function hasReadBody({ req }: Context): boolean {
  return Object.keys(req.bodyCache).length > 0
}

/** What the service has read of a request's body. It is neither read here nor waited for. */
export async function readHonoBody({ req }: Context, error: unknown): Promise<HonoBody> {
  const { bodyCache } = req
  const form = await outcomeOf(readProperty(bodyCache, 'formData'))
  if (isTagged(form.value, 'FormData')) {
    return { body: readForm(form.value as FormData), isMalformed: false }
  }
  const text = await outcomeOf(readProperty(bodyCache, 'text'))
  const isJson =
    error instanceof SyntaxError || req.header('content-type')?.includes('json') === true
  if (typeof text.value === 'string') return parseBody(text.value, { error, isJson })
  const bytes = await outcomeOf(readProperty(bodyCache, 'arrayBuffer'))
  if (isJson && isTagged(bytes.value, 'ArrayBuffer')) {
    const buffer = bytes.value as ArrayBuffer
    if (buffer.byteLength > maxDecodedBytes) return { isMalformed: false }
    return parseBody(new TextDecoder().decode(buffer), { error, isJson })
  }
  const json = await outcomeOf(readProperty(bodyCache, 'json'))
  return {
    body: json.value ?? readProperty(bodyCache, 'parsedBody'),
    isMalformed: error instanceof SyntaxError && json.reason === error,
  }
}

/** Invalid JSON is left out of the log, since redaction by keys finds no secrets in it. */
function parseBody(
  text: string,
  { error, isJson }: { readonly error: unknown; readonly isJson: boolean },
): HonoBody {
  try {
    return { body: JSON.parse(text) as unknown, isMalformed: false }
  } catch (reason) {
    return { ...(!isJson && { body: text }), isMalformed: isSameFailure(error, reason) }
  }
}

/** `context.req.json()` throws the parser's error as it is, and does not keep it. */
function isSameFailure(error: unknown, reason: unknown): boolean {
  return (
    error instanceof SyntaxError &&
    error.message === readText(reason, 'message') &&
    !parsedByFetch.test(readText(error, 'stack') ?? '')
  )
}

/** The present outcome of a promise; nothing while it is pending. */
async function outcomeOf(
  promise: unknown,
): Promise<{ readonly value?: unknown; readonly reason?: unknown }> {
  try {
    return { value: await Promise.race([promise, Promise.resolve()]) }
  } catch (reason) {
    return { reason }
  }
}

/** The fields of a form; of a file its name and size. */
function readForm(form: FormData): Readonly<Record<string, unknown>> {
  const fields = new Map<string, unknown>()
  let entries = 0
  for (const [name, value] of form) {
    entries += 1
    if (entries > maxFormEntries) break
    const shown = typeof value === 'string' ? value : { file: value.name, bytes: value.size }
    fields.set(name, fields.has(name) ? [fields.get(name), shown].flat() : shown)
  }
  return Object.fromEntries(fields)
}

import { type HttpRequest, jsonBody } from '../http/answer.ts'
import { isAbsent, type Json, type JsonObject } from '../json.ts'
import {
  type ArgumentKind,
  type ErrorResponse,
  errorResponse,
  explainedError,
  type Method,
  type OrError,
} from './method.ts'

/** A text argument; empty if it is missing. */
export function text(args: JsonObject, name: string): string {
  const value = args[name]
  return typeof value === 'string' ? value : ''
}

/** A text argument; undefined if it is missing or empty. */
export function optionalText(args: JsonObject, name: string): string | undefined {
  return text(args, name) || undefined
}

/** Whether a flag is set, in JSON or as text of a form. */
export function flag(args: JsonObject, name: string): boolean {
  const value = args[name]
  return value === true || value === 1 || /^(true|1)$/i.test(text(args, name))
}

/** A number; undefined if it is missing. */
export function number(args: JsonObject, name: string): number | undefined {
  const value = args[name]
  if (typeof value === 'number') return value
  return typeof value === 'string' && value !== '' ? Number(value) : undefined
}

/** The arguments of a request, or the error code for a body that cannot be read. */
export type ReadArguments =
  | { readonly arguments: JsonObject; readonly isJson: boolean }
  | { readonly error: string }

/** Reads the query and the body: a form, multipart or JSON. The body overrides the query. */
export async function readArguments(request: HttpRequest): Promise<ReadArguments> {
  const query = Object.fromEntries(request.query)
  if (request.body.length === 0) return { arguments: query, isJson: false }
  const [contentType = '', ...parameters] = (request.headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (charset !== undefined && !/^charset="?(utf-?8|iso-8859-1)"?$/.test(charset))
    return { error: 'invalid_charset' }
  return readBody(request, contentType, query)
}

async function readBody(
  request: HttpRequest,
  contentType: string,
  query: JsonObject,
): Promise<ReadArguments> {
  switch (contentType) {
    case 'application/json': {
      const body = jsonBody(request)
      if (body === undefined) return { error: 'invalid_arguments' }
      return { arguments: { ...query, ...body }, isJson: true }
    }
    case 'application/x-www-form-urlencoded':
    case 'text/plain': {
      const form = new URLSearchParams(new TextDecoder().decode(request.body))
      return { arguments: { ...query, ...Object.fromEntries(form) }, isJson: false }
    }
    case 'multipart/form-data': {
      const form = await readMultipart(request)
      if (form === undefined) return { error: 'invalid_form_data' }
      return { arguments: { ...query, ...textFields(form) }, isJson: false }
    }
    case '':
      return { error: 'missing_post_type' }
    default:
      return { error: 'invalid_post_type' }
  }
}

/** The parts of a multipart form; undefined if it is malformed. */
export async function readMultipart({ headers, body }: HttpRequest): Promise<FormData | undefined> {
  const contentType = headers['content-type'] ?? ''
  try {
    return await new Response(body, { headers: { 'content-type': contentType } }).formData()
  } catch {
    // The callers respond with an error code.
    return undefined
  }
}

function textFields(form: FormData): JsonObject {
  const fields: [string, string][] = []
  for (const [name, value] of form) if (typeof value === 'string') fields.push([name, value])
  return Object.fromEntries(fields)
}

/** The error for missing or malformed arguments. Unknown ones are ignored, as in Slack. */
export function argumentError(method: Method, args: JsonObject): ErrorResponse | undefined {
  const names = Object.keys(args)
  if (names.some((name) => name.endsWith('[]'))) return errorResponse('invalid_array_arg')
  if (!names.every((name) => /^\w{1,100}$/.test(name))) return errorResponse('invalid_arg_name')
  const reasons = [...missing(method, args), ...wrongKinds(method, args)]
  return reasons.length === 0 ? undefined : explainedError('invalid_arguments', reasons)
}

function* missing(method: Method, args: JsonObject): Generator<string> {
  for (const name of method.required)
    if (isAbsent(args[name])) yield `missing required field: ${name}`
}

function* wrongKinds(method: Method, args: JsonObject): Generator<string> {
  for (const [name, kind] of Object.entries(method.arguments)) {
    const value = args[name]
    if (value === undefined || value === null || isOfKind[kind](value)) continue
    yield `${expected[kind]} [json-pointer:/${name}]`
  }
}

const expected: Readonly<Record<ArgumentKind, string>> = {
  text: 'must provide a string',
  flag: 'must provide a boolean',
  number: 'must provide a number',
  json: 'must provide an array',
}

const flagWords = new Set(['', 'true', 'false', '1', '0'])

const isOfKind: Readonly<Record<ArgumentKind, (value: Json) => boolean>> = {
  text: (value) => typeof value === 'string',
  flag: (value) => typeof value !== 'object' && flagWords.has(String(value).toLowerCase()),
  number: (value) =>
    typeof value === 'number' ||
    (typeof value === 'string' && /^-?\d{0,15}(\.\d{1,9})?$/.test(value)),
  json: (value) => typeof value !== 'number',
}

/** A part of a list, and the cursor to the next part. */
interface ListPart<T> {
  readonly items: readonly T[]
  readonly hasMore: boolean
  /** Empty at the end. */
  readonly nextCursor: string
}

/** The part of `items` that `limit` and `cursor` select. A cursor is the key of the part's first item. */
export function pageOf<T>(
  items: readonly T[],
  args: JsonObject,
  options: {
    readonly key: (item: T) => string
    readonly defaultLimit: number
    readonly maxLimit: number
  },
): OrError<ListPart<T>> {
  const cursor = text(args, 'cursor')
  const first = decodeCursor(cursor)
  const start = cursor === '' ? 0 : items.findIndex((item) => options.key(item) === first)
  if (start === -1) return errorResponse('invalid_cursor')
  const given = number(args, 'limit') ?? 0
  const limit = Math.min(given > 0 ? Math.trunc(given) : options.defaultLimit, options.maxLimit)
  const next = items[start + limit]
  return {
    ok: true,
    items: items.slice(start, start + limit),
    hasMore: next !== undefined,
    nextCursor: next === undefined ? '' : encodeCursor(options.key(next)),
  }
}

function encodeCursor(key: string): string {
  return Buffer.from(`next:${key}`).toString('base64')
}

function decodeCursor(cursor: string): string | undefined {
  const decoded = Buffer.from(cursor, 'base64').toString()
  return decoded.startsWith('next:') ? decoded.slice('next:'.length) : undefined
}

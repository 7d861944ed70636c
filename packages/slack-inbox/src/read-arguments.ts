import { isObject, parseJson } from './json.ts'
import type { JsonObject } from './json.ts'
import type { Call } from './answer.ts'

/** The arguments of a call, or the error code for a body that cannot be read. */
export type ReadArguments =
  | { readonly arguments: JsonObject; readonly isJson: boolean }
  | { readonly error: string }

/** Reads query and body: form, multipart or JSON. The body wins over the query. */
export async function readArguments(call: Call): Promise<ReadArguments> {
  const query = Object.fromEntries(call.query)
  if (call.body.length === 0) return { arguments: query, isJson: false }
  const [contentType = '', ...parameters] = (call.headers['content-type'] ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim())
  const charset = parameters.find((parameter) => parameter.startsWith('charset='))
  if (charset !== undefined && !/^charset="?(utf-?8|iso-8859-1)"?$/.test(charset))
    return { error: 'invalid_charset' }
  return readBody(call, contentType, query)
}

async function readBody(
  call: Call,
  contentType: string,
  query: JsonObject,
): Promise<ReadArguments> {
  switch (contentType) {
    case 'application/json': {
      const body = parseJson(new TextDecoder().decode(call.body))
      if (!isObject(body)) return { error: 'invalid_arguments' }
      return { arguments: { ...query, ...body }, isJson: true }
    }
    case 'application/x-www-form-urlencoded':
    case 'text/plain': {
      const form = new URLSearchParams(new TextDecoder().decode(call.body))
      return { arguments: { ...query, ...Object.fromEntries(form) }, isJson: false }
    }
    case 'multipart/form-data': {
      const form = await readMultipart(call)
      if (form === undefined) return { error: 'invalid_form_data' }
      return { arguments: { ...query, ...textFields(form) }, isJson: false }
    }
    case '':
      return { error: 'missing_post_type' }
    default:
      return { error: 'invalid_post_type' }
  }
}

/** The parts of a multipart form, or undefined where it is malformed. */
export async function readMultipart(call: Call): Promise<FormData | undefined> {
  const contentType = call.headers['content-type'] ?? ''
  try {
    return await new Response(call.body, { headers: { 'content-type': contentType } }).formData()
  } catch {
    // Nothing is lost: the caller answers that the form is invalid.
    return undefined
  }
}

function textFields(form: FormData): JsonObject {
  const fields: [string, string][] = []
  for (const [name, value] of form) if (typeof value === 'string') fields.push([name, value])
  return Object.fromEntries(fields)
}

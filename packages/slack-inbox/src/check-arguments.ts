import { isObject } from './json.ts'
import type { Json, JsonObject } from './json.ts'
import type { ArgumentKind, Method } from './methods/method.ts'
import { refuse, refuseBecause } from './refusal.ts'
import type { Refusal } from './refusal.ts'

/** Finds arguments that are missing, malformed or of the wrong kind. Unknown ones are ignored, as Slack does. */
export function argumentRefusal(method: Method, args: JsonObject): Refusal | undefined {
  const names = Object.keys(args)
  if (names.some((name) => name.endsWith('[]'))) return refuse('invalid_array_arg')
  if (!names.every((name) => /^\w{1,100}$/.test(name))) return refuse('invalid_arg_name')
  const reasons = [...missing(method, args), ...wrongKinds(method, args)]
  return reasons.length === 0 ? undefined : refuseBecause('invalid_arguments', reasons)
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

function isAbsent(value: Json | undefined): boolean {
  return value === undefined || value === null || value === ''
}

const expected: Readonly<Record<ArgumentKind, string>> = {
  text: 'must provide a string',
  flag: 'must provide a boolean',
  number: 'must provide a number',
  json: 'must provide an array',
}

function isPlain(value: Json): value is string | number {
  return typeof value === 'string' || typeof value === 'number'
}

const flagWords = new Set(['', 'true', 'false', '1', '0'])

const isOfKind: Readonly<Record<ArgumentKind, (value: Json) => boolean>> = {
  text: (value) => typeof value === 'string',
  flag: (value) =>
    typeof value === 'boolean' || (isPlain(value) && flagWords.has(String(value).toLowerCase())),
  number: (value) =>
    typeof value === 'number' ||
    (typeof value === 'string' && /^-?\d{0,15}(\.\d{1,9})?$/.test(value)),
  json: (value) => typeof value !== 'number' || isObject(value),
}

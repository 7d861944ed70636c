import type { Json, JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import type { Identity } from '../tokens.ts'

/** What a method answers: `ok: true` and these properties, or an error code. */
export type MethodResult =
  | { readonly ok: true; readonly [property: string]: Json | undefined }
  | Refusal

/** An answer with `ok: false`. */
export interface Refusal {
  readonly ok: false
  readonly error: string
  readonly [property: string]: Json | undefined
}

/** What a method works with. */
export interface MethodCall {
  readonly slack: Slack
  /** Undefined only for methods that need no token. */
  readonly identity: Identity
  readonly arguments: JsonObject
}

/** A method of the Web API. */
export interface Method {
  readonly name: string
  readonly run: (call: MethodCall) => MethodResult
}

/** The answer that says `error`. */
export function refuse(error: string, details: JsonObject = {}): Refusal {
  return { ok: false, error, ...details }
}

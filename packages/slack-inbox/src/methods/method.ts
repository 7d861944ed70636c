import type { Json, JsonObject } from '../json.ts'
import type { Refusal } from '../refusal.ts'
import type { Slack } from '../slack.ts'
import type { Identity } from '../tokens.ts'

/** What a method answers: `ok: true` and these properties, an error code, or the seconds to wait. */
export type MethodResult =
  | { readonly ok: true; readonly [property: string]: Json | undefined }
  | Refusal
  | TooSoon

/** The call came too soon: the answer is 429 with `Retry-After`. */
export interface TooSoon {
  readonly ok: 'tooSoon'
  readonly retryAfter: number
}

/** What a method works with. */
export interface MethodCall {
  readonly slack: Slack
  readonly identity: Identity
  /** Without the token; every one of the kind that {@link Method.arguments} says, or missing. */
  readonly arguments: JsonObject
}

/** What an argument must be: `json` is an object or a list, in forms as JSON text. */
export type ArgumentKind = 'text' | 'flag' | 'number' | 'json'

/** A method of the Web API. */
export interface Method {
  readonly name: string
  /** Every argument it knows, `token` aside. */
  readonly arguments: Readonly<Record<string, ArgumentKind>>
  readonly required: readonly string[]
  /** The scopes it needs, all of them. */
  readonly scopes: readonly string[]
  /** How often it may be called in a minute; undefined where Slack's tier is "special". */
  readonly callsPerMinute: number | undefined
  /** Whether it takes JSON bodies. */
  readonly takesJson: boolean
  /** Whether it changes anything, and so must be called by POST. */
  readonly isWriting: boolean
  /** Whether it answers without a token. */
  readonly isOpen?: boolean
  readonly run: (call: MethodCall) => MethodResult
}

/** Slack's tiers, in calls a minute. */
export const tier = { two: 20, three: 50, four: 100, special: undefined } as const

/** The refusal of a token that lacks `scope`. */
export function missingScope(scope: string, identity: Identity): Refusal {
  return { ok: false, error: 'missing_scope', needed: scope, provided: identity.scopes.join(',') }
}

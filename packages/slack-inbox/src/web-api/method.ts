import type { Json, JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import type { Caller } from '../workspace/credentials.ts'

/** A method of the Web API. */
export interface Method {
  readonly name: string
  /** Every argument of the method, except `token`. */
  readonly arguments: Readonly<Record<string, ArgumentKind>>
  readonly required: readonly string[]
  /** The scopes that a token needs, all of them. */
  readonly scopes: readonly string[]
  /** The rate limit; undefined for Slack's tier "special". */
  readonly callsPerMinute: number | undefined
  /** Whether the method accepts JSON bodies. */
  readonly takesJson: boolean
  /** Whether the method changes anything, and so must be called with POST. */
  readonly isWriting: boolean
  /**
   * The kind of token it takes.
   *
   * @default 'bot'
   */
  readonly token?: Caller['kind'] | 'any'
  /** Whether the method can be called without a token. */
  readonly isOpen?: boolean
  readonly run: (call: MethodCall) => MethodResult
}

/** The type of an argument: `json` is an object or a list, in forms as JSON text. */
export type ArgumentKind = 'text' | 'flag' | 'number' | 'json'

export interface MethodCall {
  readonly slack: Slack
  readonly caller: Caller
  /** Without the token; each is missing or of its kind in {@link Method.arguments}. */
  readonly arguments: JsonObject
}

/** The response of a method: `ok: true` and properties, an error, or a rate limit. */
export type MethodResult =
  | { readonly ok: true; readonly [property: string]: Json | undefined }
  | ErrorResponse
  | RateLimited

/** The response is 429 with `Retry-After`, in seconds. */
export interface RateLimited {
  readonly ok: 'rateLimited'
  readonly retryAfter: number
}

/** A response with `ok: false`. */
export interface ErrorResponse {
  readonly ok: false
  readonly error: string
  readonly [property: string]: Json | undefined
}

/** A value, or the error response that the method returns instead. */
export type OrError<T> = ({ readonly ok: true } & T) | ErrorResponse

/** Slack's tiers, in calls a minute. */
export const tier = { two: 20, three: 50, four: 100, special: undefined } as const

export function errorResponse(error: string, details: JsonObject = {}): ErrorResponse {
  return { ok: false, error, ...details }
}

/** An error response with reasons in sentences. */
export function explainedError(error: string, reasons: readonly string[]): ErrorResponse {
  return errorResponse(error, {
    errors: reasons,
    response_metadata: { messages: reasons.map((reason) => `[ERROR] ${reason}`) },
  })
}

/** The error response for a token without `scope`. */
export function missingScope(scope: string, caller: Caller): ErrorResponse {
  return errorResponse('missing_scope', { needed: scope, provided: caller.scopes.join(',') })
}

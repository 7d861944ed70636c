import type { Call } from './answer.ts'
import type { JsonObject } from './json.ts'
import { app } from './workspace.ts'

/** A token as a test describes it. */
export interface TokenOptions {
  readonly token: string
  /**
   * What it may do.
   *
   * @default every scope that a method of the inbox asks for
   */
  readonly scopes?: readonly string[]
  /**
   * The error code every call with it gets, for example `token_revoked`.
   *
   * @default none
   */
  readonly error?: string
}

/** Who calls. */
export interface Identity {
  readonly token: string
  readonly scopes: readonly string[]
  readonly userId: string
  readonly botId: string | undefined
}

/** Who calls without a token, where a method allows that. */
export const anonymous: Identity = { token: '', scopes: [], userId: '', botId: undefined }

/** Every scope that a method of the inbox asks for. */
export const allScopes: readonly string[] = [
  'channels:history',
  'channels:join',
  'channels:read',
  'chat:write',
  'chat:write.customize',
  'chat:write.public',
  'files:read',
  'files:write',
  'groups:history',
  'groups:read',
  'im:history',
  'im:read',
  'mpim:history',
  'mpim:read',
  'reactions:read',
  'reactions:write',
  'usergroups:read',
  'users:read',
]

/** A token for whoever needs one: no secret, and worth nothing anywhere else. */
export const exampleToken = 'xoxb-slack-inbox-no-secret'

/** Knows which tokens are good, and what for. */
export class Tokens {
  readonly #known: ReadonlyMap<string, TokenOptions> | undefined

  /** Without `tokens`, every token is good for everything. */
  constructor(tokens: readonly TokenOptions[] | undefined) {
    this.#known =
      tokens === undefined ? undefined : new Map(tokens.map((each) => [each.token, each]))
  }

  /** The caller's identity, or the error code to answer. */
  identify(token: string): Identity | { readonly error: string } {
    if (token === '') return { error: 'not_authed' }
    const known = this.#known === undefined ? { token } : this.#known.get(token)
    if (known === undefined) return { error: 'invalid_auth' }
    if (known.error !== undefined) return { error: known.error }
    return { token, scopes: known.scopes ?? allScopes, userId: app.botUserId, botId: app.botId }
  }
}

/** The token of a call: header first, then argument, as Slack takes it. */
export function tokenOf(call: Call, args: JsonObject): string {
  const bearer = /^bearer\s+(\S+)$/i.exec(call.headers['authorization'] ?? '')?.[1]
  const argument = args['token']
  return bearer ?? (typeof argument === 'string' ? argument : '')
}

import { bearerToken, type HttpRequest } from '../http/answer.ts'
import type { JsonObject } from '../json.ts'
import { app, type Channel, team, type Workspace } from './workspace.ts'

/** A token that the Web API accepts. */
export interface TokenOptions {
  readonly token: string
  /**
   * Its scopes.
   *
   * @default every scope that a method of the inbox needs; for an app-level token, which begins with `xapp-`,
   *   `connections:write`
   */
  readonly scopes?: readonly string[]
  /**
   * The error code of every call with it, for example `token_revoked`.
   *
   * @default none
   */
  readonly error?: string
}

/** The caller of a method. */
export interface Caller {
  /** App-level tokens open connections of Socket Mode and nothing else. */
  readonly kind: 'bot' | 'app'
  readonly token: string
  readonly scopes: readonly string[]
  readonly userId: string
  readonly botId: string | undefined
}

/** The caller without a token, for methods that need none. */
export const anonymous: Caller = {
  kind: 'bot',
  token: '',
  scopes: [],
  userId: '',
  botId: undefined,
}

/** Every scope that a method of the inbox needs. */
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

/** The scopes of an app-level token. */
const appScopes: readonly string[] = ['connections:write']

/** A token that every inbox accepts by default. It is no secret and useless elsewhere. */
export const exampleToken = 'xoxb-slack-inbox-no-secret'

/** The app-level token for Socket Mode that belongs to `token`. */
export function appTokenFor(token: string): string {
  return `xapp-${token.replace(/^xoxb-/, '')}`
}

/** The tokens that the Web API accepts, with their scopes. */
export class Tokens {
  readonly #known: ReadonlyMap<string, TokenOptions> | undefined

  /** Without `tokens`, every token is accepted and has every scope. */
  constructor(tokens: readonly TokenOptions[] | undefined) {
    this.#known =
      tokens === undefined ? undefined : new Map(tokens.map((each) => [each.token, each]))
  }

  /** The caller with a token, or an error code. */
  identify(token: string): Caller | { readonly error: string } {
    if (token === '') return { error: 'not_authed' }
    const known = this.#known === undefined ? { token } : this.#known.get(token)
    if (known === undefined) return { error: 'invalid_auth' }
    if (known.error !== undefined) return { error: known.error }
    const { scopes } = known
    if (token.startsWith('xapp-'))
      return { kind: 'app', token, scopes: scopes ?? appScopes, userId: '', botId: undefined }
    const bot = { userId: app.botUserId, botId: app.botId }
    return { kind: 'bot', token, scopes: scopes ?? allScopes, ...bot }
  }
}

/** The token of a call: the header first, then the argument, as in Slack. */
export function tokenOf(request: HttpRequest, args: JsonObject): string {
  const argument = args['token']
  return bearerToken(request) ?? (typeof argument === 'string' ? argument : '')
}

/** The addresses of incoming webhooks: one for each channel. */
export class Webhooks {
  readonly #workspace: Workspace
  readonly #secret: string

  /** `secret` is part of every address: anyone who knows it can post. */
  constructor(workspace: Workspace, secret: string) {
    this.#workspace = workspace
    this.#secret = secret
  }

  pathOf(channel: Channel): string {
    return `/services/${team.id}/${app.botId}/${channel.id}${this.#secret}`
  }

  channelOf(path: string): Channel | undefined {
    const [, , teamId, botId, key = ''] = path.split('/')
    if (teamId !== team.id || botId !== app.botId || !key.endsWith(this.#secret)) return undefined
    return this.#workspace.channelById(key.slice(0, key.length - this.#secret.length))
  }
}

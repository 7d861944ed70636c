import {
  type HttpAnswer,
  type HttpRequest,
  jsonResponse,
  rateLimitedResponse,
  textResponse,
} from '../http/answer.ts'
import { exchange, type ExchangeResult } from '../http/exchange.ts'
import type { JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import { anonymous, type Caller, tokenOf } from '../workspace/credentials.ts'
import { argumentError, type ReadArguments, readArguments, text } from './arguments.ts'
import { errorResponse, type Method, type MethodResult, missingScope } from './method.ts'
import { methods } from './methods.ts'

/** Handles a call of `/api/<name>`. */
export async function handleWebApi(
  slack: Slack,
  name: string,
  http: HttpRequest,
): Promise<HttpAnswer> {
  const method = methods.get(name)
  // Slack accepts GET for everything; here the address of an image on any web page could post.
  if (method?.isWriting === true && http.httpMethod !== 'POST')
    return textResponse('use POST', 405, { allow: 'POST' })
  const read = await readArguments(http)
  const args = 'error' in read ? {} : read.arguments
  const channel = text(args, 'channel') || text(args, 'channel_id') || undefined
  return exchange(slack, { method: name, arguments: args, http, channel }, () => {
    const identified = slack.tokens.identify(tokenOf(http, args))
    return toExchangeResult(run(slack, { method, read, identified }), method, identified)
  })
}

interface PreparedCall {
  readonly method: Method | undefined
  readonly read: ReadArguments
  readonly identified: Caller | { readonly error: string }
}

function run(slack: Slack, { method, read, identified }: PreparedCall): MethodResult {
  if (method === undefined) return errorResponse('unknown_method')
  if ('error' in read) return errorResponse(read.error)
  const caller = 'error' in identified && method.isOpen === true ? anonymous : identified
  if ('error' in caller) return errorResponse(caller.error)
  const { token: kind = 'bot' } = method
  if (kind !== 'any' && kind !== caller.kind) return errorResponse('not_allowed_token_type')
  const lacking = method.scopes.find((scope) => !caller.scopes.includes(scope))
  if (lacking !== undefined) return missingScope(lacking, caller)
  const { callsPerMinute } = method
  const retryAfter =
    callsPerMinute === undefined
      ? undefined
      : slack.rateLimits.countCall(method.name, callsPerMinute)
  if (retryAfter !== undefined) return { ok: 'rateLimited', retryAfter }
  // Some methods ignore JSON bodies.
  const usable: JsonObject = read.isJson && !method.takesJson ? {} : read.arguments
  const { token: _token, ...args } = usable
  return argumentError(method, args) ?? method.run({ slack, caller, arguments: args })
}

function toExchangeResult(
  result: MethodResult,
  method: Method | undefined,
  identified: PreparedCall['identified'],
): ExchangeResult {
  if (result.ok === 'rateLimited')
    return { response: rateLimitedResponse(result.retryAfter, 'webApi'), error: 'ratelimited' }
  const scopes = 'error' in identified ? [] : identified.scopes
  const headers = {
    'x-oauth-scopes': scopes.join(','),
    'x-accepted-oauth-scopes': method?.scopes.join(',') ?? '',
  }
  const error = result.ok ? undefined : result.error
  return { response: jsonResponse(result, 200, headers), error }
}

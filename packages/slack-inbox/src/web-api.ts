import { text } from './argument.ts'
import { jsonReply, rateLimitedReply, textReply } from './answer.ts'
import type { Answer, Call } from './answer.ts'
import { argumentRefusal } from './check-arguments.ts'
import { exchange } from './exchange.ts'
import type { Outcome } from './exchange.ts'
import type { JsonObject } from './json.ts'
import { methods } from './methods/index.ts'
import { missingScope } from './methods/method.ts'
import type { Method, MethodResult } from './methods/method.ts'
import { readArguments } from './read-arguments.ts'
import type { ReadArguments } from './read-arguments.ts'
import { refuse } from './refusal.ts'
import type { Slack } from './slack.ts'
import { anonymous, tokenOf } from './tokens.ts'
import type { Identity } from './tokens.ts'

/** Answers a call to `/api/<name>`. */
export async function answerWebApi(slack: Slack, name: string, call: Call): Promise<Answer> {
  const method = methods.get(name)
  // Slack takes GET for everything; here a page elsewhere could post by a mere picture's address.
  if (method?.isWriting === true && call.httpMethod !== 'POST')
    return textReply('use POST', 405, { allow: 'POST' })
  const read = await readArguments(call)
  const args = 'error' in read ? {} : read.arguments
  const channel = text(args, 'channel') || text(args, 'channel_id') || undefined
  return exchange(slack, { method: name, arguments: args, call, channel }, () => {
    const identity = slack.tokens.identify(tokenOf(call, args))
    const result = run(slack, { method, read, identity })
    return outcome(result, method, identity)
  })
}

interface Prepared {
  readonly method: Method | undefined
  readonly read: ReadArguments
  readonly identity: Identity | { readonly error: string }
}

function run(slack: Slack, { method, read, identity }: Prepared): MethodResult {
  if (method === undefined) return refuse('unknown_method')
  if ('error' in read) return refuse(read.error)
  const caller = 'error' in identity && method.isOpen === true ? anonymous : identity
  if ('error' in caller) return refuse(caller.error)
  const lacking = method.scopes.find((scope) => !caller.scopes.includes(scope))
  if (lacking !== undefined) return missingScope(lacking, caller)
  const { callsPerMinute } = method
  const retryAfter =
    callsPerMinute === undefined
      ? undefined
      : slack.rateLimits.countCall(method.name, callsPerMinute)
  if (retryAfter !== undefined) return { ok: 'tooSoon', retryAfter }
  const { token: _token, ...args } = usableArguments(method, read)
  const refusal = argumentRefusal(method, args)
  return refusal ?? method.run({ slack, identity: caller, arguments: args })
}

/** Some methods do not look into JSON bodies. */
function usableArguments(
  method: Method,
  read: { readonly arguments: JsonObject; readonly isJson: boolean },
): JsonObject {
  return read.isJson && !method.takesJson ? {} : read.arguments
}

function outcome(
  result: MethodResult,
  method: Method | undefined,
  identity: Prepared['identity'],
): Outcome {
  if (result.ok === 'tooSoon')
    return { reply: rateLimitedReply(result.retryAfter, false), error: 'ratelimited' }
  const scopes = 'error' in identity ? [] : identity.scopes
  const headers = {
    'x-oauth-scopes': scopes.join(','),
    'x-accepted-oauth-scopes': method?.scopes.join(',') ?? '',
  }
  const error = result.ok ? undefined : result.error
  return { reply: jsonReply(result, 200, headers), error }
}

import { jsonReply } from './answer.ts'
import type { Call, Reply } from './answer.ts'
import { methods } from './methods/index.ts'
import { refuse } from './methods/method.ts'
import type { MethodResult } from './methods/method.ts'
import { readArguments } from './read-arguments.ts'
import type { JsonObject } from './json.ts'
import type { Slack } from './slack.ts'
import { tokenOf } from './tokens.ts'

/** Answers a call to `/api/<name>`. */
export async function answerWebApi(slack: Slack, name: string, call: Call): Promise<Reply> {
  const read = await readArguments(call)
  const args = 'error' in read ? {} : read.arguments
  const result = 'error' in read ? refuse(read.error) : run(slack, name, { call, args })
  const { token: _token, ...shown } = args
  const channel = typeof args['channel'] === 'string' ? args['channel'] : undefined
  slack.log.add({
    at: slack.clock.now(),
    method: name,
    arguments: shown,
    headers: withoutSecrets(call.headers),
    channel: channel === undefined ? undefined : (slack.workspace.target(channel)?.id ?? channel),
    status: 200,
    error: result.ok ? undefined : result.error,
    isAccepted: result.ok,
    isFaulty: false,
  })
  return jsonReply(result)
}

function run(
  slack: Slack,
  name: string,
  { call, args }: { readonly call: Call; readonly args: JsonObject },
): MethodResult {
  const method = methods.get(name)
  if (method === undefined) return refuse('unknown_method')
  const identity = slack.tokens.identify(tokenOf(call, args))
  if ('error' in identity) return refuse(identity.error)
  return method.run({ slack, identity, arguments: args })
}

function withoutSecrets(headers: Call['headers']): Call['headers'] {
  const { authorization: _authorization, cookie: _cookie, ...shown } = headers
  return shown
}

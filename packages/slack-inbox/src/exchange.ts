import type { Answer, Call, Reply } from './answer.ts'
import type { FaultOptions } from './faults.ts'
import { faultyReply } from './faulty-reply.ts'
import type { JsonObject } from './json.ts'
import type { InboxRequest } from './request-log.ts'
import type { Slack } from './slack.ts'

/** A request as the log shows it and faults choose it. */
export interface Exchange {
  readonly method: string
  readonly arguments: JsonObject
  readonly call: Call
  /** What the request says of its channel: an id, a name or nothing. */
  readonly channel: string | undefined
}

/** What the inbox makes of a request when nothing goes wrong. */
export interface Outcome {
  readonly reply: Reply
  readonly error: string | undefined
}

/** Logs a request and answers it, unless a fault asked for by a test has other plans. */
export async function exchange(
  slack: Slack,
  asked: Exchange,
  accept: () => Outcome,
): Promise<Answer> {
  const channel = channelOf(slack, asked.channel)
  const request: InboxRequest = {
    at: slack.clock.now(),
    method: asked.method,
    arguments: withoutToken(asked.arguments),
    headers: withoutSecrets(asked.call.headers),
    channel: channel?.id ?? asked.channel,
    status: undefined,
    error: undefined,
    isAccepted: false,
    isFaulty: false,
    bytes: asked.call.body.length,
  }
  slack.log.add(request)
  const fault = slack.faults.pick(request, channel?.name)
  if (fault === undefined) return told(request, accept())
  request.isFaulty = true
  return fail(slack, fault, { request, accept })
}

/** The channel itself, without creating one. */
function channelOf(
  slack: Slack,
  reference: string | undefined,
): { readonly id: string; readonly name: string } | undefined {
  if (reference === undefined) return undefined
  return slack.workspace.channelById(reference) ?? slack.workspace.channelByName(reference)
}

function told(request: InboxRequest, outcome: Outcome): Reply {
  request.status = outcome.reply.status
  request.error = outcome.error
  request.isAccepted = outcome.error === undefined
  return outcome.reply
}

async function fail(
  slack: Slack,
  fault: FaultOptions,
  { request, accept }: { readonly request: InboxRequest; readonly accept: () => Outcome },
): Promise<Answer> {
  const faulty = faultyReply(fault, request.method)
  const isAccepted = fault.isAccepted ?? takesEffect(fault, faulty)
  const real = isAccepted ? told(request, accept()) : undefined
  if (fault.delayMs !== undefined) await passed(slack, fault.delayMs)
  const answer = shape(fault, faulty ?? real)
  request.status = answer.kind === 'reply' ? answer.status : undefined
  if (faulty !== undefined) request.error = fault.error ?? request.error
  return answer
}

function takesEffect(fault: FaultOptions, faulty: Reply | undefined): boolean {
  if (fault.loseAnswer === true || fault.reset === 'midBody') return true
  return faulty === undefined && fault.hang !== true && fault.reset !== true
}

function shape(fault: FaultOptions, reply: Reply | undefined): Answer {
  if (fault.hang === true) return { kind: 'hang' }
  if (fault.reset === 'midBody') return { kind: 'reset', partial: reply }
  if (fault.reset === true || fault.loseAnswer === true || reply === undefined)
    return { kind: 'reset', partial: undefined }
  return reply
}

async function passed(slack: Slack, ms: number): Promise<void> {
  await new Promise<void>((resolve) => {
    slack.clock.setTimer(resolve, ms)
  })
}

function withoutToken(args: JsonObject): JsonObject {
  const { token: _token, ...shown } = args
  return shown
}

function withoutSecrets(headers: Call['headers']): Call['headers'] {
  const { authorization: _authorization, cookie: _cookie, ...shown } = headers
  return shown
}

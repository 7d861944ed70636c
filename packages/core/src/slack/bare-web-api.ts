import type { SinkEnvironment } from '../environment.ts'
import {
  classifyCode,
  classifyFor,
  classifyStatus,
  readRetryAfter,
  unreadable,
} from './classify-response.ts'
import type { BareHttp, SendRequest } from './destination.ts'
import type { HttpAnswer, HttpCall } from './http-call.ts'
import type { Failure, SendResult } from './send-result.ts'
import type { ApiAccess } from './slack-client.ts'
import { editCall, postCall, type ApiCall, type PostExtras } from './web-api-calls.ts'

/** The Web API for a process that ends, where there is no time to load the SDK anew. */
export function createBareWebApi(
  access: ApiAccess,
  context: { readonly environment: SinkEnvironment; readonly extras: () => PostExtras },
): BareHttp {
  return {
    write(request) {
      if (request.kind === 'upload') return undefined
      return httpCall(
        access,
        request.kind === 'post' ? postCall(request, context.extras()) : editCall(request),
      )
    },
    read: (request, answer) => readAnswer(request, answer, context.environment.clock.now()),
  }
}

function httpCall(access: ApiAccess, call: ApiCall): HttpCall {
  return {
    url: access.slackApiUrl + call.method,
    headers: {
      'content-type': 'application/json; charset=utf-8',
      authorization: `Bearer ${access.token}`,
    },
    body: JSON.stringify(call.arguments),
  }
}

function readAnswer(request: SendRequest, answer: HttpAnswer, now: number): SendResult {
  const failure = failureOf(answer, readRetryAfter(answer.retryAfter, now))
  if (failure !== undefined) return classifyFor(request, failure)
  const { ts, channel } = parse(answer.body) as { ts?: unknown; channel?: unknown }
  if (typeof ts !== 'string' || typeof channel !== 'string') return unreadable
  return { status: 'sent', ts, channel }
}

function failureOf(answer: HttpAnswer, waitMs: number | undefined): Failure | undefined {
  if (answer.status !== 200) return classifyStatus(answer.status, waitMs)
  const { ok, error } = parse(answer.body)
  if (ok === true) return undefined
  return typeof error === 'string' ? classifyCode(error, waitMs) : unreadable
}

function parse(body: string): Readonly<Record<string, unknown>> {
  try {
    const parsed: unknown = JSON.parse(body)
    return typeof parsed === 'object' && parsed !== null ? (parsed as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}

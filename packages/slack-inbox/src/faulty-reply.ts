import { jsonReply, rateLimitedReply, textReply } from './answer.ts'
import type { Reply } from './answer.ts'
import type { FaultOptions } from './faults.ts'
import { webhookStatus } from './webhook-status.ts'

/** The answer that `fault` puts in place of the real one. */
export function faultyReply(fault: FaultOptions, method: string): Reply | undefined {
  const status = statusOf(fault)
  if (fault.html === true) return htmlReply(status ?? 503)
  if (fault.garbage === true) return garbageReply(status ?? 200)
  const isWebhook = method === 'incoming-webhook'
  if (status === 429) return rateLimitedReply(fault.retryAfter ?? 1, isWebhook)
  if (fault.error !== undefined) return errorReply(fault.error, status, isWebhook)
  return status === undefined ? undefined : textReply('', status)
}

function statusOf({ status, retryAfter, error }: FaultOptions): number | undefined {
  if (status !== undefined) return status
  return retryAfter !== undefined || error === 'ratelimited' ? 429 : undefined
}

function errorReply(error: string, status: number | undefined, isWebhook: boolean): Reply {
  return isWebhook
    ? textReply(error, status ?? webhookStatus(error))
    : jsonReply({ ok: false, error }, status ?? 200)
}

function garbageReply(status: number): Reply {
  return { ...jsonReply({}, status), body: '{"ok":true,"channel":"C0' }
}

function htmlReply(status: number): Reply {
  const body = '<!doctype html><title>Server Error</title><h1>Server Error</h1>'
  return { ...textReply(body, status), headers: { 'content-type': 'text/html; charset=utf-8' } }
}

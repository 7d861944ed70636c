import type { SendRequest } from './destination.ts'
import { deadTokenCodes, doubtfulCodes, statusOf } from './error-codes.ts'
import type { Failure } from './send-result.ts'

/** How long to wait if Slack asks for patience without saying how long, in milliseconds. */
const defaultWaitMs = 30_000
/** A workspace that has used up its messages gets new ones slowly, in milliseconds. */
const spentWaitMs = 300_000
/** No answer makes us wait less than this, in milliseconds: some say 0 and refuse again. */
const minWaitMs = 500
/** No answer makes us wait longer than this, in milliseconds. */
const maxWaitMs = 300_000

/** The reaction to an answer with `ok: false`. */
export function classifyCode(code: string, retryAfterMs?: number): Failure {
  // Where a proxy or a broken server answers in Slack's place, the body is no code.
  if (!/^\w{2,80}$/.test(code)) return unreadable
  const status = statusOf(code)
  switch (status) {
    case 'wait':
      return { status, reason: code, afterMs: waitMsOf(code, retryAfterMs) }
    case 'retry':
      return { status, reason: code, arrived: doubtfulCodes.has(code) ? 'unlikely' : 'no' }
    default:
      return { status, reason: code }
  }
}

/** An answer that is not Slack's. */
export const unreadable: Failure = {
  status: 'retry',
  reason: 'an answer that is not from Slack',
  arrived: 'unknown',
}

/** The reaction to an answer whose status says more than its body. */
export function classifyStatus(httpStatus: number, retryAfterMs?: number): Failure {
  const reason = `HTTP ${httpStatus}`
  if (httpStatus === 429)
    return { status: 'wait', reason: 'ratelimited', afterMs: waitMsOf('ratelimited', retryAfterMs) }
  if (httpStatus === 503) return { status: 'retry', reason, arrived: 'no' }
  if (httpStatus >= 500) return { status: 'retry', reason, arrived: 'unlikely' }
  if (httpStatus === 408) return { status: 'retry', reason, arrived: 'no' }
  if (isPayloadRefused(httpStatus)) return { status: 'degrade', reason }
  return { status: 'stopDestination', reason }
}

/** Whether a status says that the request as it stands is not understood or too large, and another may be. */
export function isPayloadRefused(httpStatus: number): boolean {
  return httpStatus === 400 || httpStatus === 413 || httpStatus === 422
}

/** What a failure means for this kind of request: what refuses one need not refuse others. */
export function classifyFor(request: SendRequest, failure: Failure): Failure {
  if (request.kind === 'upload') return classifyForUpload(failure)
  const isRoot = request.kind === 'post' && request.threadTs === undefined
  if (isRoot && failure.status === 'repost') return { ...failure, status: 'degrade' }
  return failure
}

/** A bot may post where it may not put files: a scope of its own, and it must be a member. */
function classifyForUpload(failure: Failure): Failure {
  const { status, reason } = failure
  if (status === 'wait' || status === 'retry' || deadTokenCodes.has(reason)) return failure
  return { status: 'refused', reason: `no file: ${reason}` }
}

/** The time that `Retry-After` asks for, in milliseconds: seconds or a date; `undefined` for anything else. */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function waitMsOf(code: string, retryAfterMs: number | undefined): number {
  const fallbackMs = code === 'message_limit_exceeded' ? spentWaitMs : defaultWaitMs
  return Math.min(Math.max(retryAfterMs ?? fallbackMs, minWaitMs), maxWaitMs)
}

import type { Failure, FileRemedy, SendRequest } from '../delivery/destination.ts'
import { type HttpAnswer, type HttpError, httpErrorOf, type HttpResult } from '../http.ts'

/** The wait after a rate limit without `Retry-After`, in milliseconds. */
const defaultWaitMs = 30_000
/** The wait after a workspace has used up its messages, in milliseconds. */
const spentWaitMs = 300_000
/** The shortest wait, in milliseconds: some answers ask for 0 and are followed by another refusal. */
const minWaitMs = 500
/** The longest wait, in milliseconds. */
const maxWaitMs = 300_000

/** The failure of an answer with `ok: false`. */
export function classifyCode(code: string, retryAfterMs?: number): Failure {
  // A proxy or a broken server answers with something else than a code.
  if (!/^\w{2,80}$/.test(code)) return unreadable
  const status = failureStatusOf(code)
  switch (status) {
    case 'wait':
      return { status, reason: code, afterMs: waitMsOf(code, retryAfterMs) }
    case 'retry':
      return { status, reason: code, accepted: rejectionCodes.has(code) ? 'no' : 'unknown' }
    default:
      return { status, reason: code }
  }
}

/** A failure, and the scope that the token has not, if that is why. */
export type ApiFailure = Failure & { readonly needed?: string }

/** The part of an answer without `ok: true` that is read. */
interface Refusal {
  readonly error?: unknown
  readonly needed?: unknown
}

/** The failure of an answer of the Web API without `ok: true`. */
export function classifyRefusal({ error, needed }: Refusal, retryAfterMs?: number): ApiFailure {
  if (typeof error !== 'string') return unreadable
  const failure = classifyCode(error, retryAfterMs)
  return typeof needed === 'string' ? { ...failure, needed } : failure
}

/** An answer that is not Slack's. */
export const unreadable: Failure = {
  status: 'retry',
  reason: 'an answer that is not from Slack',
  accepted: 'unknown',
}

/** The failure of an HTTP status. */
export function classifyStatus(httpStatus: number, retryAfterMs?: number): Failure {
  const reason = `HTTP ${httpStatus}`
  if (httpStatus === 429) return classifyCode('ratelimited', retryAfterMs)
  // A gateway gives up on requests that Slack accepts all the same.
  if (httpStatus >= 500 || httpStatus === 408)
    return { status: 'retry', reason, accepted: 'unknown' }
  if (isPayloadRefused(httpStatus)) return { status: 'degrade', reason }
  return { status: 'stopDestination', reason }
}

/** Whether a status means that this request was malformed or too large, while another may be accepted. */
function isPayloadRefused(httpStatus: number): boolean {
  return httpStatus === 400 || httpStatus === 413 || httpStatus === 422
}

/** The failure for this kind of request: what refuses one kind need not refuse others. */
export function classifyFor(request: SendRequest, failure: Failure): Failure {
  if (request.kind === 'upload') return classifyForUpload(failure)
  const isRoot = request.kind === 'post' && request.thread === undefined
  if (isRoot && failure.status === 'repost') return { ...failure, status: 'degrade' }
  return failure
}

const fileRemedies: ReadonlyMap<string, FileRemedy> = new Map([
  ['missing_scope', 'permission'],
  ['not_in_channel', 'membership'],
  ['channel_not_found', 'membership'],
  ['file_uploads_disabled', 'disabled'],
  ['file_upload_size_restricted', 'disabled'],
  ['storage_limit_reached', 'disabled'],
])

/** A bot may post where it may not upload files: they need a scope of their own, and the bot must be a member. */
function classifyForUpload(failure: Failure): Failure {
  const { status, reason } = failure
  if (status === 'wait' || status === 'retry' || deadTokenCodes.has(reason)) return failure
  const remedy = fileRemedies.get(reason)
  return {
    status: 'refused',
    reason: `no file: ${reason}`,
    ...(remedy !== undefined && { remedy }),
  }
}

/**
 * `Retry-After` in milliseconds, from seconds or a date; `undefined` for anything else.
 *
 * @param now for a date in an answer that has no `Date`: the clock of this machine may be wrong
 */
export function readRetryAfter({ headers }: HttpAnswer, now: number): number | undefined {
  const header = headers['retry-after'] ?? ''
  if (header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  if (Number.isNaN(date)) return undefined
  return Math.max(0, date - (Date.parse(headers['date'] ?? '') || now))
}

function waitMsOf(code: string, retryAfterMs: number | undefined): number {
  const fallbackMs = code === 'message_limit_exceeded' ? spentWaitMs : defaultWaitMs
  return Math.min(Math.max(retryAfterMs ?? fallbackMs, minWaitMs), maxWaitMs)
}

/** A complete answer with status 200, or the failure of any other. */
export function classifyHttp(result: HttpResult, now: number): HttpAnswer | Failure {
  if ('error' in result) return classifyBroken(result.error)
  if (result.status !== 200) return classifyStatus(result.status, readRetryAfter(result, now))
  return result.cutBy === undefined ? result : classifyBroken(result.cutBy)
}

/** The failure of a request without an answer. */
export function classifyBroken(error: HttpError): Failure {
  return {
    status: 'retry',
    reason: error.code ?? error.message,
    accepted: wasNeverSent(error) ? 'no' : 'unknown',
  }
}

/** Whether there was no connection, so that nothing was sent. */
function wasNeverSent({ code, syscall }: HttpError): boolean {
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  return /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(
    code ?? '',
  )
}

/** The parts of an SDK error that are read. `instanceof` would have to load the SDK here. */
interface SdkError {
  readonly code: string
  readonly data: Refusal
}

/** The failure of an error that the SDK throws. */
export function classifySdkError(error: unknown): ApiFailure {
  const { code, data } = error as Partial<SdkError>
  switch (code) {
    case 'slack_webapi_platform_error':
      return classifyRefusal(data ?? {})
    case 'slack_webapi_file_upload_invalid_args_error':
    case 'slack_webapi_file_upload_read_file_data_error':
      return { status: 'refused', reason: code }
    default:
      return classifyBroken(httpErrorOf(error))
  }
}

/**
 * The failures of Slack's error codes. Any other code refuses the message as it is rendered.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
const codesOfStatus = {
  wait: 'ratelimited rate_limited message_limit_exceeded',
  retry: `internal_error fatal_error service_unavailable request_timeout team_added_to_org org_login_required rollup_error
    update_failed streaming_state_conflict external_channel_migrating`,
  stopDestination: `not_authed invalid_auth account_inactive token_revoked token_expired missing_scope not_allowed_token_type
    no_permission access_denied accesslimited app_access_restricted team_access_not_granted ekm_access_denied
    enterprise_is_restricted two_factor_setup_required is_bot send_on_behalf_not_allowed as_user_not_supported
    method_deprecated deprecated_endpoint unknown_method invalid_token no_service no_service_id no_team
    no_active_hooks team_disabled action_prohibited`,
  stopChannel: `channel_not_found not_in_channel is_archived channel_is_archived restricted_action
    restricted_action_read_only_channel restricted_action_thread_only_channel messages_tab_disabled team_not_found
    posting_to_general_channel_denied posting_to_channel_denied channel_is_limited_access`,
  repost: `message_not_found cant_update_message edit_window_closed is_inactive block_mismatch thread_not_found
    restricted_action_non_threadable_channel restricted_action_thread_locked cannot_reply_to_message
    invalid_thread_ts cant_broadcast_message no_dual_broadcast_content_update`,
}

const statusOfCode: ReadonlyMap<string, Failure['status']> = new Map(
  Object.entries(codesOfStatus).flatMap(([status, codes]) =>
    codes.split(/\s+/).map((code) => [code, status as keyof typeof codesOfStatus] as const),
  ),
)

function failureStatusOf(code: string): Failure['status'] {
  if (/^slack_connect_\w*blocked/.test(code)) return 'stopChannel'
  return statusOfCode.get(code) ?? 'degrade'
}

/** Of the codes after which a request is repeated, those that reject it. After the others it may have been accepted all the same. */
const rejectionCodes: ReadonlySet<string> = new Set([
  'team_added_to_org',
  'org_login_required',
  'external_channel_migrating',
])

/** Refusals of the token, for any request. */
const deadTokenCodes: ReadonlySet<string> = new Set(
  'not_authed invalid_auth account_inactive token_revoked token_expired'.split(' '),
)

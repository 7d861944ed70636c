import type { Failure, SendRequest } from '../delivery/destination.ts'
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

/** The failure of a request that got no answer. */
export function classifyBroken(error: unknown): Failure {
  const root = rootCause(error)
  return {
    status: 'retry',
    reason: describe(root),
    arrived: wasNeverSent(root) ? 'no' : 'unknown',
  }
}

/** What went wrong on the wire, in a few words: the code of the deepest cause, or its message. */
function describe(root: unknown): string {
  const code = codeOf(root)
  if (code !== undefined) return code
  return root instanceof Error ? root.message : String(root)
}

/** The connection was not made, so nothing went over it. */
function wasNeverSent(root: unknown): boolean {
  const syscall = (root as { syscall?: unknown } | undefined)?.syscall
  if (syscall === 'connect' || syscall === 'getaddrinfo') return true
  return /^(ECONNREFUSED|ENOTFOUND|EAI_|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT|ERR_TLS|CERT_|SELF_SIGNED|DEPTH_ZERO|UNABLE_TO)/.test(
    codeOf(root) ?? '',
  )
}

function codeOf(root: unknown): string | undefined {
  const code = (root as { code?: unknown } | undefined)?.code
  return typeof code === 'string' ? code : undefined
}

function rootCause(error: unknown): unknown {
  let root = error
  for (let depth = 0; depth < 5 && root instanceof Error && root.cause !== undefined; depth += 1) {
    root = root.cause
  }
  return root
}

/** An error of the SDK, as far as it is read. An instance check would need the SDK loaded here. */
export interface SdkError {
  readonly code: string
  readonly data: { readonly error?: unknown; readonly needed?: unknown }
  readonly retryAfter: number
  readonly statusCode: number
}

/** The reaction to what the SDK throws. */
export function classifySdkError(error: unknown): Failure {
  const failure = error as Partial<SdkError>
  switch (failure.code) {
    case 'slack_webapi_platform_error':
      return classifyCode(String(failure.data?.error))
    case 'slack_webapi_rate_limited_error':
      return classifyCode('ratelimited', retryMs(failure.retryAfter))
    case 'slack_webapi_http_error':
      return classifyStatus(failure.statusCode ?? 0)
    case 'slack_webapi_file_upload_invalid_args_error':
    case 'slack_webapi_file_upload_read_file_data_error':
      return { status: 'refused', reason: failure.code }
    default:
      return classifyBroken(error)
  }
}

/** The scope that was missing, if the SDK says so. */
export function missingScope(error: unknown): string | undefined {
  const { data } = error as Partial<SdkError>
  return data?.error === 'missing_scope' && typeof data.needed === 'string'
    ? data.needed
    : undefined
}

/** A reaction that a code can ask for. */
export type Refusal = Failure['status']

/**
 * What Slack's error codes ask for; a code that is not here is a refusal of the message as it stands.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
const statusOfCode: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ...codes('wait', 'ratelimited rate_limited message_limit_exceeded'),
  ...codes(
    'retry',
    `internal_error fatal_error service_unavailable request_timeout team_added_to_org org_login_required rollup_error
    update_failed streaming_state_conflict external_channel_migrating`,
  ),
  ...codes(
    'stopDestination',
    `not_authed invalid_auth account_inactive token_revoked token_expired missing_scope not_allowed_token_type
    no_permission access_denied accesslimited app_access_restricted team_access_not_granted ekm_access_denied
    enterprise_is_restricted two_factor_setup_required is_bot send_on_behalf_not_allowed as_user_not_supported
    method_deprecated deprecated_endpoint unknown_method invalid_token no_service no_service_id no_team
    no_active_hooks team_disabled action_prohibited`,
  ),
  ...codes(
    'stopChannel',
    `channel_not_found not_in_channel is_archived channel_is_archived restricted_action
    restricted_action_read_only_channel restricted_action_thread_only_channel messages_tab_disabled team_not_found
    posting_to_general_channel_denied posting_to_channel_denied channel_is_limited_access`,
  ),
  ...codes(
    'repost',
    `message_not_found cant_update_message edit_window_closed is_inactive block_mismatch thread_not_found
    restricted_action_non_threadable_channel restricted_action_thread_locked cannot_reply_to_message
    invalid_thread_ts cant_broadcast_message no_dual_broadcast_content_update`,
  ),
])

/** What an error code asks for. */
export function statusOf(code: string): Refusal {
  if (/^slack_connect_\w*blocked/.test(code)) return 'stopChannel'
  return statusOfCode.get(code) ?? 'degrade'
}

/** After these Slack may have done what was asked all the same. */
export const doubtfulCodes: ReadonlySet<string> = new Set(['internal_error', 'fatal_error'])

/** Refusals of the caller, whatever it asked for. */
export const deadTokenCodes: ReadonlySet<string> = new Set(
  'not_authed invalid_auth account_inactive token_revoked token_expired'.split(' '),
)

function codes(status: Refusal, list: string): readonly (readonly [string, Refusal])[] {
  return list.split(/\s+/).map((code) => [code, status] as const)
}

/** The seconds that the SDK read, in milliseconds. */
export function retryMs(seconds: number | undefined): number | undefined {
  return seconds === undefined || seconds < 0 ? undefined : seconds * 1000
}

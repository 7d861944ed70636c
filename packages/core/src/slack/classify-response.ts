import type { SendResult } from './send-result.ts'

/** How long to wait if Slack asks for patience without saying how long, in milliseconds. */
const defaultWaitMs = 30_000
/** No answer makes us wait longer than this, in milliseconds. */
const maxWaitMs = 300_000

type Refusal = Exclude<SendResult['status'], 'sent'>

/**
 * What Slack's error codes ask for; a code that is not here is a refusal of the message as it stands.
 *
 * @see https://docs.slack.dev/reference/methods/chat.postMessage#errors
 */
const statusOfCode: ReadonlyMap<string, Refusal> = new Map<string, Refusal>([
  ...codes('wait', 'ratelimited rate_limited message_limit_exceeded'),
  ...codes(
    'retry',
    'internal_error fatal_error service_unavailable request_timeout team_added_to_org org_login_required rollup_error',
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
    posting_to_general_channel_denied posting_to_channel_denied`,
  ),
  ...codes(
    'repost',
    `message_not_found cant_update_message edit_window_closed is_inactive block_mismatch thread_not_found
    restricted_action_non_threadable_channel restricted_action_thread_locked cannot_reply_to_message
    invalid_thread_ts`,
  ),
])

/** The reaction to an answer with `ok: false`. */
export function classifyCode(code: string, retryAfterMs?: number): SendResult {
  const status = statusOfCode.get(code) ?? 'degrade'
  switch (status) {
    case 'wait':
      return { status, reason: code, afterMs: capWait(retryAfterMs) }
    case 'retry':
      return {
        status,
        reason: code,
        isAmbiguous: code === 'internal_error' || code === 'fatal_error',
      }
    default:
      return { status, reason: code }
  }
}

/** The reaction to an answer whose status says more than its body. */
export function classifyStatus(httpStatus: number, retryAfterMs?: number): SendResult {
  const reason = `HTTP ${httpStatus}`
  if (httpStatus === 429)
    return { status: 'wait', reason: 'ratelimited', afterMs: capWait(retryAfterMs) }
  if (httpStatus >= 500) return { status: 'retry', reason, isAmbiguous: true }
  if (httpStatus === 408) return { status: 'retry', reason, isAmbiguous: false }
  return { status: 'stopDestination', reason }
}

/** The time that `Retry-After` asks for, in milliseconds: seconds or a date; `undefined` for anything else. */
export function readRetryAfter(header: string | null, now: number): number | undefined {
  if (header === null || header.trim() === '') return undefined
  const seconds = Number(header)
  if (Number.isFinite(seconds)) return Math.max(0, seconds * 1000)
  const date = Date.parse(header)
  return Number.isNaN(date) ? undefined : Math.max(0, date - now)
}

function capWait(retryAfterMs: number = defaultWaitMs): number {
  return Math.min(retryAfterMs, maxWaitMs)
}

function codes(status: Refusal, list: string): readonly (readonly [string, Refusal])[] {
  return list.split(/\s+/).map((code) => [code, status] as const)
}

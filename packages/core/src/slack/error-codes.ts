import type { Failure } from './send-result.ts'

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

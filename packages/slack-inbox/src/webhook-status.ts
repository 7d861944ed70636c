/**
 * The HTTP status of a webhook's error.
 *
 * @see https://docs.slack.dev/changelog/2016-05-17-changes-to-errors-for-incoming-webhooks
 */
export function webhookStatus(error: string): number {
  return webhookStatuses.get(error) ?? 400
}

const webhookStatuses: ReadonlyMap<string, number> = new Map([
  ['action_prohibited', 403],
  ['posting_to_general_channel_denied', 403],
  ['invalid_token', 403],
  ['channel_not_found', 404],
  ['no_service', 404],
  ['no_service_id', 404],
  ['no_team', 404],
  ['no_active_hooks', 404],
  ['channel_is_archived', 410],
  ['team_disabled', 410],
  ['rollup_error', 500],
])

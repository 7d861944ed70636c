import { randomBytes } from 'node:crypto'
import type { JsonObject } from '../json.ts'
import type { Slack } from '../slack.ts'
import { app, team, verificationToken } from '../workspace/workspace.ts'

/** Slack sends an event again after these times, if it was not acknowledged. */
const retryAfterMs = [0, 60_000, 300_000]

/** Sends an event over Socket Mode; an app that never connected gets none. */
export async function sendEvent(slack: Slack, event: JsonObject): Promise<void> {
  const { socketMode, clock } = slack
  if (!socketMode.isUsed) return
  const payload = {
    token: verificationToken,
    team_id: team.id,
    api_app_id: app.id,
    event,
    type: 'event_callback',
    event_id: `Ev${randomBytes(8).toString('hex').toUpperCase()}`,
    event_time: Math.floor(clock.now() / 1000),
    authorizations: [
      {
        enterprise_id: null,
        team_id: team.id,
        user_id: app.botUserId,
        is_bot: true,
        is_enterprise_install: false,
      },
    ],
    is_ext_shared_channel: false,
  }
  let error: string | undefined
  for (const [attempt, delayMs] of [0, ...retryAfterMs].entries()) {
    if (delayMs > 0)
      await new Promise<void>((resolve) => {
        clock.setTimer(resolve, delayMs)
      })
    const retry_reason = error === 'operation_timeout' ? 'timeout' : (error ?? '')
    const more = { retry_attempt: attempt, retry_reason }
    const delivery = await socketMode.deliver({ type: 'events_api', payload, more })
    ;({ error } = delivery)
    if (error === undefined) return
  }
}

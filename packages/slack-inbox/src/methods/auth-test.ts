import { app, team } from '../workspace.ts'
import { tier } from './method.ts'
import type { Method } from './method.ts'

/** Tells whose token it is. */
export const authTest: Method = {
  name: 'auth.test',
  arguments: {},
  required: [],
  scopes: [],
  callsPerMinute: tier.special,
  takesJson: true,
  isWriting: false,
  run: ({ slack, identity }) => ({
    ok: true,
    url: `${slack.origin()}/`,
    team: team.name,
    user: app.name,
    team_id: team.id,
    user_id: identity.userId,
    bot_id: identity.botId,
    app_id: app.id,
    app_name: app.name,
    is_enterprise_install: false,
  }),
}

import { app, team } from '../workspace.ts'
import type { Method } from './method.ts'

export const authTest: Method = {
  name: 'auth.test',
  run: ({ slack, identity }) => ({
    ok: true,
    url: `${slack.origin()}/`,
    team: team.name,
    user: app.name,
    team_id: team.id,
    user_id: identity.userId,
    ...(identity.botId === undefined ? {} : { bot_id: identity.botId }),
    app_id: app.id,
    app_name: app.name,
    is_enterprise_install: false,
  }),
}

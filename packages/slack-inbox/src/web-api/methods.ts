import { app, team } from '../workspace/workspace.ts'
import { optionalText } from './arguments.ts'
import { blocksValidate } from './blocks-validate.ts'
import { chatDelete, chatGetPermalink, chatUpdate } from './chat-change.ts'
import { chatPostEphemeral, chatPostMessage, chatScheduleMessage } from './chat-post.ts'
import { conversationsHistory, conversationsReplies } from './conversation-history.ts'
import { conversationsInfo, conversationsJoin, conversationsList } from './conversations.ts'
import { filesCompleteUploadExternal, filesGetUploadUrlExternal, filesInfo } from './files.ts'
import { type Method, errorResponse, missingScope, tier } from './method.ts'
import { reactionsAdd, reactionsGet, reactionsList, reactionsRemove } from './reactions.ts'
import { usergroupsList, usergroupsUsersList, usersInfo, usersList } from './users.ts'

/** Returns its arguments. */
const apiTest: Method = {
  name: 'api.test',
  arguments: { error: 'text' },
  required: [],
  scopes: [],
  callsPerMinute: tier.four,
  takesJson: true,
  isWriting: false,
  token: 'any',
  isOpen: true,
  run({ arguments: args }) {
    const error = optionalText(args, 'error')
    return error === undefined ? { ok: true, args } : errorResponse(error, { args })
  },
}

/** Returns the caller of the token. */
const authTest: Method = {
  name: 'auth.test',
  arguments: {},
  required: [],
  scopes: [],
  callsPerMinute: tier.special,
  takesJson: true,
  isWriting: false,
  token: 'any',
  run: ({ slack, caller }) => ({
    ok: true,
    url: `${slack.origin()}/`,
    team: team.name,
    user: app.name,
    team_id: team.id,
    user_id: caller.userId,
    bot_id: caller.botId,
    app_id: app.id,
    app_name: app.name,
    is_enterprise_install: false,
  }),
}

/** Returns an address to connect to with Socket Mode. */
const appsConnectionsOpen: Method = {
  name: 'apps.connections.open',
  arguments: {},
  required: [],
  // The scope of an app-level token, which the reference does not list.
  scopes: [],
  callsPerMinute: tier.three,
  takesJson: true,
  isWriting: true,
  token: 'app',
  run: ({ slack, caller }) =>
    caller.scopes.includes('connections:write')
      ? { ok: true, url: slack.socketMode.createUrl() }
      : missingScope('connections:write', caller),
}

const all: readonly Method[] = [
  apiTest,
  appsConnectionsOpen,
  authTest,
  blocksValidate,
  chatDelete,
  chatGetPermalink,
  chatPostEphemeral,
  chatPostMessage,
  chatScheduleMessage,
  chatUpdate,
  conversationsHistory,
  conversationsInfo,
  conversationsJoin,
  conversationsList,
  conversationsReplies,
  filesCompleteUploadExternal,
  filesGetUploadUrlExternal,
  filesInfo,
  reactionsAdd,
  reactionsGet,
  reactionsList,
  reactionsRemove,
  usergroupsList,
  usergroupsUsersList,
  usersInfo,
  usersList,
]

/** The methods of the Web API, by name. */
export const methods: ReadonlyMap<string, Method> = new Map(all.map((each) => [each.name, each]))
